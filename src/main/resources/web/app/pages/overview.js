import { html, nothing } from 'lit';
import { address, href } from '../address.js';
import { get, send } from '../api.js';
import { filters, isFiltered, kept } from '../filters.js';
import { Load } from '../load.js';
import { day, dollars, moment, money, short, shortly, time } from '../numbers.js';
import { Page } from '../page.js';
import { session } from '../session.js';
import { card, change, meter, ranks, unpricedNote } from '../parts/figures.js';
import { bones, firstCall } from '../parts/states.js';
import { MEASURES, measureChoice, measureOf } from '../parts/measures.js';
import '../parts/chart.js';
import '../parts/export-button.js';
import '../parts/filter-bar.js';
import '../parts/live-button.js';

const TOPS = [
  { by: 'user', title: 'Top users', key: 'user', filter: 'userId', page: 'calls', none: 'no user', adminOnly: true, all: href('users'), to: (id) => href(['users', id]) },
  { by: 'endpoint', title: 'Top endpoints', key: 'endpoint', filter: 'endpoint', page: 'endpoints' },
  { by: 'model', title: 'Top models', key: 'model', filter: 'model', page: 'models' },
  { by: 'call_type', title: 'Call types', key: 'call_type', filter: 'callType', page: 'calls', none: 'no call type' },
  { by: 'scope', title: 'Scopes', key: 'scope', filter: 'scope', page: 'calls', none: 'no scope' },
];

/** Keeps the line's place. */
const NOTHING_YET = '\u00a0';

/** The morning's page: where the month stands, how it got there, who and what it was. */
export default class Overview extends Page {
  /** Asked again and again; the rest follows when this has changed. */
  #standing = new Load(this, () => ({}), (_, signal) => standing(signal), { live: true });
  #forecast = new Load(this, () => ({ budget: this.query.get('budget') }), (query, signal) => get('usage/forecast', query, signal));
  #month = new Load(this, () => this.#monthsAsked, ([now, before], signal) => comparison(now, before, signal));
  #series = new Load(this, () => filters(), (query, signal) => get('usage/series', query, signal));
  #tops = new Load(this, () => filters(), (query, signal) => tops(query, signal));
  #stood;

  updated() {
    const stands = this.#standing.value && JSON.stringify(this.#standing.value);
    if (this.#stood && stands !== this.#stood) [this.#forecast, this.#month, this.#series, this.#tops].forEach((load) => load.again());
    this.#stood = stands;
  }

  /** Once today is known from the service. */
  get #monthsAsked() {
    const today = this.#forecast.value?.today;
    return today ? months(today) : null;
  }

  get #measure() {
    return measureOf(this.query);
  }

  render() {
    return html`
      <div class="head">
        <h1>${session.isAdmin ? 'Overview' : 'My usage'}</h1>
        <div class="actions"><tt-live .at=${this.#standing.at}></tt-live></div>
      </div>
      ${this.#standing.show((standing) => (standing.isEmpty ? firstCall() : html`
        <div class="stack">
          ${this.#cards(standing)}
          ${unpricedNote(standing.balance.unpriced_calls, href('models', { startDate: this.#forecast.value && `${this.#forecast.value.today.slice(0, 8)}01` }), ' this month')}
        </div>`))}
      ${this.#standing.value?.isEmpty ? nothing : this.#standing.value || this.#standing.problem ? this.#rest() : bones(40)}`;
  }

  #rest() {
    return html`
      ${this.#limits()}
      <tt-filters .place=${this.place}></tt-filters>
      <section class="panel">
        <header>
          <h2>${MEASURES[this.#measure].label} per day</h2>
          ${measureChoice(this.#measure)}
          <tt-export path="usage/export" .query=${{ ...filters(), limit: 'all' }} label="Export calls"></tt-export>
        </header>
        ${this.#series.show((series) => html`<tt-chart label=${`${MEASURES[this.#measure].label} per day, ${day(series.start_date)} to ${day(series.end_date)}`} .content=${this.#content(series)}></tt-chart>`, { bones: 17 })}
      </section>
      ${this.#tops.show((lists) => html`<div class="grid even">${lists.map((list) => this.#top(list))}</div>`)}`;
  }

  #cards({ stats: { overall, monthly, daily }, balance }) {
    const month = this.#month.value;
    const before = month ? `${day(month.before.start_date, false)} – ${day(month.before.end_date, false)}, to yesterday` : '';
    const of = (label, name, show, percentage) => card({
      label,
      value: show(monthly[name]),
      change: change(percentage, percentage === null || percentage === undefined ? NOTHING_YET : before),
      facts: [['Today', show(daily[name])], ['All time', show(overall[name])]],
    });
    return html`
      <div class="grid even cards">
        ${of('Cost this month', 'cost', money, month?.change.total_cost)}
        ${of('Tokens this month', 'tokens', shortly, month?.change.total_tokens)}
        ${of('Calls this month', 'calls', shortly, month?.change.calls)}
        ${session.isAdmin
          ? of('Active users this month', 'users', shortly, month?.users_change)
          : card({ label: 'What is left this month', value: left(balance), facts: [['Tier', balance.tier ?? '–'], ['Starts anew', time(balance.resets_at).split(',')[0]]] })}
      </div>`;
  }

  #limits() {
    const budget = this.query.get('budget');
    return html`
      <section class="panel stack">
        <header class="row"><h2>${session.isAdmin ? 'Limits and budget of this month' : 'My limits of this month'}</h2>
          <form class="row push" @submit=${this.#setBudget}>
            <label class="row small nowrap"><span>Budget, $</span>
              <input class="short" name="budget" inputmode="decimal" pattern="[0-9]+(\\.[0-9]+)?" placeholder="none" .value=${budget ?? ''} autocomplete="off"></label>
            <button class="small">Set</button>
          </form>
        </header>
        ${this.#standing.show(({ balance }) => html`
          <div class="grid meters">
            ${meter({ label: 'Cost', used: balance.usage.cost, held: balance.held.cost, limit: balance.limits.maxMonthlyCost, format: dollars })}
            ${meter({ label: 'Tokens', used: balance.usage.tokens, held: balance.held.tokens, limit: balance.limits.maxMonthlyTokens, format: short })}
            ${meter({ label: 'Calls', used: balance.usage.calls, held: balance.held.calls, limit: balance.limits.maxMonthlyCalls, format: short })}
            ${budget ? this.#forecast.show((forecast) => meter({ label: 'Budget', used: balance.usage.cost, limit: forecast.budget?.amount ?? Number(budget), format: dollars }), { bones: 2 }) : nothing}
          </div>`, { bones: 3 })}
        ${this.#forecast.show((forecast) => outlook(forecast), { bones: 2 })}
      </section>`;
  }

  #setBudget = (event) => {
    event.preventDefault();
    address.go(address.with({ budget: new FormData(event.target).get('budget').trim() }), { replace: true });
  };

  #content(series) {
    const measure = this.#measure;
    const forecast = this.#forecast.value;
    const ahead = reachesToday(series, forecast) && !isFiltered() ? forecast[MEASURES[measure].forecast].by_day ?? [] : [];
    const past = series.total.map((point) => point.start);
    const future = ahead.filter((one) => one.date > series.end_date);
    const pad = past.map(() => null);
    return {
      x: [...past, ...future.map((one) => one.date)],
      lines: [
        { name: MEASURES[measure].label, kind: 'bar', values: [...series.total.map((point) => point[measure]), ...future.map(() => null)] },
        ...(future.length ? [{ name: 'Forecast', dashed: true, values: [...pad, ...future.map((one) => one.projected)] }] : []),
      ],
      band: future.length && future[0].upper !== null
        ? { name: 'Likely', lower: [...pad, ...future.map((one) => one.lower)], upper: [...pad, ...future.map((one) => one.upper)] }
        : undefined,
      format: MEASURES[measure].format,
      xFormat: (date) => day(date, false),
    };
  }

  #top({ top, report }) {
    return html`
      <section class="panel">
        <header><h2>${top.title}</h2><a class="small" href=${top.all ?? href(top.page, kept())}>All</a></header>
        ${report.rows.length
          ? ranks(report.rows.map((row) => {
              const id = row.key[top.key] ?? null;
              return {
                name: row.username ?? String(id ?? (row.erased ? 'erased' : top.none)),
                value: row.sums.total_cost === null ? 'unpriced' : dollars(row.sums.total_cost),
                share: row.share.total_cost,
                href: row.erased ? undefined : top.to && id !== null ? top.to(id) : href(top.page, { ...kept(), [top.filter]: id ?? '' }),
              };
            }))
          : html`<p class="soft">None in these days.</p>`}
      </section>`;
  }
}

/** Totals of today, the month and all time, and what is left. */
async function standing(signal) {
  if (session.isAdmin) {
    const [stats, balance] = await Promise.all([get('usage/stats', {}, signal), balanceOf({}, signal)]);
    return { stats: named(stats), balance, isEmpty: stats.overall.total_api_calls === 0 && balance.usage.calls === 0 };
  }
  const [mine, [today]] = await Promise.all([get('usage/me', {}, signal), get('usage/me/daily', { days: 1 }, signal)]);
  return {
    stats: {
      overall: { calls: mine.total.total_calls, tokens: mine.total.total_tokens, cost: mine.total.total_cost },
      monthly: { calls: mine.monthly.monthly_calls, tokens: mine.monthly.monthly_tokens, cost: mine.monthly.monthly_cost },
      daily: { calls: today.api_calls, tokens: today.total_tokens, cost: today.cost_usd },
    },
    balance: mine.balance,
    isEmpty: mine.total.total_calls === 0,
  };
}

const named = ({ overall, monthly, daily }) => ({
  overall: { calls: overall.total_api_calls, users: overall.total_users, tokens: overall.total_tokens, cost: overall.total_cost },
  monthly: { calls: monthly.monthly_api_calls, users: monthly.monthly_users, tokens: monthly.monthly_tokens, cost: monthly.monthly_cost },
  daily: { calls: daily.daily_api_calls, users: daily.daily_users, tokens: daily.daily_tokens, cost: daily.daily_cost },
});

/** 429 is the answer that no more calls may be made, and carries the same figures. */
async function balanceOf(body, signal) {
  return send('POST', 'usage/check', body, { signal }).catch((problem) => {
    if (problem.code === 'quota_exceeded') return problem.document;
    throw problem;
  });
}

/** The whole days of this month so far, and as many of the month before; none on its first. */
function months(today) {
  const [year, month, isToday] = today.split('-').map(Number);
  const date = isToday - 1;
  if (date === 0) return null;
  const iso = (y, m, d) => new Date(Date.UTC(y, m - 1, d)).toISOString().slice(0, 10);
  const lastBefore = new Date(Date.UTC(year, month - 1, 0)).getUTCDate();
  return [
    { startDate: iso(year, month, 1), endDate: iso(year, month, date) },
    { startDate: iso(year, month - 1, 1), endDate: iso(year, month - 1, Math.min(date, lastBefore)) },
  ];
}

async function comparison(now, before, signal) {
  const users = (days) => (session.isAdmin ? get('usage/breakdown', { ...days, by: 'user', limit: 1 }, signal).then((report) => report.users) : null);
  const [compared, usersNow, usersBefore] = await Promise.all([
    get('usage/comparison', { ...now, beforeStartDate: before.startDate, beforeEndDate: before.endDate }, signal),
    users(now),
    users(before),
  ]);
  return { ...compared, users_change: usersBefore ? ((usersNow - usersBefore) / usersBefore) * 100 : null };
}

const tops = (query, signal) =>
  Promise.all(TOPS.filter((top) => session.isAdmin || !top.adminOnly).map(async (top) => ({
    top,
    report: await get('usage/breakdown', { ...query, by: top.by, limit: 5 }, signal),
  })));

const reachesToday = (series, forecast) => forecast && series.end_date >= forecast.today && series.step === 'day';

function left(balance) {
  if (balance.available.cost !== null) return dollars(balance.available.cost);
  if (balance.available.tokens !== null) return `${short(balance.available.tokens)} tokens`;
  return balance.available.calls === null ? 'no limit' : `${short(balance.available.calls)} calls`;
}

/** What the month will come to, in a sentence. */
function outlook({ cost, budget, resets_at: resetsAt, coverage }) {
  if (cost.projected === null) return html`<p class="soft">A forecast needs a whole day with calls. The month ends ${moment(resetsAt)}.</p>`;
  const range = cost.lower === null ? nothing : html`, with ${Math.round(coverage * 100)}% likelihood ${dollars(cost.lower)} to ${dollars(cost.upper)}`;
  return html`<p>At this pace the month comes to <b>${dollars(cost.projected)}</b>${range}. It ends ${moment(resetsAt)}.
    ${cost.limit?.reached_on ? html`<b>The limit is reached on ${day(cost.limit.reached_on)}.</b>` : nothing}
    ${budget?.reached_on ? html`<b>The budget is spent on ${day(budget.reached_on)}.</b>` : budget?.reached_on_at_the_earliest ? html`The budget may be spent on ${day(budget.reached_on_at_the_earliest)}.` : nothing}</p>`;
}

customElements.define('tt-overview', Overview);
