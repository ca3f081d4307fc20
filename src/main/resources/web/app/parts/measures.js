/** What a chart of days shows. The address bar holds which. */
import { html } from 'lit';
import { address } from '../address.js';
import { dollars, short } from '../numbers.js';

/** By the names of a series; `forecast` is the same measure in a forecast. */
export const MEASURES = {
  total_cost: { label: 'Cost', forecast: 'cost', format: dollars },
  total_tokens: { label: 'Tokens', forecast: 'tokens', format: short },
  calls: { label: 'Calls', forecast: 'calls', format: short },
};

const USUAL = 'total_cost';

export const measureOf = (query) => (Object.hasOwn(MEASURES, query.get('measure') ?? '') ? query.get('measure') : USUAL);

export const measureChoice = (measure) => html`
  <span class="choice" role="group" aria-label="What is shown">${Object.entries(MEASURES).map(([name, { label }]) => html`
    <button aria-pressed=${name === measure} @click=${() => address.go(address.with({ measure: name === USUAL ? null : name }), { replace: true })}>${label}</button>`)}</span>`;
