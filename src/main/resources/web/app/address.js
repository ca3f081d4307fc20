/** The address bar: which page, and every filter of it, so that a view can be sent to a colleague. */
export const BASE = '/admin';

/** Parameters that may be empty: what has none of it is meant. */
const MAY_BE_EMPTY = new Set(['userId', 'provider', 'callType', 'scope', 'sessionId', 'gitBranch']);

/** Whether a parameter of this value says anything. */
export const says = (name, value) => value !== null && value !== undefined && (value !== '' || MAY_BE_EMPTY.has(name));

class Address extends EventTarget {
  /** Below {@link BASE}, without a slash at its ends; parts are decoded by the pages. */
  get path() {
    return location.pathname.slice(BASE.length).replace(/^\/+|\/+$/g, '');
  }

  get query() {
    return new URLSearchParams(location.search);
  }

  go(href, { replace = false } = {}) {
    history[replace ? 'replaceState' : 'pushState'](null, '', href);
    this.dispatchEvent(new Event('change'));
  }

  /** This page with other parameters; null takes one away. */
  with(changes) {
    const query = this.query;
    for (const [name, value] of Object.entries(changes)) {
      if (says(name, value)) query.set(name, value);
      else query.delete(name);
    }
    return `${location.pathname}${query.size ? `?${query}` : ''}`;
  }
}

export const address = new Address();

addEventListener('popstate', () => address.dispatchEvent(new CustomEvent('change', { detail: { isBack: true } })));

/** Links of the portal change the page without loading it anew; what asks for a new tab gets one. */
addEventListener('click', (event) => {
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  const isOurs = link && !link.target && !link.download && link.origin === location.origin
    && (link.pathname === BASE || link.pathname.startsWith(`${BASE}/`));
  if (!isOurs || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (link.href !== location.href) address.go(link.href);
});

/** A link to a page of the portal; parts of the path are encoded, parameters that say nothing left out. */
export function href(path, query = {}) {
  const parts = [].concat(path).map(encodeURIComponent).join('/');
  const sent = new URLSearchParams(Object.entries(query).filter(([name, value]) => says(name, value)));
  return `${BASE}${parts ? `/${parts}` : ''}${sent.size ? `?${sent}` : ''}`;
}
