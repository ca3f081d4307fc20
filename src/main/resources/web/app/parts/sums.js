/** Figures of calls that belong together, as the service adds them up: columns over `sums` and `share`, and where they are from. */
import { html, nothing } from 'lit';
import { day, dollars, exact, milliseconds, money, NONE, percent, short, shortly } from '../numbers.js';
import { session } from '../session.js';
import { width } from './figures.js';
import { MEASURES } from './measures.js';

/**
 * @param measure whose share is shown; none: none is
 * @param calls (row) => where its calls are; the row of the total has none
 * @param failed (row) => where its failed calls are
 * @param unpriced whether there are calls without a price
 */
export const sumColumns = ({ measure, calls, failed, unpriced }) => [
  { label: 'Calls', number: true, sort: 'calls', cell: (row) => linked(shortly(row.sums.calls), calls?.(row)) },
  {
    label: 'Tokens', number: true, wide: true, sort: 'total_tokens',
    cell: ({ sums }) => html`${shortly(sums.total_tokens)}<span class="sub">${short(sums.prompt_tokens)} in, ${short(sums.completion_tokens)} out</span>`,
  },
  { label: 'Cost', number: true, sort: 'total_cost', cell: ({ sums }) => (sums.calls ? money(sums.total_cost) : dollars(sums.total_cost)) },
  ...(measure ? [{ label: `% of ${MEASURES[measure].label.toLowerCase()}`, number: true, wide: true, cell: ({ share }) => part(share[measure]) }] : []),
  {
    label: 'Per call', number: true, wide: true, sort: 'avg_cost_per_call',
    cell: ({ sums }) => html`${dollars(sums.avg_cost_per_call)}<span class="sub" title=${exact(sums.avg_tokens_per_call)}>${short(sums.avg_tokens_per_call)} tokens</span>`,
  },
  {
    label: 'Failed', number: true, wide: true, sort: 'failed_calls',
    cell: (row) => html`${linked(shortly(row.sums.failed_calls), row.sums.failed_calls ? failed?.(row) : undefined)}<span class="sub">${percent(row.sums.failure_rate)}</span>`,
  },
  {
    label: 'Response', number: true, wide: true, sort: 'avg_response_time',
    cell: ({ sums: { response_time: time } }) => html`${milliseconds(time.avg_ms)}${time.p95_ms === null ? nothing : html`<span class="sub" title="95 of 100 calls are answered within this time">p95 ${milliseconds(time.p95_ms)}</span>`}`,
  },
  ...(unpriced ? [{ label: 'Unpriced', number: true, wide: true, sort: 'unpriced_calls', cell: ({ sums }) => (sums.unpriced_calls ? html`<span class="badge warn">${shortly(sums.unpriced_calls)}</span>` : '0') }] : []),
].map((column) => ({ ...column, foot: column.cell }));

/** The row of the total, as of what all its parts make. */
export const totalOf = ({ total }) => {
  const whole = (figure) => (figure ? 1 : null);
  return { isTotal: true, sums: total, share: { calls: whole(total.calls), total_tokens: whole(total.total_tokens), total_cost: whole(total.total_cost) } };
};

const linked = (figure, to) => (to ? html`<a href=${to}>${figure}</a>` : figure);

const part = (share) =>
  share === null || share === undefined
    ? NONE
    : html`<span class="part">${percent(share)}<span class="track" aria-hidden="true"><i .style=${width(share)}></i></span></span>`;

/** Which days these are, and what they were read from. */
export const whence = ({ start_date: start, end_date: end, source, beyond_retention: whole }) => html`
  ${whole ? html`<div class="note warn"><div>Single calls before ${day(whole)} are no longer kept, and are not in what you see here. Sums stay: take filters away, and the figures are whole.</div></div>` : nothing}
  <p class="soft small">${start ? `${day(start)} to ${day(end)}` : 'All time'}, days of ${session.zone}. ${source === 'rows' ? 'Read from single calls.' : 'Read from sums of each day.'}</p>`;

/** Days up to a quarter, weeks up to a year, then months: as many steps as can be told apart. */
export function stepOf({ days, startDate, endDate }) {
  const count = days ?? (new Date(endDate || Date.now()) - new Date(startDate)) / 86_400_000;
  return count > 400 ? 'month' : count > 92 ? 'week' : 'day';
}
