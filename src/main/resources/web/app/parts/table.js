/** Tables: sorted and paged by the service, never here. */
import { html, nothing } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { repeat } from 'lit/directives/repeat.js';
import { address } from '../address.js';
import { plural } from '../numbers.js';
import { icon } from './icons.js';

/**
 * @typedef {object} Column
 * @property {string} label of its head
 * @property {(row: any) => any} cell
 * @property {boolean} [number] stands to the right
 * @property {boolean} [wide] left out on a phone
 * @property {boolean} [below] stands on a phone in a line of its own below the row
 * @property {boolean} [head] names the row
 * @property {string} [sort] its word in sortBy
 * @property {string} [first] the order of a first click: DESC, or ASC for names
 */

/**
 * @param columns {Column[]}
 * @param options label: what the table is, for those who hear it; sorted: {by, order} in force, fixed where there is one order only; empty: what to show without
 * a row; foot: the last row; key: of a row, so that what has the focus keeps it when rows come before it; open: what a click
 * anywhere in a row does, besides the button that is in it
 */
export function table(columns, rows, { label, sorted = {}, empty, foot, key = (_, index) => index, open } = {}) {
  if (!rows.length && empty) return empty;
  return html`
    <div class="table" tabindex="0" role="region" aria-label=${label}>
      <table>
        <caption class="hidden">${label}</caption>
        <thead><tr>${columns.map((column) => headOf(column, sorted))}</tr></thead>
        <tbody>${repeat(rows, key, (row) => html`
          <tr class=${open ? 'opens' : nothing} @click=${open ? (event) => event.target.closest('a, button') || isMarking() || open(row) : nothing}>${columns.map((column) => cellOf(column, row))}</tr>
          ${belowOf(columns, row)}`)}</tbody>
        ${foot ? html`<tfoot><tr>${columns.map((column) => cellOf({ ...column, cell: column.foot ?? (() => nothing) }, foot))}</tr></tfoot>` : nothing}
      </table>
    </div>`;
}

/** Text that somebody marks to copy it is no click. */
const isMarking = () => getSelection().type === 'Range';

const classes = ({ number, wide, below }) => [number && 'number', (wide || below) && 'wide'].filter(Boolean).join(' ');

/** What may be done with a row is reached without scrolling sideways. */
function belowOf(columns, row) {
  const cells = columns.filter((column) => column.below).map((column) => column.cell(row)).filter((cell) => cell !== nothing);
  if (!cells.length) return nothing;
  return html`<tr class="below"><td colspan=${columns.filter((column) => !column.wide && !column.below).length}><div class="row">${cells}</div></td></tr>`;
}

function headOf(column, sorted) {
  const isSorted = column.sort && column.sort === sorted.by;
  return html`
    <th scope="col" class=${classes(column)} aria-sort=${ifDefined(isSorted ? (sorted.order === 'ASC' ? 'ascending' : 'descending') : undefined)}>
      ${column.sort
        ? html`<button @click=${() => sortBy(column, isSorted, sorted)}>${column.label}${isSorted ? icon(sorted.order === 'ASC' ? 'up' : 'fall') : nothing}</button>`
        : column.label || html`<span class="hidden">Actions</span>`}
    </th>`;
}

const cellOf = (column, row) =>
  column.head
    ? html`<th scope="row" class=${classes(column)}>${column.cell(row)}</th>`
    : html`<td class=${classes(column)}>${column.cell(row)}</td>`;

function sortBy(column, isSorted, { order, fixed }) {
  if (fixed) return isSorted || address.go(address.with({ sortBy: column.sort, offset: null }), { replace: true });
  const next = isSorted ? (order === 'ASC' ? 'DESC' : 'ASC') : (column.first ?? 'DESC');
  address.go(address.with({ sortBy: column.sort, order: next, offset: null, cursor: null }), { replace: true });
}

/** The order of the address bar, or the page's own. */
export const sorting = (query, by, order) => ({ by: query.get('sortBy') ?? by, order: query.get('order') ?? order });

/** Pages of a list whose length is known, or not (null: there may be more). */
export function pager({ offset, limit, shown, total }, noun, nouns = `${noun}s`) {
  const last = offset + shown;
  const hasMore = total === null || total === undefined ? shown === limit : last < total;
  const page = (to) => address.go(address.with({ offset: to || null }));
  if (offset && !shown) return html`<div class="pager"><span class="soft">The list ends before this page.</span><button class="small" @click=${() => page(0)}>To the first page</button></div>`;
  if (!offset && !hasMore) return total > 5 ? html`<div class="pager soft"><span>${plural(total, noun, nouns)}</span></div>` : nothing;
  return html`
    <nav class="pager" aria-label="Pages of the table">
      <span class="soft">${offset + 1}–${last}${total ? ` of ${plural(total, noun, nouns)}` : ''}</span>
      <button class="small" ?disabled=${!offset} @click=${() => page(Math.max(0, offset - limit))}>Previous</button>
      <button class="small" ?disabled=${!hasMore} @click=${() => page(offset + limit)}>Next</button>
    </nav>`;
}

/** Pages of a list that is read on from where it ended. */
export function cursorPager(next, parameter = 'cursor') {
  const at = address.query.get(parameter);
  if (!at && !next) return nothing;
  return html`
    <nav class="pager" aria-label="Pages of the table">
      <span></span>
      <button class="small" ?disabled=${!at} @click=${() => address.go(address.with({ [parameter]: null }))}>To the first</button>
      <button class="small" ?disabled=${!next} @click=${() => address.go(address.with({ [parameter]: next }))}>Next page</button>
    </nav>`;
}

/** A name that may be very long. @param none what stands for no name */
export const named = (text, to, none = 'none') => {
  const shown = text === null || text === undefined || text === '' ? html`<i class="soft">${none}</i>` : text;
  return to ? html`<a class="clip" title=${text ?? ''} href=${to}>${shown}</a>` : html`<span class="clip" title=${text ?? ''}>${shown}</span>`;
};
