/**
 * Who is signed in. The access token stays in this tab: in memory and in its session storage, which ends with it; never in
 * a cookie and never where another page could read it.
 */
const TOKEN = 'tokentally.token';

class Session extends EventTarget {
  token = sessionStorage.getItem(TOKEN);
  /** What GET /api/caller says: tenant, zone, roles, user; null while nobody is signed in. */
  caller = null;
  /** Why the last one ended, for the sign-in page. */
  reason = null;
  #end;

  /** Whether this person may do what needs one of these roles. */
  has(...roles) {
    return roles.some((role) => this.caller?.roles.includes(role));
  }

  get isAdmin() {
    return this.has('admin');
  }

  /** The zone in which days and months of this organisation begin. */
  get zone() {
    return this.caller?.zone ?? 'UTC';
  }

  /** Believes a token until the service says otherwise. */
  take(token) {
    this.token = token;
    sessionStorage.setItem(TOKEN, token);
  }

  begin(caller) {
    this.caller = caller;
    this.reason = null;
    clearTimeout(this.#end);
    if (caller.expires_at) this.#endAt(new Date(caller.expires_at).getTime());
    this.#changed();
  }

  /** @param reason shown where one signs in again; nothing after signing out */
  end(reason = null) {
    this.token = null;
    this.caller = null;
    this.reason = reason;
    sessionStorage.removeItem(TOKEN);
    clearTimeout(this.#end);
    this.#changed();
  }

  /** A timer holds at most 24 days. */
  #endAt(instant) {
    const left = instant - Date.now();
    this.#end = setTimeout(
      () => (left > 2 ** 31 - 1 ? this.#endAt(instant) : this.end('Your access token has expired.')),
      Math.min(Math.max(left, 0), 2 ** 31 - 1),
    );
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

export const session = new Session();
