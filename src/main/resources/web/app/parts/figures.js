/** Figures that are more than a number: cards, bars, ranks. */
import { html, nothing } from 'lit';
import { percent } from '../numbers.js';
import { icon } from './icons.js';

/** Set as a property (`.style`): the content policy refuses style attributes. */
export const width = (part) => `width: ${Math.min(100, Math.max(0, part * 100))}%`;

/** @param facts [[name, value]] below the big figure */
export const card = ({ label, value, change, facts = [] }) => html`
  <section class="panel card">
    <h2>${label}</h2>
    <p class="big">${value}</p>
    ${change ?? nothing}
    ${facts.length ? html`<dl>${facts.map(([name, fact]) => html`<dt>${name}</dt><dd>${fact}</dd>`)}</dl>` : nothing}
  </section>`;

/** How much more or less than before, in words that need no colour. @param percentage 12.5: 12.5 % more; @param before what it is compared with */
export function change(percentage, before) {
  if (percentage === null || percentage === undefined) return html`<p class="change">${before}</p>`;
  const size = Math.abs(percentage) < 0.05 ? 'as much as' : `${Math.abs(percentage).toFixed(Math.abs(percentage) < 10 ? 1 : 0)}% ${percentage > 0 ? 'more than' : 'less than'}`;
  return html`<p class="change"><b>${size}</b> ${before}</p>`;
}

/**
 * What is used of a limit.
 *
 * @param limit null: there is none
 * @param left the bar is what is left, and not what is used
 * @param words what is said of it, instead of what is used of what
 */
export function meter({ label, used, held = 0, limit, format, words: said, left = false, compact = false }) {
  const part = limit === null || limit === undefined ? 0 : limit === 0 ? 1 : (used + held) / limit;
  const level = limit === null || limit === undefined ? '' : part >= 1 ? 'bad' : part >= 0.8 ? 'warn' : '';
  const words = said ?? (limit === null || limit === undefined ? `${format(used)}, no limit` : `${format(used)} of ${format(limit)}${held ? `, ${format(held)} held` : ''}`);
  return html`
    <div class="meter">
      ${compact ? nothing : html`<div class="labels"><span>${label}</span><span class="soft">${words}</span></div>`}
      ${limit === null || limit === undefined ? nothing : html`<span class="track ${level}" role="img" aria-label="${label}: ${words}${level === 'bad' ? ', used up' : ''}" title=${words}>
        ${held && !left ? html`<i class="held" .style=${width(part)}></i>` : nothing}
        <i .style=${width(left ? 1 - part : limit ? used / limit : part)}></i>
      </span>`}
      ${compact ? html`<span class="small soft nowrap">${words}</span>` : nothing}
    </div>`;
}

/**
 * The first of something, each with its share of the whole.
 *
 * @param rows [{name, value, share, href}]; share is 0 to 1, of the service
 */
export const ranks = (rows) => html`
  <ol class="ranks">
    ${rows.map((row) => {
      const content = html`<span class="share" .style=${width(row.share ?? 0)}></span>
        <span class="name" title=${row.name}>${row.name}</span><span class="nowrap">${row.value} <span class="soft small">${percent(row.share)}</span></span>`;
      return html`<li>${row.href ? html`<a href=${row.href}>${content}</a>` : html`<span class="rank">${content}</span>`}</li>`;
    })}
  </ol>`;

/** Calls without a price are said wherever a cost is. */
export const unpricedNote = (count, href, when = '') =>
  count
    ? html`<div class="note warn">${icon('warn')}<div>${count === 1 ? 'One call has' : `${count.toLocaleString('en-US')} calls have`} no known price${when}: counted, and in no cost.
        ${href ? html`<a href=${href}>Which models</a>` : nothing}</div></div>`
    : nothing;
