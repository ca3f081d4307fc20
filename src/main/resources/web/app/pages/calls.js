import { html, nothing } from 'lit';
import { address, href } from '../address.js';
import { get } from '../api.js';
import { filters, kept } from '../filters.js';
import { Load } from '../load.js';
import { exact, moment, money, percent, plural, shortly } from '../numbers.js';
import { Page } from '../page.js';
import { callsTable } from '../parts/calls.js';
import { noCalls } from '../parts/states.js';
import { whence } from '../parts/sums.js';
import { cursorPager, named, table } from '../parts/table.js';
import '../parts/export-button.js';
import '../parts/filter-bar.js';
import '../parts/live-button.js';

const ROWS = 50;

const TABS = { all: 'All', slow: 'Slow', failed: 'Failed' };

/** Single calls: the newest, the slowest, and why some failed. */
export default class Calls extends Page {
  /** The first page, kept fresh; and any other, which new calls do not change. */
  #fresh = new Load(this, () => (this.#tab === 'all' && !this.#cursor ? this.#asked : null), read, { live: true });
  #older = new Load(this, () => (this.#tab === 'all' && this.#cursor ? this.#asked : null), read);
  #slow = new Load(this, () => (this.#tab === 'slow' ? { ...filters(), limit: ROWS } : null), (query, signal) => get('usage/calls/slow', query, signal));
  #failed = new Load(this, () => (this.#tab === 'failed' ? { ...failures(), limit: ROWS } : null), (query, signal) => get('usage/calls/failed', query, signal));

  get #tab() {
    return Object.hasOwn(TABS, this.query.get('tab') ?? '') ? this.query.get('tab') : 'all';
  }

  get #cursor() {
    return this.query.get('cursor');
  }

  get #order() {
    return this.query.get('order') === 'ASC' ? 'ASC' : 'DESC';
  }

  get #asked() {
    return { ...filters(), order: this.#order, limit: ROWS, cursor: this.#cursor };
  }

  render() {
    const tab = this.#tab;
    const isLive = tab === 'all' && !this.#cursor;
    return html`
      <div class="head">
        <h1>Recent calls</h1>
        <div class="actions">
          ${isLive ? html`<tt-live .at=${this.#fresh.at}></tt-live>` : nothing}
          <tt-export path="usage/export" .query=${{ ...filters(), ...(tab === 'failed' && { success: 'false' }), limit: 'all' }} label=${tab === 'failed' ? 'Export failed calls' : 'Export CSV'}></tt-export>
        </div>
      </div>
      <nav class="choice tabs" aria-label="Which calls">${Object.entries(TABS).map(([name, label]) => html`
        <a href=${address.with({ tab: name === 'all' ? null : name, cursor: null, order: null, sortBy: null })} aria-current=${name === tab ? 'page' : nothing}>${label}</a>`)}</nav>
      <tt-filters .place=${this.place} .without=${tab === 'failed' ? ['success'] : []}></tt-filters>
      ${tab === 'all' ? this.#all(isLive ? this.#fresh : this.#older) : tab === 'slow' ? this.#slowest() : this.#failures()}`;
  }

  #all(load) {
    return load.show((page) => html`<div class="stack">
      <section class="panel flush dense">
        ${page.calls.length ? callsTable(page.calls, { label: 'Calls', again: load.again, sorted: { by: 'time', order: this.#order }, sortable: true }) : noCalls()}
        ${cursorPager(page.next)}
      </section>
      <div>${whence(page)}</div></div>`, { bones: 40 });
  }

  #slowest() {
    return this.#slow.show((page) => html`<div class="stack">
      <section class="panel flush dense">
        <header><h2>The slowest first <span class="soft small">at most ${ROWS}, without what was taken back</span></h2></header>
        ${page.calls.length ? callsTable(page.calls, { label: 'Slowest calls', again: this.#slow.again }) : noCalls('timed calls')}
      </section>
      <div>${whence(page)}</div></div>`, { bones: 40 });
  }

  #failures() {
    return this.#failed.show((report) => html`<div class="stack">
      <section class="panel flush dense">
        <header><h2>${report.calls ? html`${exact(report.failed_calls)} of ${plural(report.calls, 'call')} failed <span class="soft small">${percent(report.share)}</span>` : 'No calls'}</h2></header>
        ${report.reasons.length
          ? table(reasonColumns(), report.reasons, { label: 'Why calls failed' })
          : report.calls ? html`<div class="state"><p>No call failed in these days.</p></div>` : noCalls()}
      </section>
      <div>${whence(report)}</div></div>`, { bones: 30 });
  }
}

const read = (query, signal) => get('usage/calls', query, signal);

/** Failed calls are meant anyway. */
function failures() {
  const { success, ...others } = filters();
  return others;
}

const toCalls = (reason) => href('calls', { ...kept(), endpoint: reason.endpoint, model: reason.model, success: 'false' });

const reasonColumns = () => [
  { label: 'Reason', head: true, cell: (reason) => (reason.error_message ? html`<span class="said">${reason.error_message}</span>` : html`<i class="soft">no reason given</i>`) },
  { label: 'Endpoint', cell: (reason) => html`${named(reason.endpoint)}<span class="sub clip" title=${reason.model}>${reason.model}</span>` },
  { label: 'Calls', number: true, cell: (reason) => html`<a href=${toCalls(reason)} aria-label="${plural(reason.calls, 'failed call')} of ${reason.endpoint} with ${reason.model}">${shortly(reason.calls)}</a>` },
  { label: '% of calls', number: true, cell: (reason) => percent(reason.share) },
  { label: 'Cost', number: true, wide: true, cell: (reason) => money(reason.total_cost) },
  { label: 'Last', wide: true, cell: (reason) => html`${moment(reason.last_at)}<span class="sub">first ${moment(reason.first_at)}</span>` },
];

customElements.define('tt-calls', Calls);
