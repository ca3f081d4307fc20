import { html, nothing } from 'lit';
import { address, href } from '../address.js';
import { plural } from '../numbers.js';
import { session } from '../session.js';
import { BreakdownPage } from '../parts/breakdown-page.js';
import { icon } from '../parts/icons.js';

/** A model of two providers has two prices, and so two rows. */
export default class Models extends BreakdownPage {
  static about = {
    title: 'Models', noun: 'model', nouns: 'models', key: 'model', by: 'model,provider', filter: 'model', none: 'no model',
    under: (row) => row.key.provider ?? 'provider not known',
    further: (row) => ({ provider: row.key.provider ?? '' }),
  };

  unpriced(count) {
    if (!count) return nothing;
    return html`
      <div class="note warn">${icon('warn')}<div>${plural(count, 'call')} ${count === 1 ? 'has' : 'have'} no known price: counted, and in no cost.
        <a href=${address.with({ sortBy: 'unpriced_calls', order: null, offset: null })}>Show their models first</a>${session.isAdmin
          ? html`, and set a price under <a href=${href('prices')}>Prices</a>.`
          : html`. An admin can set their price.`}</div></div>`;
  }
}

customElements.define('tt-models', Models);
