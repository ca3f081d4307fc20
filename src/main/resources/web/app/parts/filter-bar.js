import { LitElement, html, nothing } from 'lit';
import { address } from '../address.js';
import { get } from '../api.js';
import { DAYS, DEFAULT_DAYS, FILTERS, filters, kept, outcome, without } from '../filters.js';
import { day } from '../numbers.js';
import { session } from '../session.js';
import { icon } from './icons.js';
import { openDialog } from './dialogs.js';

const RANGES = ['7', '30', '90'];

/** Which days and which calls. Whatever is chosen stands in the address bar. */
class FilterBar extends LitElement {
  static properties = {
    /** Filters that the page does not take, by name. */
    without: { attribute: false },
    /** The address bar's query, so that the bar changes with it. */
    place: {},
  };

  createRenderRoot() {
    return this;
  }

  get #offered() {
    return FILTERS.filter((filter) => !this.without?.includes(filter.name) && (session.isAdmin || !filter.adminOnly));
  }

  /** Filters that another page left are none of this one's. */
  #go(changes) {
    address.go(address.with({ ...changes, offset: null, cursor: null }));
  }

  render() {
    const wanted = filters();
    const custom = wanted.startDate || wanted.endDate;
    return html`
      <div class="filters" role="group" aria-label="Filters">
        <span class="choice" role="group" aria-label="Days">
          ${RANGES.map((days) => html`<button aria-pressed=${wanted.days === days} @click=${() => this.#go({ ...without(DAYS), days: days === DEFAULT_DAYS ? null : days })}>${days} days</button>`)}
          <button aria-pressed=${Boolean(custom) || !RANGES.includes(wanted.days)} aria-haspopup="dialog" @click=${() => this.#chooseDays()}>${custom ? rangeOf(wanted) : RANGES.includes(wanted.days) ? 'Custom' : `${wanted.days} days`}</button>
        </span>
        ${this.#offered.length ? html`<button aria-haspopup="dialog" @click=${() => this.#choose()}>${icon('filter')} Filter</button>` : nothing}
        ${this.#offered.filter((filter) => filter.name in wanted).map((filter) => html`
          <span class="chip"><span title=${wanted[filter.name]}>${wordsOf(filter, wanted[filter.name])}</span>
            <button aria-label="Take the filter ${filter.label} away" @click=${() => this.#go({ [filter.name]: null })}>${icon('close')}</button></span>`)}
      </div>`;
  }

  async #chooseDays() {
    const { startDate = '', endDate = '' } = kept();
    const chosen = await openDialog('Days', (close) => html`
      <form class="dialog" @submit=${(event) => { event.preventDefault(); close(Object.fromEntries(new FormData(event.target))); }}>
        <h2>Days</h2>
        <div class="form two">
          <label class="field"><span>From</span><input type="date" name="startDate" required .value=${startDate} max="9999-12-31"></label>
          <label class="field"><span>To, that day included</span><input type="date" name="endDate" .value=${endDate} max="9999-12-31"></label>
        </div>
        <p class="soft small">Days of ${session.zone}. Without an end: until today.</p>
        <div class="buttons"><button type="button" @click=${() => close()}>Cancel</button><button class="main">Show</button></div>
      </form>`);
    if (chosen) this.#go({ ...without(DAYS), ...chosen });
  }

  async #choose() {
    const offered = this.#offered;
    const wanted = kept();
    const chosen = await openDialog('Filter', (close, dialog) => {
      this.#fillSuggestions(dialog, offered);
      return html`
        <form class="dialog" @submit=${(event) => { event.preventDefault(); close(chosenIn(event.target, offered)); }}>
          <h2>Filter</h2>
          <div class="form two">
            ${offered.map((filter) => filter.name === 'success' ? html`
              <label class="field"><span>${filter.label}</span><select name="success">
                <option value="">any</option>
                ${['true', 'false'].map((value) => html`<option value=${value} ?selected=${wanted.success === value}>${outcome(value)}</option>`)}</select></label>` : html`
              <div class="field">
                <span class="two-words"><label for="filter-${filter.name}">${filter.label}</label>${filter.none ? withoutOne(filter, wanted[filter.name] === '') : nothing}</span>
                <input id="filter-${filter.name}" name=${filter.name} .value=${wanted[filter.name] ?? ''} ?disabled=${wanted[filter.name] === ''} list=${filter.by ? `known-${filter.name}` : nothing} autocomplete="off" spellcheck="false">
                <datalist id="known-${filter.name}"></datalist></div>`)}
          </div>
          <div class="buttons">
            <button type="button" class="quiet" @click=${() => close(without(offered.map((filter) => filter.name)))}>Take all away</button>
            <button type="button" @click=${() => close()}>Cancel</button><button class="main">Show</button>
          </div>
        </form>`;
    });
    if (chosen) this.#go(chosen);
  }

  /** The values there are in these days, dearest first. Typing works without. */
  async #fillSuggestions(dialog, offered) {
    const days = Object.fromEntries(Object.entries(filters()).filter(([name]) => DAYS.includes(name)));
    await Promise.allSettled(offered.filter((filter) => filter.by && filter.name !== 'success').map(async (filter) => {
      const { rows } = await get('usage/breakdown', { ...days, by: filter.by, limit: 100 });
      const list = dialog.querySelector(`#known-${filter.name}`);
      list?.replaceChildren(...rows.filter((row) => row.key[filter.by] !== null).map((row) => new Option(row.username ?? '', row.key[filter.by])));
    }));
  }
}

const wordsOf = ({ name, label, none: without }, value) => (value === '' ? without : `${label}: ${name === 'success' ? outcome(value) : value}`);

/** Means what has none of it, instead of one that is typed. */
const withoutOne = ({ name, none: words }, checked) => html`
  <label class="small soft"><input type="checkbox" aria-label=${words} .checked=${checked} @change=${({ target }) => (target.form.elements[name].disabled = target.checked)}> without</label>`;

const chosenIn = ({ elements }, offered) => Object.fromEntries(offered.map(({ name }) => [name, elements[name].disabled ? '' : elements[name].value || null]));

const rangeOf = ({ startDate, endDate }) =>
  startDate && endDate ? `${day(startDate)} – ${day(endDate)}` : startDate ? `from ${day(startDate)}` : `until ${day(endDate)}`;

customElements.define('tt-filters', FilterBar);
