import { html, nothing } from 'lit';
import { address } from '../address.js';
import { get, send } from '../api.js';
import { Load } from '../load.js';
import { day, dollars, exact, exactDollars, moment, NONE } from '../numbers.js';
import { Page } from '../page.js';
import { confirm, say } from '../parts/dialogs.js';
import { figure, openForm, textField } from '../parts/form.js';
import { nothingFits } from '../parts/states.js';
import { named, pager, table } from '../parts/table.js';
import '../parts/export-button.js';
import '../parts/search.js';

const LIMIT = 50;

const RATES = [
  { name: 'input_per_million', label: 'Input' },
  { name: 'output_per_million', label: 'Output' },
  { name: 'cache_read_per_million', label: 'Cache read', hint: 'Empty: billed as input' },
  { name: 'cache_write_5m_per_million', label: 'Cache write, 5 min', hint: 'Empty: billed as input' },
  { name: 'cache_write_1h_per_million', label: 'Cache write, 1 h', hint: 'Empty: as the other cache write' },
];

const BOOKS = [[null, 'All'], ['own', 'Own'], ['catalogue', 'Catalogue']];

/** What a million tokens cost, since when, and the prices that this organisation has agreed for itself. */
export default class Prices extends Page {
  #prices = new Load(this, () => this.#asked, (query, signal) => get('prices', query, signal));

  get #asked() {
    return { ...this.#filters, offset: this.query.get('offset'), limit: LIMIT };
  }

  get #filters() {
    return { q: this.query.get('q'), book: this.query.get('book'), at: this.query.get('at') };
  }

  render() {
    const { book, at } = this.#asked;
    return html`
      <div class="head">
        <h1>Prices</h1>
        <div class="actions">
          <tt-export path="export/prices" .query=${this.#filters}></tt-export>
          <button class="main" aria-haspopup="dialog" @click=${() => this.#make({})}>Set a price</button>
        </div>
        <p class="lead">USD per million tokens. A call is priced once, when it is recorded, by the price in force when it was made.</p>
      </div>
      <div class="filters" role="group" aria-label="Filters">
        <tt-search label="Find a model or provider" .value=${this.#asked.q}></tt-search>
        <span class="choice" role="group" aria-label="Whose prices">${BOOKS.map(([value, label]) => html`
          <button aria-pressed=${(book ?? null) === value} @click=${() => this.#go({ book: value })}>${label}</button>`)}</span>
        <span class="choice" role="group" aria-label="When">
          <button aria-pressed=${!at} @click=${() => this.#go({ at: null })}>In force</button>
          <button aria-pressed=${at === 'all'} @click=${() => this.#go({ at: 'all' })}>Whole history</button></span>
      </div>
      ${this.#prices.show(({ prices, total, limit, offset }) => html`
        <section class="panel flush dense">
          ${table(this.#columns(), prices, {
            label: 'Prices',
            empty: total ? nothing : this.#none(),
          })}
          ${pager({ offset, limit, shown: prices.length, total }, 'price')}
        </section>`, { bones: 30 })}`;
  }

  #none() {
    const { book, q } = this.#asked;
    return book === 'own' && !q
      ? html`<div class="state"><h2>No prices of your own</h2><p class="soft">Every call is priced by the catalogue. Set a price for a model that the catalogue lacks, or one you have agreed with a provider.</p></div>`
      : nothingFits('prices', address.with({ q: null, book: null, at: null, offset: null }));
  }

  #go(changes) {
    address.go(address.with({ ...changes, offset: null }), { replace: true });
  }

  #columns() {
    return [
      { label: 'Model', head: true, cell: (price) => html`${named(price.model)}${price.aliases.length ? html`<span class="clip small soft light" title=${price.aliases.join(', ')}>also ${price.aliases.join(', ')}</span>` : nothing}` },
      { label: 'Provider', wide: true, cell: (price) => named(price.provider) },
      { label: 'Input', number: true, cell: (price) => rate(price.input_per_million) },
      { label: 'Output', number: true, cell: (price) => rate(price.output_per_million) },
      { label: 'Cache read', number: true, wide: true, cell: (price) => html`${rate(price.cache_read_per_million)}${writes(price)}` },
      ...(this.#asked.at || this.#asked.book === 'own' ? [{ label: 'From', wide: true, cell: (price) => html`<span class="nowrap" title=${price.effective_from ?? ''}>${price.effective_from ? day(price.effective_from.slice(0, 10)) : 'always'}</span>${price.effective_until ? html`<br><span class="small soft">until ${moment(price.effective_until)}</span>` : nothing}` }] : []),
      { label: 'State', below: true, cell: (price) => html`${stateOf(price)}${price.bands.length ? html` <span class="badge" title=${bandsOf(price)}>long context dearer</span>` : nothing}` },
      { label: '', number: true, below: true, cell: (price) => (price.book === 'own' ? this.#endButton(price) : html`<button class="small" aria-haspopup="dialog" aria-label=${`Own price for ${price.model}`} @click=${() => this.#make(price)}>Own price</button>`) },
    ];
  }

  #endButton(price) {
    if (price.effective_until && new Date(price.effective_until) <= new Date()) return nothing;
    const isAhead = new Date(price.effective_from) > new Date();
    return html`<button class="small danger" aria-label=${`${isAhead ? 'Remove' : 'End'} the price for ${price.model}`} @click=${() => this.#end(price, isAhead)}>${isAhead ? 'Remove' : 'End'}</button>`;
  }

  async #end(price, isAhead) {
    const sure = await confirm({
      title: isAhead ? 'Remove this price?' : 'End this price now?',
      text: isAhead ? `It is not in force yet, and will not be.` : `From now on ${price.model} is priced by the catalogue, or is unpriced where the catalogue lacks it. Calls that were recorded keep their cost.`,
      action: isAhead ? 'Remove' : 'End it',
    });
    if (!sure) return;
    try {
      await send('DELETE', `prices/${price.id}`);
      say(isAhead ? `The price for ${price.model} is removed.` : `The price for ${price.model} has ended.`);
    } catch (problem) {
      say(problem.message);
    }
    this.#prices.again();
  }

  async #make(known) {
    const saved = await openForm({
      title: known.model ? `Own price for ${known.model}` : 'Set a price',
      action: 'Set',
      busyAction: 'Setting …',
      fields: ({ problem }) => html`
        <div class="two">
          ${textField({ name: 'provider', label: 'Provider', value: known.provider, focus: !known.model, problem })}
          ${textField({ name: 'model', label: 'Model, as the calls name it', value: known.model, problem })}
        </div>
        <p class="soft small">USD per million tokens. It replaces the catalogue’s price as a whole. A dated version that has a price of its own keeps that: for calls of gpt-4o-2024-08-06, set one for that name too.</p>
        <div class="two">${RATES.map(({ name, label, hint }) => textField({ name, label, hint, value: known[name] ?? '', mode: 'decimal', focus: Boolean(known.model) && name === RATES[0].name, problem }))}</div>
        <div class="two">
          ${textField({ name: 'effective_from', label: 'From', hint: 'A day (00:00 UTC) or an instant; empty: now. Calls that were recorded keep their cost.', problem })}
          ${textField({ name: 'effective_until', label: 'Until', hint: 'Itself excluded; empty: open', problem })}
        </div>
        ${textField({ name: 'source', label: 'Where the numbers come from', problem })}`,
      send: (values) => send('POST', 'prices', bodyOf(values)),
    });
    if (!saved) return;
    this.#prices.again();
    say(`${saved.model} has a price of your own.`);
  }
}

const rate = (amount) => (amount === null ? html`<span class="soft">${NONE}</span>` : html`<span title=${exactDollars(amount)}>${dollars(amount)}</span>`);

function writes({ cache_write_5m_per_million: minutes, cache_write_1h_per_million: hour }) {
  if (minutes === null && hour === null) return nothing;
  return html`<span class="sub">write ${rate(minutes)}</span>${hour === null ? nothing : html`<span class="sub">for 1 h ${rate(hour)}</span>`}`;
}

/** What is left empty is not sent. */
const bodyOf = (values) =>
  Object.fromEntries(Object.entries(values)
    .filter(([, text]) => text.trim() !== '')
    .map(([name, text]) => [name, RATES.some((rate) => rate.name === name) ? figure(text) : text.trim()]));

function stateOf(price) {
  if (price.in_force) return html`<span class="badge ${price.book === 'own' ? 'accent' : 'good'}">${price.book === 'own' ? 'own, in force' : 'in force'}</span>`;
  if (new Date(price.effective_from) > new Date()) return html`<span class="badge">${price.book === 'own' ? 'own, ahead' : 'ahead'}</span>`;
  if (price.effective_until && new Date(price.effective_until) <= new Date()) return html`<span class="badge">ended</span>`;
  return html`<span class="badge">hidden by your own</span>`;
}

const bandsOf = (price) => price.bands.map((band) => `from ${exact(band.from_tokens)} tokens on`).join(', ');

customElements.define('tt-prices', Prices);
