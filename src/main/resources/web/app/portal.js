import { LitElement, html, nothing } from 'lit';
import mark from './mark.svg';
import { address, href } from './address.js';
import { get, Problem } from './api.js';
import { PAGES, pageOf } from './pages.js';
import { session } from './session.js';
import { icon } from './parts/icons.js';
import { bones, noRight, problemState } from './parts/states.js';
import './sign-in.js';

/** What a one-time link carries. */
const CODE = '#sign-in=';

/** The frame: who is signed in, where one can go, and the page one is at. */
class Portal extends LitElement {
  static properties = { code: { state: true }, menuOpen: { state: true }, page: { state: true }, problem: { state: true }, resuming: { state: true } };

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    address.addEventListener('change', (event) => this.#moved(event.detail?.isBack));
    session.addEventListener('change', () => {
      this.page = null;
      this.#open();
    });
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.menuOpen) this.#showMenu(false);
    });
    addEventListener('hashchange', () => this.#takeCode());
    if (!this.#takeCode() && session.token) this.#resume();
  }

  /** A one-time link replaces whoever is signed in. Its code is gone from the address bar and the history before it is sent. */
  #takeCode() {
    if (!location.hash.startsWith(CODE)) return false;
    this.code = location.hash.slice(CODE.length);
    history.replaceState(null, '', location.pathname + location.search);
    session.end();
    return true;
  }

  /** After the tab was loaded anew. */
  async #resume() {
    this.resuming = true;
    this.problem = null;
    try {
      session.begin(await get('caller'));
    } catch (problem) {
      if (problem.status === 403) session.end(problem.message);
      else if (problem.status !== 401) this.problem = problem;
    }
    this.resuming = false;
  }

  /** @param isBack the browser puts the page where it was */
  #moved(isBack) {
    this.menuOpen = false;
    const before = this.page;
    this.#open().then(() => {
      if (before?.element === this.page?.element) return;
      if (!isBack) scrollTo(0, 0);
      this.updateComplete.then(() => this.querySelector('main')?.focus({ preventScroll: true }));
    });
  }

  /** Another page, or the same with other filters. */
  async #open() {
    if (!session.caller) return this.requestUpdate();
    const path = address.path;
    const found = pageOf(path) ?? { title: 'Not there', missing: true };
    if (!path && !session.has(...found.roles) && session.has('platform-admin')) return address.go(href('tenants'), { replace: true });
    document.title = `${found.title} · Tokentally`;
    if (found.missing || !session.has(...found.roles)) {
      this.problem = null;
      this.page = found;
      return;
    }
    try {
      const { default: Element } = await found.load();
      if (path !== address.path || !session.caller) return;
      const same = this.page?.element instanceof Element && this.page.parts.join('/') === found.parts.join('/');
      const element = same ? this.page.element : new Element();
      element.parts = found.parts;
      element.place = location.search;
      this.page = { ...found, element };
      this.problem = null;
    } catch (failure) {
      console.error(failure);
      if (path !== address.path) return;
      this.page = found;
      this.problem = new Problem(0, { title: 'The page could not be loaded', detail: 'The service cannot be reached, or it was updated. Load the page anew.' });
    }
  }

  render() {
    if (this.problem && !session.caller) return html`<main class="sign-in"><h1 class="hidden">Tokentally</h1>${problemState(this.problem, () => this.#resume())}
      <button @click=${() => { this.problem = null; session.end(); }}>${icon('out')} Sign out</button></main>`;
    if (this.resuming) return html`<main class="sign-in">${bones(8)}</main>`;
    if (!session.caller) return html`<tt-sign-in .code=${this.code}></tt-sign-in>`;
    return html`
      <a class="skip button" href="#content" @click=${(event) => { event.preventDefault(); this.querySelector('main').focus(); }}>To the content</a>
      <div class="shell">
        <header class="top">
          <button class="quiet icon" aria-label="Menu" aria-expanded=${Boolean(this.menuOpen)} aria-controls="side" @click=${() => this.#showMenu(true)}>${icon('menu')}</button>
          <a class="brand" href=${href('')}><img src=${mark} alt=""> Tokentally</a>
        </header>
        ${this.menuOpen ? html`<div class="veil" @click=${() => this.#showMenu(false)}></div>` : nothing}
        <aside aria-label="Portal" class="side ${this.menuOpen ? 'open' : ''}" id="side">
          <a class="brand" href=${href('')}><img src=${mark} alt=""> Tokentally</a>
          <nav aria-label="Pages">${this.#groups()}</nav>
          ${this.#who()}
        </aside>
        <main id="content" tabindex="-1">${this.#content()}</main>
      </div>`;
  }

  #groups() {
    const mine = PAGES.filter((page) => session.has(...page.roles));
    return [...new Set(mine.map((page) => page.group))].map((group) => html`
      <div>
        <h2 id=${`nav-${group}`}>${group}</h2>
        <ul aria-labelledby=${`nav-${group}`}>
          ${mine.filter((page) => page.group === group).map((page) => html`
            <li><a href=${href(page.path)} aria-current=${this.page?.path === page.path ? 'page' : nothing}>${icon(page.icon)} ${page.title}</a></li>`)}
        </ul>
      </div>`);
  }

  #who() {
    const { tenant, tenant_name: name, user_id: user, roles } = session.caller;
    return html`
      <div class="who">
        ${tenant ? html`<p><b>${name ?? tenant}</b>${name && name !== tenant ? html` <span class="soft">${tenant}</span>` : nothing}</p>
          <p class="soft">Days and months in ${session.zone}</p>` : nothing}
        <p class="soft">${user === null || user === undefined ? roles.join(', ') : html`User ${user}, ${roles.join(', ')}`}</p>
        <button class="quiet small" @click=${() => session.end()}>${icon('out')} Sign out</button>
      </div>`;
  }

  #content() {
    if (this.problem) return problemState(this.problem, () => location.reload());
    if (!this.page) return bones(20);
    if (this.page.missing) return html`<div class="head"><h1>Not there</h1></div><section class="panel state"><p>There is no such page.</p><a class="button" href=${href('')}>To the overview</a></section>`;
    if (!this.page.element) return html`<div class="head"><h1>${this.page.title}</h1></div>${noRight()}`;
    return html`${this.page.element}`;
  }

  async #showMenu(open) {
    this.menuOpen = open;
    await this.updateComplete;
    this.querySelector(open ? '.side nav a' : '.top button')?.focus();
  }
}

customElements.define('tt-portal', Portal);
