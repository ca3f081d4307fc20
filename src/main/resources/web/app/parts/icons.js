import { svg, html } from 'lit';

/** On a grid of 24, drawn with one line. */
const SHAPES = {
  overview: svg`<path d="M4 20V11m5.3 9V4m5.4 16v-6M20 20V8"/>`,
  users: svg`<circle cx="9" cy="8" r="3.4"/><path d="M2.8 20c.3-3.7 2.8-5.8 6.2-5.8s5.900 2.100 6.200 5.800M15.500 4.900a3.300 3.300 0 0 1 0 6.300M17.500 14.600c2.200.700 3.500 2.600 3.700 5.400"/>`,
  endpoints: svg`<path d="M4 6.500h9a4 4 0 0 1 0 8H9m3.500-3.500L9 14.500l3.500 3.500M17 6.500h3"/>`,
  models: svg`<path d="M12 3l8 4.500v9L12 21l-8-4.500v-9zM12 12l8-4.500M12 12v9M12 12L4 7.500"/>`,
  sessions: svg`<path d="M4 5h12v9H9l-3.500 3V14H4zM19 9h1v9h-1.500v3L15 18h-4"/>`,
  branches: svg`<circle cx="6.500" cy="5.500" r="2.200"/><circle cx="6.500" cy="18.500" r="2.200"/><circle cx="17.500" cy="8.500" r="2.200"/><path d="M6.500 7.700v8.600M17.500 10.700c0 4-5 3.300-10 5.500"/>`,
  calls: svg`<path d="M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01"/>`,
  prices: svg`<path d="M12 3v18M16.500 7.500C16 5.800 14.300 5 12 5c-2.500 0-4.300 1.200-4.300 3.300 0 4.700 9 2.300 9 7.200 0 2.200-2 3.500-4.700 3.500-2.500 0-4.300-1-4.800-2.900"/>`,
  tiers: svg`<path d="M12 4l8.500 4.500L12 13 3.500 8.500zM4.500 12.500L12 16.500l7.500-4M4.500 16.500l7.500 4 7.500-4"/>`,
  keys: svg`<circle cx="8" cy="15.500" r="4"/><path d="M11 12.500L20 3.500M16.500 7l3 3"/>`,
  settings: svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>`,
  audit: svg`<path d="M6 3h9l4 4v14H6zM14.500 3v4.500H19M9.500 12h6M9.500 16h6"/>`,
  tenants: svg`<path d="M4 21V5l8-2v18M12 9l8 2v10M2.500 21h19M7.500 9h1M7.500 13h1M7.500 17h1M15.500 14h1M15.500 17.500h1"/>`,
  check: svg`<path d="M12 3l7.500 3v5.500c0 4.500-3 8-7.500 9.500-4.500-1.500-7.500-5-7.500-9.500V6zM8.500 12l2.500 2.500 4.500-5"/>`,
  menu: svg`<path d="M4 7h16M4 12h16M4 17h16"/>`,
  close: svg`<path d="M6 6l12 12M18 6L6 18"/>`,
  down: svg`<path d="M12 4v11m-4.500-4.500L12 15l4.500-4.500M4.500 19.500h15"/>`,
  filter: svg`<path d="M4 6h16M7 12h10M10.500 18h3"/>`,
  lock: svg`<rect x="5" y="10.500" width="14" height="9.500" rx="2"/><path d="M8 10.500V8a4 4 0 0 1 8 0v2.500"/>`,
  out: svg`<path d="M14 4h5v16h-5M11 8l-4 4 4 4M7.500 12H15"/>`,
  edit: svg`<path d="M4.500 19.500l1-4L16 5l3 3L8.500 18.500zM13.500 7.500l3 3"/>`,
  up: svg`<path d="M12 19V5m-5 5l5-5 5 5"/>`,
  fall: svg`<path d="M12 5v14m-5-5l5 5 5-5"/>`,
  pause: svg`<path d="M9 5v14M15 5v14"/>`,
  play: svg`<path d="M8 5l11 7-11 7z"/>`,
  search: svg`<circle cx="10.500" cy="10.500" r="6"/><path d="M15 15l5 5"/>`,
  warn: svg`<path d="M12 4l9 16H3zM12 10v4.500M12 17.500h.01"/>`,
};

/** An icon stands beside words, or in something that has a name of its own. */
export const icon = (name) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[name]}</svg>`;
