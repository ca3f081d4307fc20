/** Numbers and times as people read them. The exact figure stands in the title of whatever shows one. */
import { html } from 'lit';
import { Exact } from './exact.js';
import { session } from './session.js';

const STEPS = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'K']];
const plain = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 });
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const fine = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 6 });

/** What stands where there is no figure. */
export const NONE = '–';

/** 999, 1.50K, 2.50M; never 1000.00K. */
export function short(number) {
  if (number === null || number === undefined) return NONE;
  const size = Math.abs(number);
  const step = STEPS.find(([least]) => size >= least * 0.999995);
  return step ? `${(number / step[0]).toFixed(2)}${step[1]}` : whole.format(number);
}

/** Every digit, in groups. */
export const exact = (number) => (number === null || number === undefined ? NONE : grouped(number));

const grouped = (number) => (number instanceof Exact ? number.source.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ',')) : plain.format(number));

/** $0.001234 below a dollar, $15.50 above, $1.50M from a million on; what rounds to nothing says so. */
export function dollars(amount) {
  if (amount === null || amount === undefined) return NONE;
  const size = Math.abs(amount);
  const sign = amount < 0 ? '-' : '';
  if (size === 0) return '$0.00';
  if (size < 0.0000005) return `${sign}<$0.000001`;
  if (size < 1) return `${sign}$${fine.format(size)}`;
  return size < 999_999.995 ? `${sign}$${cents.format(size)}` : `${sign}$${short(size)}`;
}

export const exactDollars = (amount) => (amount === null || amount === undefined ? 'unpriced' : `$${grouped(amount)}`);

/** A rate of 0 to 1; what rounds to nothing says so. */
export function percent(rate) {
  if (rate === null || rate === undefined) return NONE;
  const value = rate * 100;
  if (value > 99 && value < 100) return `${Math.floor(value * 10) / 10}%`;
  if (value > 0 && value < 0.05) return '<0.1%';
  return `${value !== 0 && Math.abs(value) < 10 ? value.toFixed(1) : value.toFixed(0)}%`;
}

export function milliseconds(time) {
  if (time === null || time === undefined) return NONE;
  return time < 1000 ? `${time} ms` : time < 60_000 ? `${(time / 1000).toFixed(1)} s` : `${(time / 60_000).toFixed(1)} min`;
}

/** A figure with its exact value as title. */
export const shortly = (number) => html`<span title=${exact(number)}>${short(number)}</span>`;

/** Money with its exact value as title; a cost that is not known says so. */
export const money = (amount) =>
  amount === null || amount === undefined
    ? html`<span class="badge warn" title="No known price: counted, and in no cost">unpriced</span>`
    : html`<span title=${exactDollars(amount)}>${dollars(amount)}</span>`;

/** '2026-11-22' as '22 Nov 2026'; a day has no zone. */
export function day(date, year = true) {
  if (!date) return NONE;
  return new Date(`${date}T00:00:00Z`).toLocaleDateString('en-GB', {
    timeZone: 'UTC', day: 'numeric', month: 'short', ...(year && { year: 'numeric' }),
  });
}

/** An instant in the organisation's zone. */
export function time(instant, seconds = false) {
  if (!instant) return NONE;
  return new Date(instant).toLocaleString('en-GB', {
    timeZone: session.zone, day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
  });
}

/** The time of day of an instant in the organisation's zone. */
export const clock = (instant) => new Date(instant).toLocaleTimeString('en-GB', { timeZone: session.zone });

/** An instant, with its exact form as title. */
export const moment = (instant, seconds) =>
  instant ? html`<time class="nowrap" datetime=${instant} title=${instant}>${time(instant, seconds)}</time>` : NONE;

export const plural = (count, one, many = `${one}s`) => `${exact(count)} ${count === 1 ? one : many}`;

export function bytes(size) {
  const step = [[1e9, 'GB'], [1e6, 'MB'], [1e3, 'kB']].find(([least]) => size >= least);
  return step ? `${(size / step[0]).toFixed(1)} ${step[1]}` : `${size} B`;
}
