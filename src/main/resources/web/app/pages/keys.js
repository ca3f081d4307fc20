import { html, nothing } from 'lit';
import { href } from '../address.js';
import { get } from '../api.js';
import { Load } from '../load.js';
import { moment, time } from '../numbers.js';
import { Page } from '../page.js';
import { makeKey, revokeKey, rotateKey } from '../parts/key-form.js';
import { cursorPager, named, table } from '../parts/table.js';
import '../parts/export-button.js';

const A_PAGE = 50;

/** The credentials of programs, and of people who have no other. */
export default class Keys extends Page {
  #keys = new Load(this, () => ({ before: this.query.get('before'), limit: A_PAGE }), (query, signal) => get('keys', query, signal));

  render() {
    return html`
      <div class="head">
        <h1>API keys</h1>
        <div class="actions">
          <tt-export path="export/keys"></tt-export>
          <button class="main" aria-haspopup="dialog" @click=${() => this.#then(makeKey())}>New key</button>
        </div>
        <p class="lead">What your applications send instead of an access token. Newest first; what counts no longer stays in the list.</p>
      </div>
      ${this.#keys.show((page) => html`
        <section class="panel flush">
          ${table(this.#columns, page.keys, { label: 'API keys', empty: this.#none() })}
          ${cursorPager(page.next, 'before')}
        </section>`, { bones: 20 })}`;
  }

  #none() {
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
