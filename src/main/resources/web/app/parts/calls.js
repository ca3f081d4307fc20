/** Single calls: as rows of a table, and one of them with all that is known of it. */
import { html, nothing } from 'lit';
import { href } from '../address.js';
import { clock, day, exact, exactDollars, milliseconds, moment, money, NONE, short, shortly, time } from '../numbers.js';
import { session } from '../session.js';
import { openDialog } from './dialogs.js';
import { icon } from './icons.js';
import { table } from './table.js';
import './take-back.js';

/**
 * @param again reads the list anew, after a call was taken back
 * @param sortable whether the time can be sorted by
 */
export const callsTable = (calls, { label, again, sorted, sortable = false }) =>
  table(columns(again, sortable), calls, { label, sorted, key: (call) => call.id, open: (call) => openCall(call, again) });

const columns = (again, sortable) => [
  {
    label: 'Time', head: true, ...(sortable && { sort: 'time' }),
    cell: (call) => html`<button class="link" aria-haspopup="dialog" aria-label="Call of ${time(call.occurred_at, true)}" @click=${() => openCall(call, again)}><time datetime=${call.occurred_at} title=${call.occurred_at}>${clock(call.occurred_at)}</time></button><span class="sub nowrap">${day(call.usage_day, false)}</span>`,
  },
  ...(session.isAdmin ? [{ label: 'User', wide: true, cell: who }] : []),
  {
    label: 'Endpoint',
    cell: (call) => html`<span class="clip" title=${call.endpoint}>${call.endpoint}</span>${subOf([call.call_type, call.scope])}${isPlain(call) ? nothing : html`<span class="narrow">${outcomeOf(call)}</span>`}`,
  },
  { label: 'Model', wide: true, cell: (call) => html`<span class="clip" title=${call.model}>${call.model}</span>` },
  {
    label: 'Tokens', number: true, wide: true,
    cell: (call) => html`${shortly(call.total_tokens)}<span class="sub">${short(call.prompt_tokens)} in, ${short(call.completion_tokens)} out</span>`,
  },
  { label: 'Cost', number: true, cell: (call) => money(call.total_cost) },
  { label: 'Response', number: true, wide: true, cell: (call) => milliseconds(call.response_time_ms) },
  { label: 'Outcome', wide: true, cell: outcomeOf },
];

const subOf = (words) => {
  const text = words.filter(Boolean).join(', ');
  return text ? html`<span class="sub clip" title=${text}>${text}</span>` : nothing;
};

const who = (call) => {
  if (call.user_id === null || call.user_id === undefined) return html`<i class="soft">no user</i>`;
  return html`<a class="clip" title=${call.user_id} href=${href(['users', call.user_id])}>${call.username ?? call.user_id}</a>`;
};

/** What needs no badge where there is no room for one. */
const isPlain = (call) => call.success && !call.cache_hit && !call.reverses;

const outcomeOf = (call) => {
  if (call.reverses) return html`<span class="badge warn">takes back</span>`;
  if (call.cache_hit) return html`<span class="badge accent">from cache</span>`;
  return call.success ? html`<span class="badge good">ok</span>` : html`<span class="badge bad" title=${call.error_message ?? ''}>failed</span>`;
};

/** A page of the portal about a session; an id that no path can hold leads to its calls. */
export const toSession = (id) => (id === '.' || id === '..' ? href('calls', { sessionId: id }) : href(['sessions', id]));

function openCall(call, again) {
  return openDialog(`Call of ${time(call.occurred_at, true)}`, (close) => html`
    <div class="dialog" @click=${(event) => event.target.closest('a') && close()}>
      <div class="title"><h2>Call of ${moment(call.occurred_at, true)} ${outcomeOf(call)}</h2>
        <button class="quiet icon" autofocus aria-label="Close" @click=${() => close()}>${icon('close')}</button></div>
      ${call.success || call.cache_hit ? nothing : html`<div class="note bad"><div>${call.error_message ?? 'It failed; the application said no reason.'}</div></div>`}
      ${call.total_cost === null ? html`<div class="note warn"><div>No known price for ${call.model}: counted, and in no cost. ${session.isAdmin ? html`Set one under <a href=${href('prices')}>Prices</a>.` : nothing}</div></div>` : nothing}
      <dl class="facts">${facts(call).map(([name, fact]) => html`<dt>${name}</dt><dd>${fact ?? NONE}</dd>`)}</dl>
      ${session.isAdmin && !call.reverses ? html`<tt-take-back .call=${call} .done=${() => { close(); again(); }}></tt-take-back>` : nothing}
    </div>`);
}

const facts = (call) => [
  ...(session.isAdmin ? [['User', call.user_id === null || call.user_id === undefined ? 'no user' : html`${who(call)}`], ['User id', call.user_id]] : []),
  ['Endpoint', call.endpoint],
  ['Model', call.model],
  ['Provider', call.provider],
  ['Call type', call.call_type],
  ['Scope', call.scope],
  ['Session', call.session_id ? html`<a href=${toSession(call.session_id)}>${call.session_id}</a>` : null],
  ['Problem', call.problem_id],
  ['Grade level', call.grade_level],
  ['Git branch', call.git_branch],
  ['Prompt tokens', exact(call.prompt_tokens)],
  ['… read from cache', exact(call.cache_read_tokens)],
  ['… written to cache, 5 min', exact(call.cache_write_5m_tokens)],
  ['… written to cache, 1 h', exact(call.cache_write_1h_tokens)],
  ['Completion tokens', exact(call.completion_tokens)],
  ['… for reasoning', exact(call.reasoning_tokens)],
  ['Total tokens', exact(call.total_tokens)],
  ['Input cost', exactDollars(call.input_cost)],
  ['Output cost', exactDollars(call.output_cost)],
  ['Total cost', exactDollars(call.total_cost)],
  ['Response time', call.response_time_ms === null ? null : `${exact(call.response_time_ms)} ms`],
  ['Counts as', call.calls === 0 ? 'no call, an answer from cache' : exact(call.calls)],
  ['Error', call.error_message],
  ['Tags', tagsOf(call.tags)],
  ['Flags', call.flags.length ? call.flags.join(', ') : null],
  ['Day', day(call.usage_day)],
  ['Recorded', moment(call.recorded_at, true)],
  ['Source', call.source],
  ['Event id', call.event_id],
  ['Id', html`<code>${call.id}</code>`],
  ...(call.reverses ? [['Takes back', html`<code>${call.reverses}</code>`], ['Because', call.reversal_reason]] : []),
];

const tagsOf = (tags) =>
  tags && Object.keys(tags).length
    ? Object.entries(tags).map(([name, value]) => html`<div><span class="soft">${name}</span> ${typeof value === 'string' ? value : JSON.stringify(value)}</div>`)
    : null;
