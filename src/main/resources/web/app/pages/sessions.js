import { html, nothing } from 'lit';
import { href } from '../address.js';
import { get } from '../api.js';
import { filters, kept } from '../filters.js';
import { Load } from '../load.js';
import { moment } from '../numbers.js';
import { Page } from '../page.js';
import { toSession } from '../parts/calls.js';
import { unpricedNote } from '../parts/figures.js';
import { noCalls } from '../parts/states.js';
import { sumColumns, totalOf, whence } from '../parts/sums.js';
import { named, pager, sorting, table } from '../parts/table.js';
import '../parts/export-button.js';
import '../parts/filter-bar.js';

const ROWS = 25;

/** Calls that belong together: a conversation, a piece of work. */
export default class Sessions extends Page {
  #list = new Load(this, () => ({ ...this.#wanted, limit: ROWS, offset: this.query.get('offset') }), (query, signal) => get('usage/sessions', query, signal));

  get #sorted() {
    return sorting(this.query, 'total_cost', 'DESC');
  }

  get #wanted() {
    return { ...filters(), sortBy: this.#sorted.by, order: this.#sorted.order };
  }

  render() {
    return html`
      <div class="head">
        <h1>Sessions</h1>
        <div class="actions"><tt-export path="usage/export/sessions" .query=${this.#wanted}></tt-export></div>
      </div>
      <tt-filters .place=${this.place}></tt-filters>
      ${this.#list.show((report) => this.#report(report), { bones: 40 })}`;
  }

  #report(report) {
    if (!report.sessions.length && !report.offset) return html`<section class="panel flush">${noCalls('sessions')}</section>`;
    return html`
      <div class="stack">
        ${unpricedNote(report.total.unpriced_calls, href('models', kept()))}
        <section class="panel flush dense">
          ${table(columns(report), report.sessions, { label: 'Sessions', sorted: this.#sorted, foot: totalOf(report) })}
          ${pager({ offset: report.offset, limit: report.limit, shown: report.sessions.length, total: report.groups }, 'session')}
        </section>
        <div>${whence(report)}</div>
      </div>`;
  }
}

const columns = (report) => [
  {
    label: 'Session', head: true, foot: () => html`All calls${filters().sessionId === undefined ? html` <span class="sub">also those <a href=${href('calls', { ...kept(), sessionId: '' })}>without a session</a></span>` : nothing}`,
    cell: (row) => html`${named(row.session_id, toSession(row.session_id))}<span class="sub">${moment(row.first_call)}</span>`,
  },
  ...sumColumns({
    calls: (row) => (row.isTotal ? undefined : href('calls', { ...kept(), sessionId: row.session_id })),
    failed: (row) => (row.isTotal ? undefined : href('calls', { ...kept(), sessionId: row.session_id, success: 'false' })),
    unpriced: report.total.unpriced_calls,
  }),
];

customElements.define('tt-sessions', Sessions);
