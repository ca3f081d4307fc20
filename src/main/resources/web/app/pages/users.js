import { html, nothing } from 'lit';
import { address, href } from '../address.js';
import { get } from '../api.js';
import { Load } from '../load.js';
import { exact, moment, money, plural, shortly } from '../numbers.js';
import { Page } from '../page.js';
import { icon } from '../parts/icons.js';
import { allLimits, nearest } from '../parts/limits.js';
import { firstCall, nothingFits } from '../parts/states.js';
import { named, pager, sorting, table } from '../parts/table.js';
import { addUser, editUser } from '../parts/user-form.js';
import '../parts/export-button.js';
import '../parts/search.js';

const A_PAGE = 50;

/** Everybody, with what they have used this month and what is left. */
export default class Users extends Page {
  #people = new Load(this, () => this.#asked, (query, signal) => get('users', query, signal));
  #tiers = new Load(this, () => ({}), (_, signal) => get('tiers', {}, signal));

  get #asked() {
    return { ...this.#filters, offset: this.query.get('offset'), limit: A_PAGE };
  }

  get #filters() {
    const { by, order } = this.#sorted;
    return { q: this.query.get('q'), tier: this.query.get('tier'), sortBy: by, order };
  }

  get #sorted() {
    return sorting(this.query, 'cost', 'DESC');
  }

  get #isFiltered() {
    return Boolean(this.query.get('q') || this.query.get('tier'));
  }

  render() {
    return html`
      <div class="head">
        <h1>Users</h1>
        <div class="actions">
          <tt-export path="export/users" .query=${this.#filters}></tt-export>
          <button class="main" @click=${this.#add}>Add a user</button>
        </div>
      </div>
      <div class="filters" role="search" aria-label="Users">
        <tt-search label="Id, name or email" .value=${this.query.get('q') ?? ''}></tt-search>
        <label class="row small nowrap"><span>Tier</span>
          <select class="inline" @change=${(event) => address.go(address.with({ tier: event.target.value, offset: null }), { replace: true })}>
            <option value="" .selected=${!this.query.get('tier')}>any</option>
            ${this.#offered.map((tier) => html`<option value=${tier} .selected=${tier === this.query.get('tier')}>${tier}</option>`)}
          </select></label>
      </div>
      ${this.#people.show((page) => this.#table(page), { bones: 30 })}`;
  }

  /** Also a tier of the address bar that there is none of. */
  get #offered() {
    const names = (this.#tiers.value ?? []).map(({ tier }) => tier);
    const wanted = this.query.get('tier');
    return wanted && !names.includes(wanted) ? [wanted, ...names] : names;
  }

  #table({ users, total, resets_at: resetsAt }) {
    if (!total && !this.#isFiltered) return firstCall();
    const offset = Number(this.query.get('offset') ?? 0);
    return html`
      <section class="panel flush">
        <header><h2>${plural(total, 'user')}${this.#isFiltered ? ' found' : ''}</h2><span class="soft small">The month’s figures start anew ${moment(resetsAt)}</span></header>
        ${table(this.#columns, users, { label: 'Users', sorted: this.#sorted, empty: total ? nothing : nothingFound() })}
        ${pager({ offset, limit: A_PAGE, shown: users.length, total }, 'user')}
      </section>`;
  }

  #columns = [
    { label: 'User', head: true, sort: 'user_id', first: 'ASC', cell: (user) => html`${named(String(user.user_id), href(['users', user.user_id]))}<span class="narrow clip small soft">${user.username}</span>` },
    { label: 'Name', wide: true, sort: 'username', first: 'ASC', cell: (user) => html`<span class="clip" title=${[user.username, user.email].filter(Boolean).join(', ')}>${user.username ?? user.email}</span>` },
    { label: 'Tier', sort: 'tier', first: 'ASC', cell: (user) => this.#tier(user) },
    { label: 'Calls', number: true, wide: true, sort: 'calls', cell: (user) => shortly(user.usage.calls) },
    { label: 'Tokens', number: true, wide: true, sort: 'tokens', cell: (user) => shortly(user.usage.tokens) },
    { label: 'Cost', number: true, wide: true, sort: 'cost', cell: (user) => html`${money(user.usage.cost)}${user.unpriced_calls ? unpriced(user.unpriced_calls) : nothing}` },
    { label: 'Left this month', cell: nearest },
    { label: 'Last call', wide: true, sort: 'last_call', cell: (user) => moment(user.last_call) },
  ];

  #tier(user) {
    const hasOwn = Object.keys(user.limit_overrides).length > 0;
    return html`<button class="small tier" aria-haspopup="dialog" aria-label=${`${user.tier}${hasOwn ? ' own limits' : ''}: edit tier and limits of ${user.user_id}`} title=${allLimits(user.limits)}
      @click=${() => this.#edit(user)}><span>${user.tier}</span> ${hasOwn ? html`<span class="badge" title="Limits of their own">own</span>` : nothing}${icon('edit')}</button>`;
  }

  /** The row shows what the service answered, and stays where it is. */
  async #edit(user) {
    const saved = await editUser(user);
    if (!saved) return;
    const page = this.#people.value;
    this.#people.value = { ...page, users: page.users.map((one) => (one.user_id === saved.user_id ? saved : one)) };
    this.requestUpdate();
  }

  async #add() {
    const made = await addUser();
    if (made) address.go(href(['users', made.user_id]));
  }
}

const nothingFound = () => nothingFits('users', href('users'));

/** Their cost is in no sum. */
const unpriced = (count) => html`<br><span class="badge warn" title=${`${plural(count, 'call')} without a known price: counted, and in no cost`}>${exact(count)} unpriced</span>`;

customElements.define('tt-users', Users);
