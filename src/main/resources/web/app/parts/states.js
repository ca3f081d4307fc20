/** States of a page or panel that is not simply there. */
import { html, nothing } from 'lit';
import { address } from '../address.js';
import { DAYS, DEFAULT_DAYS, kept } from '../filters.js';
import { session } from '../session.js';
import { icon } from './icons.js';

/** The place of what is on its way, as high as it will be (in rem). */
export const bones = (height = 12) =>
  html`<div class="bones" role="status" aria-label="Loading"><div class="bone" .style=${`min-height: ${height}rem`}></div></div>`;

export function problemState(problem, again) {
  if (problem.status === 403) return noRight(problem);
  if (problem.status === 404) {
    return html`<section class="panel state"><h2>Not there</h2><p>There is nothing of this name here, or nothing that you may see.</p></section>`;
  }
  if (problem.code === 'too_much_to_read' || daysOf(problem)) return otherDays(problem);
  return html`
    <section class="panel state" role="alert">
      <h2>${problem.title ?? 'That did not work'}</h2>
      <p>${problem.message}</p>
      ${problem.errors.length
        ? html`<ul>${problem.errors.map((error) => html`<li><b>${error.field}</b> ${error.message}</li>`)}</ul>`
        : nothing}
      <div class="row"><button class="main" @click=${again}>Try again</button>
        ${problem.of('cursor') ? html`<a class="button" href=${address.with({ cursor: null })}>To the first page</a>` : nothing}
        ${problem.status === 400 ? withoutFilters() : nothing}</div>
      ${problem.requestId ? html`<p class="soft small">Request <code>${problem.requestId}</code></p>` : nothing}
    </section>`;
}

/** What is wrong with the days that were asked for. */
const daysOf = (problem) => DAYS.map((name) => problem.of(name)).find(Boolean);

/** Single calls are read of few days only, and only as long as that is quick: other days are the way out. */
function otherDays(problem) {
  const days = problem.code === 'too_much_to_read' ? '7' : DEFAULT_DAYS;
  return html`
    <section class="panel state" role="alert">
      <h2>${problem.code === 'too_much_to_read' ? 'Too much to read' : 'Not for these days'}</h2>
      <p>${daysOf(problem) ? `The range ${daysOf(problem)}.` : problem.message}</p>
      <p class="soft">A user or a session together with another filter is answered from single calls.</p>
      <div class="row">
        <a class="button" href=${address.with({ startDate: null, endDate: null, cursor: null, offset: null, days: days === DEFAULT_DAYS ? null : days })}>Last ${days} days</a>
        ${withoutFilters()}
      </div>
    </section>`;
}

const isFiltered = () => Object.keys(kept()).some((name) => !DAYS.includes(name));

/** This page, of the same days. */
const withoutFilters = () =>
  isFiltered() ? html`<a class="button" href=${address.with(Object.fromEntries([...Object.keys(kept()).filter((name) => !DAYS.includes(name)), 'offset', 'cursor'].map((name) => [name, null])))}>Take the filters away</a>` : nothing;

export const noRight = (problem) => html`
  <section class="panel state">
    <h2>${icon('lock')} Not for you to see</h2>
    <p>${problem?.message ?? 'This page needs a role that your access token does not have.'}</p>
    <p class="soft">You are signed in with ${session.caller?.roles.length ? session.caller.roles.join(', ') : 'no role'}.</p>
  </section>`;

/** Nothing fits the filters. */
export const nothingFits = (what, away) => html`
  <div class="state"><h2>No ${what} here</h2>
    <p class="soft">Nothing fits these days and filters.</p>
    ${away ? html`<a class="button" href=${away}>Take the filters away</a>` : nothing}</div>`;

/** Nothing was ever recorded: the command that brings the first call. */
export const firstCall = () => html`
  <section class="panel state">
    <h2>No calls yet</h2>
    <p>Record one, and it is here within seconds. Your application sends what its provider answered; try it by hand first:</p>
    <pre tabindex="0" role="group" aria-label="Command: record a first call"><code>TOKEN=…   # your access token, or an API key

curl ${location.origin}/api/usage/events \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"user_id": 123, "endpoint": "analyze_homework", "model": "gpt-4o-mini",
       "prompt_tokens": 1200, "completion_tokens": 300}'</code></pre>
    ${session.isAdmin ? html`<p>A key for your application is made under <a href="/admin/keys">API keys</a>.</p>` : nothing}
  </section>`;

/** No calls in these days, or none that fit. */
export const noCalls = (what = 'calls') => html`
  <div class="state"><h2>No ${what} here</h2>
    ${isFiltered()
      ? html`<p class="soft">Nothing fits these days and filters.</p>${withoutFilters()}`
      : html`<p class="soft">There are none in these days. How to record the first call stands in the <a href="/admin">overview</a>.</p>
          ${kept().days === '90' ? nothing : html`<a class="button" href=${address.with({ startDate: null, endDate: null, days: '90' })}>Last 90 days</a>`}`}</div>`;
