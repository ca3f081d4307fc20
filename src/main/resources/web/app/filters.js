/** The filters of the address bar. Their names and values are those of the API, so they are sent as they stand. */
import { address, says } from './address.js';

/** What can be filtered by, besides days: parameter, what people call it, the dimension that lists its values, and what calls without one are. */
export const FILTERS = [
  { name: 'userId', label: 'User', by: 'user', none: 'without user', adminOnly: true },
  { name: 'endpoint', label: 'Endpoint', by: 'endpoint' },
  { name: 'model', label: 'Model', by: 'model' },
  { name: 'provider', label: 'Provider', by: 'provider', none: 'without known provider' },
  { name: 'callType', label: 'Call type', by: 'call_type', none: 'without call type' },
  { name: 'scope', label: 'Scope', by: 'scope', none: 'without scope' },
  { name: 'success', label: 'Outcome', by: 'success' },
  { name: 'gitBranch', label: 'Branch', by: 'git_branch', none: 'without branch' },
  { name: 'sessionId', label: 'Session', by: null, none: 'without session' },
];

export const DAYS = ['days', 'startDate', 'endDate'];
const NAMES = [...DAYS, ...FILTERS.map((filter) => filter.name)];
export const DEFAULT_DAYS = '30';

/** The filters in force, as parameters of the API. */
export function filters(query = address.query) {
  const wanted = Object.fromEntries(NAMES.filter((name) => says(name, query.get(name))).map((name) => [name, query.get(name)]));
  if (wanted.startDate || wanted.endDate) delete wanted.days;
  else wanted.days ??= DEFAULT_DAYS;
  return wanted;
}

/** As the address bar holds them: what is the default is not there. */
export function kept(query = address.query) {
  const wanted = filters(query);
  if (wanted.days === DEFAULT_DAYS) delete wanted.days;
  return wanted;
}

/** Besides by days. */
export const isFiltered = () => Object.keys(kept()).some((name) => !DAYS.includes(name));

/** What takes these out of the address bar. */
export const without = (names) => Object.fromEntries(names.map((name) => [name, null]));

export const outcome = (success) => (success === 'true' ? 'succeeded' : 'failed');
