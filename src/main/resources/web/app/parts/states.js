/** States of a page or panel that is not simply there. */
import { html, nothing } from 'lit';
import { address } from '../address.js';
import { DAYS, DEFAULT_DAYS, isFiltered, kept, without } from '../filters.js';
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
  if (problem.code === 'too_much_to_read') return otherDays(problem);
  const wrong = problem.errors.map(({ field }) => field).filter((field) => address.query.has(field) || DAYS.includes(field));
  if (wrong.length) return otherAddress(problem, wrong);
  return html`
    <section class="panel state" role="alert">
      <h2>${problem.title ?? 'That did not work'}</h2>
      <p>${problem.message}</p>
      ${problem.errors.length
        ? html`<ul>${problem.errors.map((error) => html`<li><b>${error.field}</b> ${error.message}</li>`)}</ul>`
        : nothing}
      <div class="row"><button class="main" @click=${again}>Try again</button>
        ${problem.status === 400 ? withoutFilters() : nothing}</div>
      ${problem.requestId ? html`<p class="soft small">Request <code>${problem.requestId}</code></p>` : nothing}
    </section>`;
}

const ROWS_ARE_READ = html`<p class="soft">A user or a session together with another filter is answered from single calls.</p>`;

/** Single calls are read only as long as that is quick: fewer days are the way out. */
const otherDays = (problem) => html`
  <section class="panel state" role="alert">
    <h2>Too much to read</h2>
    <p>${problem.message}</p>
    ${ROWS_ARE_READ}
    <div class="row"><a class="button" href=${address.with({ ...without([...DAYS, ...PLACES]), days: '7' })}>Last 7 days</a>${withoutFilters()}</div>
  </section>`;

/** What the address bar asks for stays wrong, however often it is asked. */
function otherAddress({ errors }, wrong) {
  const isOf = (names) => wrong.every((name) => names.includes(name));
  return html`
    <section class="panel state" role="alert">
      <h2>${isOf(DAYS) ? 'Not for these days' : 'Not with this address'}</h2>
      <ul>${errors.map(({ field, message }) => html`<li><b>${field}</b> ${message}</li>`)}</ul>
      ${isOf(DAYS) && isFiltered() ? ROWS_ARE_READ : nothing}
      <div class="row">
        <a class="button" href=${address.with(without([...wrong, ...(isOf(DAYS) ? DAYS : []), ...PLACES]))}>${isOf(DAYS) ? `Last ${DEFAULT_DAYS} days` : isOf(PLACES) ? 'To the first page' : `Go on without ${wrong.length === 1 ? 'it' : 'them'}`}</a>
        ${withoutFilters()}
      </div>
    </section>`;
}

/** Where in a list one is. */
const PLACES = ['offset', 'cursor', 'before'];

/** This page, of the same days. */
const withoutFilters = () =>
  isFiltered() ? html`<a class="button" href=${address.with(without([...Object.keys(kept()).filter((name) => !DAYS.includes(name)), ...PLACES]))}>Take the filters away</a>` : nothing;

export const noRight = (problem) => html`
  <section class="panel state">
    <h2>${icon('lock')} Not for you to see</h2>
    <p>${problem?.message ?? 'This page needs a role that your access token does not have.'}</p>
    <p class="soft">You are signed in with ${session.caller?.roles.length ? session.caller.roles.join(', ') : 'no role'}.</p>
  </section>`;

/** Nothing fits the filters. */
export const nothingFits = (what, away) => html`
  <div class="state"><h2>No ${what} here</h2>
    <p class="soft">Nothing fits these filters.</p>
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
