import { html, nothing } from 'lit';
import { address, href } from '../address.js';
import { get } from '../api.js';
import { Load } from '../load.js';
import { moment } from '../numbers.js';
import { Page } from '../page.js';
import { session } from '../session.js';
import { nothingFits } from '../parts/states.js';
import { cursorPager, named, table } from '../parts/table.js';
import '../parts/export-button.js';

const LIMIT = 50;

const ACTIONS = {
  'user.changed': 'User changed', 'user.exported': 'User’s data exported', 'user.erased': 'User erased',
  'tier.changed': 'Tier changed', 'price.created': 'Price set', 'price.ended': 'Price ended', 'price.removed': 'Price removed',
  'key.created': 'Key created', 'key.rotated': 'Key rotated', 'key.revoked': 'Key revoked', 'link.used': 'Signed in by link',
  'usage.exported': 'Usage exported', 'list.exported': 'List exported', 'usage.reversed': 'Call taken back', 'sums.rebuilt': 'Sums rebuilt',
  'tenant.created': 'Tenant created', 'tenant.changed': 'Settings changed', 'tenant.suspended': 'Tenant suspended',
  'tenant.resumed': 'Tenant resumed', 'tenant.exported': 'Tenant exported', 'tenant.removed': 'Tenant removed',
};

/** Who did what: the organisation's own log, or the installation's for who operates it. */
export class AuditPage extends Page {
  static path = 'audit';
  static exported = 'export/audit';
  static lead = 'Every change, export and erasure, newest first. Nobody can change it.';

  #entries = new Load(this, () => this.#asked, (query, signal) => get(this.constructor.path, query, signal));

  get #asked() {
    return { action: this.query.get('action'), before: this.query.get('before'), limit: LIMIT };
  }

  render() {
    const { action } = this.#asked;
    return html`
      <div class="head">
        <h1>${this.constructor.title}</h1>
        ${this.constructor.exported ? html`<div class="actions"><tt-export path=${this.constructor.exported} .query=${{ action }}></tt-export></div>` : nothing}
        <p class="lead">${this.constructor.lead}</p>
      </div>
      <label class="row"><span>Show</span>
        <select class="inline" @change=${(event) => address.go(address.with({ action: event.target.value, before: null }))}>
          <option value="" .selected=${!action}>everything</option>
          ${Object.entries(ACTIONS).map(([code, words]) => html`<option value=${code} .selected=${code === action}>${words}</option>`)}
        </select></label>
      ${this.#entries.show(({ entries, next }) => html`
        <section class="panel flush">
          ${table(columns, entries, {
            label: this.constructor.title,
            empty: action ? nothingFits('entries', address.with({ action: null, before: null })) : html`<div class="state"><h2>Nothing yet</h2><p class="soft">Whoever changes a tier, a user, a key or a price, or exports something, will stand here.</p></div>`,
          })}
          ${cursorPager(next, 'before')}
        </section>`, { bones: 24 })}`;
  }
}

const columns = [
  { label: 'When', cell: ({ at }) => moment(at, true) },
  { label: 'What', head: true, cell: ({ action }) => html`<span class="nowrap">${ACTIONS[action] ?? action}</span>` },
  { label: 'Whom or which', cell: ({ subject, user_id: user }) => (user === null || user === undefined ? named(subject) : named(user, session.isAdmin ? href(['users', user]) : undefined)) },
  { label: 'How', wide: true, cell: ({ details }) => html`<span class="small details">${said(details)}</span>` },
  { label: 'Who', wide: true, cell: ({ actor, actor_id: id, from, request_id: request }) => html`${named(id ?? actor)}${from ? html`<span class="sub" title=${`Request ${request}`}>from ${from}</span>` : nothing}` },
];

/** {limits: {maxMonthlyCalls: 2}} as "limits maxMonthlyCalls 2"; what is true, by its name alone. */
const said = (value) =>
  value === null ? 'none'
    : Array.isArray(value) ? value.map(said).join(', ')
      : typeof value === 'object' ? Object.entries(value).map(([name, inner]) => [name.replaceAll('_', ' '), ...(inner === true ? [] : [said(inner)])].join(' ')).join('; ')
        : String(value);

export default class Audit extends AuditPage {
  static title = 'Audit';
}

customElements.define('tt-audit', Audit);
