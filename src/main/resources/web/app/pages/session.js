import { html, nothing } from 'lit';
import { href } from '../address.js';
import { get } from '../api.js';
import { Load } from '../load.js';
import { dollars, exact, moment, money, plural, shortly } from '../numbers.js';
import { Page } from '../page.js';
import { session } from '../session.js';
import { callsTable } from '../parts/calls.js';
import { card } from '../parts/figures.js';
import { whence } from '../parts/sums.js';
import '../parts/chart.js';
import '../parts/export-button.js';

const ROWS = 200;

/** One session: what it came to, and its calls from the first. */
export default class Session extends Page {
  #one = new Load(this, () => this.#id, (id, signal) => get(`usage/sessions/${encodeURIComponent(id)}`, { limit: ROWS }, signal));

  get #id() {
    return this.parts[0];
  }

  render() {
    return html`
      <div class="head">
        <p class="crumb"><a href=${href('sessions')}>Sessions</a></p>
        <h1>${this.#id}</h1>
        ${this.#one.value ? html`<div class="actions"><tt-export path="usage/export" .query=${{ ...callsOf(this.#one.value), limit: 'all' }} label="Export calls"></tt-export></div>` : nothing}
      </div>
      ${this.#one.show((one) => this.#report(one), { bones: 40 })}`;
  }

  #report(one) {
    const { totals, calls } = one;
    const isCut = calls.length === ROWS;
    return html`
      <div class="stack">
        <div class="grid even cards">
          ${card({ label: 'Cost', value: money(totals.calls ? totals.total_cost : 0), facts: [['Unpriced calls', exact(totals.unpriced_calls)]] })}
          ${card({ label: 'Tokens', value: shortly(totals.total_tokens), facts: [['In', shortly(totals.prompt_tokens)], ['Out', shortly(totals.completion_tokens)]] })}
          ${card({ label: 'Calls', value: shortly(totals.calls), facts: [['Failed', exact(totals.failed_calls)]] })}
        </div>
        <section class="panel stack">
          <h2>What it was</h2>
          <dl class="facts">
            <dt>From</dt><dd>${moment(totals.first_at, true)}</dd>
            <dt>To</dt><dd>${moment(totals.last_at, true)}</dd>
            ${session.isAdmin ? parts('Users', one.users.map((user) => ({ ...user, name: user.username ?? user.user_id ?? 'no user', to: user.user_id === null || user.user_id === undefined ? undefined : href(['users', user.user_id]) }))) : nothing}
            ${parts('Endpoints', one.endpoints)}
            ${parts('Models', one.models)}
            ${parts('Call types', one.call_types)}
          </dl>
        </section>
        ${calls.length > 1 ? html`
          <section class="panel">
            <header><h2>Cost of each call</h2></header>
            <tt-chart label="Cost of each call, in order" .content=${costs(calls)}></tt-chart>
          </section>` : nothing}
        <section class="panel flush dense">
          <header><h2>Calls, from the first</h2>${isCut ? html`<a class="small" href=${href('calls', callsOf(one))}>All of them</a>` : nothing}</header>
          ${calls.length ? callsTable(calls, { label: 'Calls of the session', again: this.#one.again }) : html`<div class="state"><p>Its calls are no longer kept, only what they came to.</p></div>`}
        </section>
        <div>${isCut ? html`<p class="soft small">The first ${ROWS} calls of ${exact(totals.calls)}.</p>` : nothing}${whence(one)}</div>
      </div>`;
  }
}

/** Its calls, as the pages of calls and their export ask for them. */
const callsOf = (one) => ({ sessionId: one.session_id, startDate: one.start_date, endDate: one.end_date });

const parts = (label, list) =>
  list.length
    ? html`<dt>${label}</dt><dd>${list.map((part) => html`
        <div>${part.to ? html`<a href=${part.to}>${part.name}</a>` : part.name ?? 'none'} <span class="soft">${plural(part.calls, 'call')}, ${part.total_cost === null ? 'unpriced' : dollars(part.total_cost)}</span></div>`)}</dd>`
    : nothing;

const costs = (calls) => ({
  x: calls.map((_, index) => String(index + 1)),
  lines: [{ name: 'Cost', kind: 'bar', values: calls.map((call) => call.total_cost) }],
  format: dollars,
  xFormat: (number) => `Call ${number}`,
  xLabel: 'Call',
});

customElements.define('tt-session', Session);
