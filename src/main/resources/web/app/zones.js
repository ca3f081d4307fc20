/** Times as the clocks of a zone show them. */
import { session } from './session.js';

/** What clocks of the zone show at an instant, as if it were UTC, in milliseconds. */
function shown(milliseconds, zone) {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }).formatToParts(milliseconds);
  const of = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(of.year, of.month - 1, of.day, of.hour, of.minute, of.second);
}

/**
 * The instant at which clocks of the zone show a local time; a second guess where the first crosses a change of clocks.
 *
 * @param local '2026-11-22' (its first moment) or '2026-11-22T10:00'; what is neither is given back
 */
export function instantOf(local, zone = session.zone) {
  const wanted = Date.parse(local.length === 10 ? `${local}T00:00:00Z` : `${local}Z`);
  if (Number.isNaN(wanted)) return local;
  const first = wanted - (shown(wanted, zone) - wanted);
  return new Date(first + wanted - shown(first, zone)).toISOString();
}

/** The zones that this browser knows, or none. */
export const zones = () => Intl.supportedValuesOf?.('timeZone') ?? [];
