import { html, nothing } from 'lit';
import { get, send } from '../api.js';
import { exact, plural } from '../numbers.js';
import { Page } from '../page.js';
import { confirm, say } from '../parts/dialogs.js';
import { icon } from '../parts/icons.js';
import { problemState } from '../parts/states.js';
import { named, table } from '../parts/table.js';

/** Proves that rows, sums, balances and views agree, or names every difference. */
export default class SelfCheck extends Page {
  static properties = { ...Page.properties, running: { state: true }, report: { state: true }, problem: { state: true }, seconds: { state: true } };
  #controller;
  #clock;

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#controller?.abort();
    clearInterval(this.#clock);
  }

  render() {
    return html`
      <div class="head"><h1>Self-check</h1>
        <p class="lead">Adds every call up anew and compares it with every sum, balance and view. It reads everything, so it may take minutes; calls go on being recorded meanwhile.</p></div>
      <form class="panel row" @submit=${this.#run}>
        <label class="row"><span class="nowrap">Only the tenant</span> <input class="short" name="tenant" autocomplete="off" spellcheck="false" placeholder="all of them"></label>
        <button class="main" ?disabled=${this.running}>${icon('check')} ${this.running ? 'Checking …' : 'Check now'}</button>
        ${this.running ? html`<span role="status">${plural(this.seconds, 'second')}</span><button type="button" @click=${() => this.#controller.abort()}>Stop waiting</button>` : nothing}
      </form>
      ${this.problem ? problemState(this.problem, () => this.#check(this.report?.tenant)) : nothing}
      ${this.report ? this.#result(this.report) : nothing}`;
  }

  #run = (event) => {
    event.preventDefault();
    this.#check(new FormData(event.target).get('tenant').trim() || null);
  };

  async #check(tenant) {
    if (this.running) return;
    this.#controller = new AbortController();
    Object.assign(this, { running: true, problem: null, report: null, seconds: 0 });
    this.#clock = setInterval(() => this.seconds++, 1_000);
    try {
      this.report = { ...(await get('platform/self-check', { tenant }, this.#controller.signal)), tenant };
    } catch (problem) {
      if (problem.name !== 'AbortError') this.problem = problem;
    }
    clearInterval(this.#clock);
    this.running = false;
  }

  #result({ clean, checked, total_differences: total, differences }) {
    const looked = `${plural(checked.events, 'call')} of ${plural(checked.tenants, 'tenant')} in ${plural(checked.months, 'month')}`;
    return html`
      <div class="note ${clean ? 'good' : 'bad'}" role="status">${icon(clean ? 'check' : 'warn')}<div>
        ${clean ? `Everything agrees: ${looked}.` : `${plural(total, 'figure')} ${total === 1 ? 'is' : 'are'} not what the calls say, in ${looked}.`}</div></div>
      ${clean ? nothing : html`
        <section class="panel flush">
          <header><h2>Differences</h2>${total > differences.length ? html`<span class="soft">the first ${exact(differences.length)} of ${exact(total)}</span>` : nothing}</header>
          ${table([...columns, { label: '', number: true, cell: ({ tenant }) => html`<button class="small" aria-label=${`Rebuild the sums of ${tenant}`} @click=${() => this.#rebuild(tenant)}>Rebuild</button>` }], differences, { label: 'Differences' })}
        </section>`}`;
  }

  async #rebuild(tenant) {
    const sure = await confirm({ title: `Rebuild the sums of ${tenant}?`, text: 'They are made anew from the calls, in one transaction, beside the traffic. Only what is wrong is written. It may take minutes. Keep the differences first: they tell what went wrong.', action: 'Rebuild', danger: false });
    if (!sure) return;
    try {
      const rebuilt = await send('POST', 'platform/self-check/rebuild', undefined, { query: { tenant } });
      say(`${plural(rebuilt.changed_rows, 'row')} of ${tenant} written anew.`);
      this.#check(this.report?.tenant);
    } catch (problem) {
      say(problem.message, 12_000);
    }
  }
}

const columns = [
  { label: 'Tenant', head: true, cell: ({ tenant }) => named(tenant) },
  { label: 'Month', cell: ({ month }) => month ?? 'all' },
  { label: 'Where', cell: ({ table: name, column }) => html`<code>${name}.${column}</code>` },
  { label: 'Row', wide: true, cell: ({ key }) => named(Object.entries(key).map(([name, value]) => `${name} ${value}`).join(', ')) },
  { label: 'The calls give', number: true, cell: ({ expected }) => expected ?? 'no row' },
  { label: 'Found', number: true, cell: ({ found }) => found ?? 'no row' },
];

customElements.define('tt-self-check', SelfCheck);
