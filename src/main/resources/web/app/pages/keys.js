import { html, nothing } from 'lit';
import { address, href } from '../address.js';
import { get } from '../api.js';
import { Load } from '../load.js';
import { moment, time } from '../numbers.js';
import { Page } from '../page.js';
import { icon } from '../parts/icons.js';
import { makeKey, revokeKey, rotateKey } from '../parts/key-form.js';
import { nothingFits } from '../parts/states.js';
import { cursorPager, named, table } from '../parts/table.js';
import '../parts/export-button.js';

const A_PAGE = 50;

const WHOSE = [[null, 'All'], ['false', 'Of applications'], ['true', 'Of people']];
const STATES = [[null, 'Any'], ['active', 'Active'], ['expired', 'Expired'], ['revoked', 'Revoked']];
const NO_FILTERS = { userId: null, personal: null, state: null, before: null };

/** The credentials of programs, and of people who have no other. */
export default class Keys extends Page {
  #keys = new Load(this, () => ({ ...this.#wanted, before: this.query.get('before'), limit: A_PAGE }), (query, signal) => get('keys', query, signal));

  get #wanted() {
    const query = this.query;
    return { userId: query.get('userId') || null, personal: query.get('personal'), state: query.get('state') };
  }

  render() {
    return html`
      <div class="head">
        <h1>API keys</h1>
        <div class="actions">
          <tt-export path="export/keys" .query=${this.#wanted}></tt-export>
          <button class="main" aria-haspopup="dialog" @click=${() => this.#then(makeKey())}>New key</button>
        </div>
        <p class="lead">What your applications send instead of an access token. Newest first; what counts no longer stays in the list.</p>
      </div>
      ${this.#filters(this.#wanted)}
      ${this.#keys.show((page) => html`
        <section class="panel flush dense">
          ${table(this.#columns, page.keys, { label: 'API keys', empty: this.#none() })}
          ${cursorPager(page.next, 'before')}
        </section>`, { bones: 20 })}`;
  }

  #filters({ userId, personal, state: wanted }) {
    const choice = (label, name, options, chosen) => html`
      <span class="choice" role="group" aria-label=${label}>${options.map(([value, words]) => html`
        <button aria-pressed=${chosen === value} @click=${() => this.#go({ [name]: value })}>${words}</button>`)}</span>`;
    return html`
      <div class="filters" role="group" aria-label="Filters">
        ${choice('Whose keys', 'personal', WHOSE, personal)}
        ${choice('State', 'state', STATES, wanted)}
        ${userId ? html`<span class="chip"><span title=${userId}>User: ${userId}</span>
          <button aria-label="Take the filter User away" @click=${() => this.#go({ userId: null })}>${icon('close')}</button></span>` : nothing}
      </div>`;
  }

  #go(changes) {
    address.go(address.with({ ...changes, before: null }));
  }

  #none() {
    if (Object.values(this.#wanted).some(Boolean)) return nothingFits('API keys', address.with(NO_FILTERS));
    return html`<div class="state"><h2>No API keys yet</h2><p>Make one for the application that records calls; it is shown once.</p>
      <button aria-haspopup="dialog" @click=${() => this.#then(makeKey())}>New key</button></div>`;
  }

  #columns = [
    { label: 'Name', head: true, cell: ({ name, prefix }) => html`${named(name)}<code class="small soft clip" title=${prefix}>${prefix}…</code>` },
    { label: 'State', cell: state },
    { label: 'For', wide: true, cell: ({ roles, user_id: user }) => html`${roles.join(', ')}${user === null ? nothing : named(String(user), href(['users', user]))}` },
    { label: 'Last used', wide: true, cell: (key) => html`${key.last_used_at ? moment(key.last_used_at) : html`<span class="soft">never</span>`}<br>${made(key)}` },
    { label: '', number: true, below: true, cell: (key) => (key.state === 'active' ? html`
      <span class="row end">
        ${key.replaced_by ? nothing : html`<button class="small" aria-haspopup="dialog" aria-label=${`Rotate ${key.name} ${key.prefix}`} @click=${() => this.#then(rotateKey(key))}>Rotate</button>`}
        <button class="small danger" aria-haspopup="dialog" aria-label=${`Revoke ${key.name} ${key.prefix}`} @click=${() => this.#then(revokeKey(key))}>Revoke</button>
      </span>` : nothing) },
  ];

  async #then(done) {
    if (await done) this.#keys.again();
  }
}

const made = ({ created_at: at, created_by: by, created_with: credential }) =>
  html`<span class="small soft nowrap" title=${`Made with ${credential}`}>made ${moment(at)}${by === null ? nothing : ` by ${by}`}</span>`;

/** What the key is good for, and until when. */
export function state({ state: name, expires_at: end, revoked_at: revokedAt, replaced_by: next }) {
  const kind = name === 'active' ? (next ? 'warn' : 'good') : name === 'revoked' ? 'bad' : '';
  const words = name === 'revoked' ? `since ${time(revokedAt)}` : end ? `${name === 'active' ? 'until' : 'since'} ${time(end)}` : '';
  return html`<span class="badge ${kind}">${name === 'active' && next ? 'replaced' : name}</span>${words ? html`<br><span class="small soft state-until">${words}</span>` : nothing}`;
}

customElements.define('tt-keys', Keys);
