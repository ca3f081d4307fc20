import { html, nothing } from 'lit';
import { address, href } from '../address.js';
import { get } from '../api.js';
import { filters, kept } from '../filters.js';
import { Load } from '../load.js';
import { day } from '../numbers.js';
import { Page } from '../page.js';
import { unpricedNote } from './figures.js';
import { noCalls } from './states.js';
import { MEASURES, measureChoice, measureOf } from './measures.js';
import { stepOf, sumColumns, totalOf, whence } from './sums.js';
import { named, pager, sorting, table } from './table.js';
import './chart.js';
import './export-button.js';
import './filter-bar.js';

const ROWS = 25;
const LINES = 5;

/**
 * Calls told apart by one thing: how the dearest went day by day, and all of them in a table.
 *
 * @typedef {object} About
 * @property {string} title
 * @property {string} noun what one of them is called
 * @property {string} nouns
 * @property {string} key its dimension, and so the member of a row's key
 * @property {string} [by] what the table is told apart by, if by more than the key
 * @property {string} filter its parameter
 * @property {string} none what calls without one are said to have
 * @property {(row: any) => string} [under] what stands below a name
 * @property {(row: any) => object} [further] parameters that its calls have besides the filter
 */
export class BreakdownPage extends Page {
  #list = new Load(this, () => this.#asked(), (query, signal) => get('usage/breakdown', query, signal));
  #series = new Load(this, () => ({ ...filters(), by: this.about.key, limit: LINES, step: stepOf(filters()) }), (query, signal) => get('usage/series', query, signal));

  /** @type {About} */
  get about() {
    return this.constructor.about;
  }

  get #sorted() {
    return sorting(this.query, 'total_cost', 'DESC');
  }

  get #groups() {
    return { ...filters(), by: this.about.by ?? this.about.key, sortBy: this.#sorted.by, order: this.#sorted.order };
  }

  #asked() {
    return { ...this.#groups, limit: ROWS, offset: this.query.get('offset') };
  }

  render() {
    const { title } = this.about;
    return html`
      <div class="head">
        <h1>${title}</h1>
        <div class="actions"><tt-export path="usage/export/breakdown" .query=${this.#groups}></tt-export></div>
      </div>
      <tt-filters .place=${this.place}></tt-filters>
      ${this.#list.show((report) => html`<div class="stack">${report.total.calls || report.total.cache_hits ? this.#report(report) : html`<section class="panel flush">${noCalls()}</section>`}</div>`, { bones: 40 })}`;
  }

  #report(report) {
    return html`
      ${this.unpriced(report.total.unpriced_calls)}
      ${this.#chart()}
      ${this.aside(report)}
      <section class="panel flush dense">
        ${table(this.#columns(report), report.rows, { label: this.about.title, sorted: this.#sorted, foot: totalOf(report) })}
        ${pager({ offset: report.offset, limit: report.limit, shown: report.rows.length, total: report.groups }, this.about.noun, this.about.nouns)}
      </section>
      <div>${whence(report)}</div>`;
  }

  /** What is said of calls without a price. */
  unpriced(count) {
    return unpricedNote(count, href('models', kept()));
  }

  /** What stands between chart and table. */
  aside() {
    return nothing;
  }

  #chart() {
    const measure = measureOf(this.query);
    return html`
      <section class="panel">
        <header>
          <h2>${MEASURES[measure].label} per ${stepOf(filters())} <span class="soft small">the dearest ${LINES} and all others</span></h2>
          ${measureChoice(measure)}
        </header>
        ${this.#series.show((series) => html`
          <tt-chart label=${`${MEASURES[measure].label} per ${series.step} by ${this.about.noun}, ${day(series.start_date)} to ${day(series.end_date)}`} .content=${this.#content(series, measure)}></tt-chart>`, { bones: 19 })}
      </section>`;
  }

  #content(series, measure) {
    const line = (name, points) => ({ name, kind: 'bar', stack: 'all', values: points.map((point) => point[measure]) });
    const hasOther = series.other?.some((point) => point.calls || point.cache_hits);
    return {
      x: series.total.map((point) => point.start),
      lines: [...series.groups.map((group) => line(this.#nameOf(group.key), group.points)), ...(hasOther ? [line('All others', series.other)] : [])],
      format: MEASURES[measure].format,
      xFormat: (date) => day(date, series.step === 'month'),
      xLabel: { day: 'Day', week: 'Week from', month: 'Month from' }[series.step],
    };
  }

  #nameOf(key) {
    return key[this.about.key] ?? this.about.none;
  }

  #columns(report) {
    const { noun, nouns, key, filter, under } = this.about;
    const name = noun[0].toUpperCase() + noun.slice(1);
    const valueOf = (row) => row.key[key] ?? '';
    const found = (row, more) => (row.isTotal ? undefined : href('calls', { ...kept(), [filter]: valueOf(row), ...this.about.further?.(row), ...more }));
    const chosen = this.query.get(filter);
    return [
      {
        label: name, head: true, foot: () => `All ${nouns}`,
        cell: (row) => html`
          ${named(row.key[key], chosen === valueOf(row) ? found(row) : address.with({ [filter]: valueOf(row), offset: null }), this.about.none)}
          ${under ? html`<span class="sub clip" title=${under(row)}>${under(row)}</span>` : nothing}`,
      },
      ...sumColumns({ measure: measureOf(this.query), calls: (row) => found(row), failed: (row) => found(row, { success: 'false' }), unpriced: report.total.unpriced_calls }),
    ];
  }
}
