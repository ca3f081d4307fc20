import { html, nothing } from 'lit';
import { href } from '../address.js';
import { get, Problem, send } from '../api.js';
import { Load } from '../load.js';
import { plural } from '../numbers.js';
import { Page } from '../page.js';
import { say } from '../parts/dialogs.js';
import { openForm, textField } from '../parts/form.js';
import { icon } from '../parts/icons.js';
import { LIMITS, allLimits, limitCell, limitFields, limitsOf } from '../parts/limits.js';
import { named, table } from '../parts/table.js';
import '../parts/export-button.js';

/** What the tiers allow in a month. */
export default class Tiers extends Page {
  #tiers = new Load(this, () => ({}), async (_, signal) => {
    const [tiers, tenant] = await Promise.all([get('tiers', {}, signal), get('tenant', {}, signal)]);
    return { tiers, usual: tenant.default_tier };
  });

  render() {
    return html`
      <div class="head">
        <h1>Tiers</h1>
        <div class="actions">
          <tt-export path="export/tiers"></tt-export>
          <button class="main" aria-haspopup="dialog" ?disabled=${!this.#tiers.value} @click=${this.#make}>New tier</button>
        </div>
        <p class="lead">What a user may use in a month. Whoever has none of their own is on the default one, chosen in <a href=${href('settings')}>settings</a>.</p>
      </div>
      ${this.#tiers.show(({ tiers, usual }) => html`<section class="panel flush">${table(this.#columns(usual), tiers, { label: 'Tiers' })}</section>`, { bones: 14 })}`;
  }

  #columns(usual) {
    return [
      { label: 'Tier', head: true, cell: ({ tier }) => html`${named(tier)}${tier === usual ? html`<span class="badge accent">default</span>` : nothing}` },
      ...LIMITS.map((limit) => ({ label: limit.label, number: true, cell: ({ limits }) => limitCell(limit, limits[limit.name]) })),
      { label: 'Users', below: true, cell: ({ tier }) => html`<a href=${href('users', { tier })} aria-label=${`Show users on ${tier}`}>Show users</a>` },
      { label: '', number: true, below: true, cell: (tier) => html`<button class="small" aria-haspopup="dialog" aria-label=${`Edit ${tier.tier}`} @click=${() => this.#edit(tier)}>${icon('edit')} Edit</button>` },
    ];
  }

  async #edit({ tier, limits }) {
    const people = await get('users', { tier, limit: 1 }).catch(() => null);
    const saved = await openForm({
      title: `Limits of ${tier}`,
      action: 'Save',
      fields: ({ problem, values }) => html`
        ${limitFields({ limits, problem, values })}
        <p class="soft small">In force at once, also for what is used already this month${people ? `: ${plural(people.total, 'user')} ${people.total === 1 ? 'is' : 'are'} on ${tier}` : ''}. Limits of their own stay.</p>`,
      send: (values) => put(tier, values),
    });
    if (!saved) return;
    const { tiers, usual } = this.#tiers.value;
    this.#tiers.value = { tiers: tiers.map((one) => (one.tier === saved.tier ? saved : one)), usual };
    this.requestUpdate();
    say(`${saved.tier} allows ${allowed(saved)} a month.`);
  }

  async #make() {
    const known = this.#tiers.value.tiers.map(({ tier }) => tier);
    const saved = await openForm({
      title: 'New tier',
      action: 'Create',
      busyAction: 'Creating …',
      fields: ({ problem, values }) => html`
        ${textField({ name: 'tier', label: 'Name', focus: true, problem, hint: 'Letters, digits, . _ - and never a person’s name. It cannot be renamed or taken away.' })}
        ${limitFields({ limits: {}, problem, values: values ?? Object.fromEntries(LIMITS.map(({ name }) => [`${name}:way`, 'own'])) })}`,
      send: ({ tier, ...values }) => {
        const name = tier.trim();
        const message = !name ? 'must not be empty' : known.includes(name) ? 'There is such a tier already.' : null;
        if (message) throw new Problem(409, { detail: message, errors: [{ field: 'tier', message }] });
        return put(name, values);
      },
    });
    if (!saved) return;
    this.#tiers.again();
    say(`${saved.tier} allows ${allowed(saved)} a month.`);
  }
}

const put = (tier, values) => send('PUT', `tiers/${encodeURIComponent(tier)}`, limitsOf(values));

const allowed = ({ limits }) => (allLimits(limits) === 'no limits' ? 'whatever is used' : allLimits(limits));

customElements.define('tt-tiers', Tiers);
