/** Monthly limits, to look at and to change. */
import { html, nothing } from 'lit';
import { dollars, exact, exactDollars, short } from '../numbers.js';
import { figure, selectField, textField } from './form.js';
import { meter } from './figures.js';

/** By the names of the API; `of` is the same measure in usage, held and available. */
export const LIMITS = [
  { name: 'maxMonthlyCalls', of: 'calls', label: 'Calls', format: short, whole: exact, mode: 'numeric' },
  { name: 'maxMonthlyTokens', of: 'tokens', label: 'Tokens', format: short, whole: exact, mode: 'numeric' },
  { name: 'maxMonthlyCost', of: 'cost', label: 'Cost', format: dollars, whole: exactDollars, mode: 'decimal' },
];

const isNone = (limit) => limit === null || limit === undefined;

export const limitCell = ({ format, whole }, limit) =>
  isNone(limit) ? html`<span class="soft">no limit</span>` : html`<span title=${whole(limit)}>${format(limit)}</span>`;

export const limitWords = ({ format, of }, limit) => (isNone(limit) ? 'no limit' : of === 'cost' ? format(limit) : `${format(limit)} ${of}`);

/** 50 calls, 100.00K tokens, $0.50; or that there is none. */
export const allLimits = (limits) => (LIMITS.every((one) => isNone(limits[one.name]))
  ? 'no limits'
  : LIMITS.filter((one) => !isNone(limits[one.name])).map((one) => limitWords(one, limits[one.name])).join(', '));

/** What is used of every limit. */
export const meters = ({ usage, held, limits }) => html`
  <div class="grid meters">${LIMITS.map(({ name, of, label, format }) => meter({ label, used: usage[of], held: held[of], limit: limits[name], format }))}</div>`;

/** What is left of the limit that is nearest to its end. */
export function nearest({ usage, held, available, limits }) {
  const part = ({ name, of }) => (limits[name] === 0 ? Infinity : (usage[of] + held[of]) / limits[name]);
  const [most] = LIMITS.filter(({ name }) => !isNone(limits[name])).sort((one, other) => part(other) - part(one));
  if (!most) return html`<span class="small soft">no limit</span>`;
  const { name, of, label, format } = most;
  const words = `${format(available[of])} of ${limitWords(most, limits[name])} left`;
  return meter({ label, used: usage[of], held: held[of], limit: limits[name], format, words, left: true, compact: true });
}

/** One limit: how there is one, and which. @param ways [[way, text]] */
function limitField({ limit, prefix, ways, way, value, problem }) {
  const name = `${prefix}${limit.name}`;
  return html`
    <div class="two limit">
      ${selectField({ name: `${limit.name}:way`, label: limit.of === 'cost' ? 'Cost a month' : `${limit.label} a month`, value: way, options: ways })}
      ${way === 'own' ? textField({ name, label: limit.of === 'cost' ? 'At most, $' : `At most, ${limit.of}`, value: value ?? '', mode: limit.mode, problem }) : nothing}
    </div>`;
}

/**
 * Of a person: each as the tier says, of their own, or none.
 *
 * @param own limit_overrides
 * @param tier the limits of the tier that is chosen
 */
export const overrideFields = ({ own, tier, problem, values }) =>
  LIMITS.map((limit) => limitField({
    limit,
    prefix: 'limits.',
    ways: [['tier', `As the tier says: ${limitWords(limit, tier?.[limit.name])}`], ['own', 'A limit of their own'], ['none', 'No limit']],
    way: values?.[`${limit.name}:way`] ?? wayOf(own, limit),
    value: own[limit.name],
    problem,
  }));

const wayOf = (own, { name }) => (!(name in own) ? 'tier' : own[name] === null ? 'none' : 'own');

/** As PUT takes them. */
export const overridesOf = (values) =>
  Object.fromEntries(LIMITS.filter(({ name }) => values[`${name}:way`] !== 'tier')
    .map(({ name }) => [name, values[`${name}:way`] === 'none' ? null : figure(values[`limits.${name}`])]));

/** Of a tier: a number or none. */
export const limitFields = ({ limits, problem, values }) =>
  LIMITS.map((limit) => limitField({
    limit,
    prefix: '',
    ways: [['own', 'A limit'], ['none', 'No limit']],
    way: values?.[`${limit.name}:way`] ?? (isNone(limits[limit.name]) ? 'none' : 'own'),
    value: limits[limit.name],
    problem,
  }));

export const limitsOf = (values) =>
  Object.fromEntries(LIMITS.map(({ name }) => [name, values[`${name}:way`] === 'none' ? null : figure(values[name])]));
