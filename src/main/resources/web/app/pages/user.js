import { html, nothing } from 'lit';
import { address, href } from '../address.js';
import { get, Problem, send } from '../api.js';
import { filters, kept } from '../filters.js';
import { Load } from '../load.js';
import { day, dollars, exact, milliseconds, moment, money, shortly } from '../numbers.js';
import { Page } from '../page.js';
import { openDialog, say } from '../parts/dialogs.js';
import { card, ranks, unpricedNote } from '../parts/figures.js';
import { openForm, textField } from '../parts/form.js';
import { icon } from '../parts/icons.js';
import { LIMITS, limitWords, meters } from '../parts/limits.js';
import { problemState } from '../parts/states.js';
import { named, table } from '../parts/table.js';
import { editUser } from '../parts/user-form.js';
import { MEASURES, measureChoice, measureOf } from '../parts/measures.js';
import '../parts/chart.js';
import '../parts/export-button.js';
import '../parts/filter-bar.js';

const TOPS = [
  { by: 'endpoint', title: 'Top endpoints', page: 'endpoints' },
  { by: 'model', title: 'Top models', page: 'models' },
];

/** One person: what they may use, have used and did. */
export default class User extends Page {
  #user = new Load(this, () => ({ id: this.#id }), ({ id }, signal) => everythingOf(id, signal));
  #series = new Load(this, () => this.#asked, (query, signal) => get('usage/series', query, signal));
  #tops = new Load(this, () => this.#asked, (query, signal) => tops(query, signal));
  #calls = new Load(this, () => this.#asked, (query, signal) => get('usage/calls', { ...query, limit: 20 }, signal));

  get #id() {
    return this.parts[0];
  }

  /** Nothing is asked of somebody who is not there. */
  get #asked() {
    return this.#user.value ? { ...filters(), userId: this.#id } : null;
  }

  get #measure() {
    return measureOf(this.query);
  }

  render() {
    const isMissing = this.#user.problem?.status === 404;
    return html`
      ${this.#head(isMissing ? null : this.#user.value)}
      ${isMissing ? this.#missing() : this.#user.show((user) => this.#standing(user), { bones: 24 })}
      ${this.#user.value && !isMissing ? this.#usage() : nothing}`;
  }

  #missing() {
    return html`
      ${problemState(this.#user.problem)}
      <p><a class="button" href=${href('users', { q: this.#id })}>Look for it among the users</a></p>`;
  }

  #head(user) {
    return html`
      <div class="head">
        <p class="crumb"><a href=${href('users')}>Users</a></p>
        <h1>${user?.person.username ?? this.#id}</h1>
        ${user ? html`
          <div class="actions">
            <tt-export path=${`users/${encodeURIComponent(this.#id)}/export`} label="Export all that is kept"></tt-export>
            <button class="danger" aria-haspopup="dialog" @click=${this.#erase}>Erase</button>
          </div>
          <p class="lead">User <code>${user.person.user_id}</code>${user.person.email ? html`, ${user.person.email}` : nothing}. ${user.person.last_call ? html`Last call ${moment(user.person.last_call)}` : 'No call yet'}, first seen ${moment(user.person.created_at)}. <a href=${href('keys', { userId: this.#id })}>API keys that stand for them</a></p>` : nothing}
      </div>`;
  }

  #standing({ person, total, monthly }) {
    const own = LIMITS.filter(({ name }) => name in person.limit_overrides);
    const figures = (label, show, month, ever) => card({ label: `${label} this month`, value: show(month), facts: [['All time', show(ever)]] });
    return html`
      <div class="stack">
        <div class="grid even cards">
          ${figures('Cost', money, monthly.monthly_cost, total.total_cost)}
          ${figures('Tokens', shortly, monthly.monthly_tokens, total.total_tokens)}
          ${figures('Calls', shortly, monthly.monthly_calls, total.total_calls)}
          ${card({ label: 'Tier', value: person.tier, facts: [['Limits', own.length ? 'some of their own' : 'the tier’s']] })}
        </div>
        ${unpricedNote(person.unpriced_calls, href('models', { userId: this.#id }), ' this month')}
        <section class="panel stack">
          <header class="row"><h2>Limits of this month</h2><button class="push" aria-haspopup="dialog" @click=${() => this.#edit(person)}>${icon('edit')} Edit tier and limits</button></header>
          ${meters(person)}
          <p class="soft">Tier <b>${person.tier}</b>${own.length
            ? html`, with limits of their own: ${own.map((one) => limitWords(one, person.limit_overrides[one.name])).join(', ')}`
            : nothing}. The month’s figures start anew ${moment(person.resets_at)}.</p>
        </section>
      </div>`;
  }

  #usage() {
    return html`
      <tt-filters .place=${this.place} .without=${['userId']}></tt-filters>
      <section class="panel">
        <header>
          <h2>${MEASURES[this.#measure].label} per day</h2>
          ${measureChoice(this.#measure)}
        </header>
        ${this.#series.show((series) => html`<tt-chart label=${`${MEASURES[this.#measure].label} per day, ${day(series.start_date)} to ${day(series.end_date)}`} .content=${this.#content(series)}></tt-chart>`, { bones: 17 })}
      </section>
      ${this.#tops.show((lists) => html`<div class="grid even">${lists.map((list) => this.#top(list))}</div>`, { bones: 10 })}
      <section class="panel flush">
        <header><h2>Recent calls</h2>
          <tt-export path="usage/export" .query=${{ ...this.#asked, limit: 'all' }} label="Export calls"></tt-export>
          <a class="small" href=${href('calls', { ...kept(), userId: this.#id })}>All calls</a></header>
        ${this.#calls.show(({ calls }) => table(CALLS, calls, { label: 'Recent calls', empty: html`<p class="soft none">None in these days.</p>` }), { bones: 20 })}
      </section>`;
  }

  #content(series) {
    const { label, format } = MEASURES[this.#measure];
    return {
      x: series.total.map((point) => point.start),
      lines: [{ name: label, kind: 'bar', values: series.total.map((point) => point[this.#measure]) }],
      format,
      xFormat: (date) => day(date, false),
    };
  }

  #top({ top, report }) {
    return html`
      <section class="panel">
        <header><h2>${top.title}</h2><a class="small" href=${href(top.page, { ...kept(), userId: this.#id })}>All</a></header>
        ${report.rows.length
          ? ranks(report.rows.map(({ key, sums, share }) => ({
              name: key[top.by] ?? 'none',
              value: sums.total_cost === null ? 'unpriced' : dollars(sums.total_cost),
              share: share.total_cost,
              href: key[top.by] === null ? undefined : href('calls', { ...kept(), userId: this.#id, [top.by]: key[top.by] }),
            })))
          : html`<p class="soft">None in these days.</p>`}
      </section>`;
  }

  async #edit(person) {
    const saved = await editUser(person);
    if (!saved) return;
    this.#user.value = { ...this.#user.value, person: { ...saved, resets_at: person.resets_at } };
    this.requestUpdate();
  }

  async #erase() {
    const id = this.#id;
    const report = await openForm({
      title: `Erase ${id}`,
      action: 'Erase',
      busyAction: 'Erasing …',
      danger: true,
      fields: ({ problem }) => html`
        <div class="stack">
          <p>This cannot be taken back.</p>
          <ul class="points">
            <li>Id, name, email, tier and limits are forgotten.</li>
            <li>Their calls lose what the caller wrote in them: event, session and problem ids, grade level, error messages, tags, and branches that name them.</li>
            <li>API keys that stand for them are revoked.</li>
            <li>Totals, reports and exports keep their figures, under no id.</li>
          </ul>
          <p>First stop what sends calls for them: the same id in a new call is a new person. Somebody with very many calls takes a while; leave this open until the answer comes.</p>
        </div>
        ${textField({ name: 'typed', label: `To go on, type ${id}`, problem })}`,
      send: ({ typed }) => {
        if (typed !== id) throw new Problem(400, { errors: [{ field: 'typed', message: `Type ${id} to go on.` }] });
        return send('DELETE', `users/${encodeURIComponent(id)}`).catch((problem) => Promise.reject(unanswered(problem)));
      },
    });
    if (!report) return;
    await openDialog('Erased', (close) => html`
      <form class="dialog" @submit=${(event) => { event.preventDefault(); close(); }}>
        <h2>${report.erased ? `${id} is erased` : `There was nobody called ${id} any more`}</h2>
        ${report.erased ? html`<dl class="facts">
          <dt>Calls cleared</dt><dd>${exact(report.events_cleared)}</dd>
          <dt>Sessions changed</dt><dd>${exact(report.sessions_changed)}</dd>
          <dt>API keys revoked</dt><dd>${exact(report.keys_revoked)}</dd>
        </dl>` : nothing}
        <p class="soft small">Backups, exported files and logs kept elsewhere are not reached.</p>
        <div class="buttons"><button class="main" autofocus>To the users</button></div>
      </form>`);
    address.go(href('users'), { replace: true });
    say(report.erased ? `${id} is erased.` : `There was nobody called ${id} any more.`);
  }
}

/** An erasure whose answer was lost goes on where it was. */
function unanswered(problem) {
  if (problem.status === 0 || problem.status >= 500) problem.message = `${problem.message} What was erased stays erased; erase again, and the rest is done.`;
  return problem;
}

async function everythingOf(id, signal) {
  const part = encodeURIComponent(id);
  const [person, usage] = await Promise.all([get(`users/${part}`, {}, signal), get(`usage/user/${part}`, {}, signal)]);
  return { person: { ...person, resets_at: usage.balance.resets_at }, total: usage.total, monthly: usage.monthly };
}

const tops = (query, signal) =>
  Promise.all(TOPS.map(async (top) => ({ top, report: await get('usage/breakdown', { ...query, by: top.by, limit: 5 }, signal) })));

const CALLS = [
  { label: 'Time', head: true, cell: (call) => moment(call.occurred_at, true) },
  { label: 'Endpoint', cell: (call) => named(call.endpoint) },
  { label: 'Model', wide: true, cell: (call) => named(call.model) },
  { label: 'Tokens', number: true, wide: true, cell: (call) => shortly(call.total_tokens) },
  { label: 'Cost', number: true, cell: (call) => money(call.total_cost) },
  { label: 'Response time', number: true, wide: true, cell: (call) => milliseconds(call.response_time_ms) },
  { label: 'Outcome', wide: true, cell: (call) => (call.success ? 'succeeded' : html`<span class="badge bad">failed</span>`) },
];

customElements.define('tt-user', User);
