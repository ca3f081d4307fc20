import { html, nothing } from 'lit';
import { DAYS, filters, kept } from '../filters.js';
import { get } from '../api.js';
import { Load } from '../load.js';
import { dollars, money, plural } from '../numbers.js';
import { BreakdownPage } from '../parts/breakdown-page.js';

/** The features of the application that make calls. */
export default class Endpoints extends BreakdownPage {
  static about = { title: 'Endpoints', noun: 'endpoint', nouns: 'endpoints', key: 'endpoint', filter: 'endpoint', none: 'no endpoint' };

  /** Of some calls only, what was spared cannot be told. */
  #savings = new Load(this, () => (Object.keys(kept()).every((name) => DAYS.includes(name)) ? filters() : null), (query, signal) => get('usage/savings', query, signal));

  aside() {
    const saved = this.#savings.value;
    if (Object.keys(kept()).some((name) => !DAYS.includes(name)) || !saved?.filtered_calls || saved.net_benefit === null) return nothing;
    return html`
      <section class="panel stack">
        <h2>What deciding the scope first ${saved.net_benefit < 0 ? 'costs' : 'saves'}: ${money(Math.abs(saved.net_benefit))}</h2>
        <p>${plural(saved.gate.calls, 'classification')} cost ${dollars(saved.overhead)}. They turned ${plural(saved.filtered_calls, 'request')} away as out of scope,
          each of which would have been a conversation of ${dollars(saved.cost_per_spared_call)} on average: about ${dollars(saved.estimated_savings)} not spent.</p>
      </section>`;
  }
}

customElements.define('tt-endpoints', Endpoints);
