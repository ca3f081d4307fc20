import { LitElement, html, nothing } from 'lit';
import mark from './mark.svg';
import { address } from './address.js';
import { get, send } from './api.js';
import { session } from './session.js';
import { hasAnswer, leaveFor, redeemAnswer } from './identity-provider.js';

/** Signs in with an access token, with a link that counts once, or at the organisation's identity provider. */
class SignIn extends LitElement {
  static properties = { code: { attribute: false }, ways: { state: true }, problem: { state: true }, busy: { state: true } };

  createRenderRoot() {
    return this;
  }

  async connectedCallback() {
    super.connectedCallback();
    document.title = 'Sign in · Tokentally';
    if (!this.code && hasAnswer()) await this.#try(async () => this.#enter(await redeemAnswer((await this.#offered()).identity_provider)));
    if (!session.caller) this.#offered().then((ways) => (this.ways = ways), () => (this.ways = {}));
  }

  #offered() {
    return get('sign-in');
  }

  updated(changed) {
    if (changed.has('code') && this.code) this.#try(async () => this.#enter((await send('POST', 'sign-in', { code: this.code })).token));
  }

  async #enter(token) {
    if (!/^[!-~]+$/.test(token)) throw new Error('This is no access token: it has characters that none has.');
    session.take(token);
    try {
      session.begin(await get('caller'));
      address.dispatchEvent(new Event('change'));
    } catch (problem) {
      session.end(problem.status === 401 ? 'This access token is not accepted: it is mistyped, expired, or of another installation.' : null);
      if (problem.status !== 401) throw problem;
    }
  }

  async #try(act) {
    this.busy = true;
    this.problem = null;
    try {
      await act();
    } catch (problem) {
      this.problem = problem;
    }
    this.busy = false;
  }

  #submit(event) {
    event.preventDefault();
    const token = new FormData(event.target).get('token').replace(/^\s*Bearer\s/i, '').replace(/\s/g, '');
    if (token) this.#try(() => this.#enter(token));
  }

  render() {
    const provider = this.ways?.identity_provider;
    const reason = this.problem?.message ?? session.reason;
    return html`
      <main class="sign-in">
        <a class="brand" href="/"><img src=${mark} alt=""> Tokentally</a>
        <div class="panel stack">
          <h1>Sign in</h1>
          ${reason ? html`<div class="note bad" role="alert"><div>${reason}</div></div>` : nothing}
          ${provider ? html`
            <button class="main" ?disabled=${this.busy} @click=${() => this.#try(() => leaveFor(provider))}>Continue with your organisation’s sign-in</button>
            <p class="or">or</p>` : nothing}
          <form @submit=${this.#submit}>
            <label class="field"><span>Access token or API key</span>
              <textarea class="code" name="token" required spellcheck="false" autocomplete="off" autocapitalize="off" placeholder="eyJ…"
                @keydown=${(event) => { if (event.key === 'Enter') { event.preventDefault(); event.target.form.requestSubmit(); } }}></textarea>
              <span class="hint">It stays in this tab and is gone when you close it.</span></label>
            <button class=${provider ? '' : 'main'} ?disabled=${this.busy}>${this.busy ? 'Signing in …' : 'Sign in'}</button>
          </form>
          ${this.ways?.link ? html`<p class="soft small">Or open a link that counts once. On the machine that serves, <code>./tokentally link --tenant acme --role admin</code> prints one.</p>` : nothing}
        </div>
      </main>`;
  }
}

customElements.define('tt-sign-in', SignIn);
