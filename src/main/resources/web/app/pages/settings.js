import { html, nothing } from 'lit';
import { address, href } from '../address.js';
import { get, send } from '../api.js';
import { Load } from '../load.js';
import { moment, time } from '../numbers.js';
import { Page } from '../page.js';
import { session } from '../session.js';
import { say } from '../parts/dialogs.js';
import { openForm, selectField, textField } from '../parts/form.js';
import { icon } from '../parts/icons.js';
import { makeKey, revokeKey } from '../parts/key-form.js';
import { LIMITS, limitCell } from '../parts/limits.js';
import { named, table } from '../parts/table.js';
import { instantOf, zones } from '../zones.js';
import { state } from './keys.js';

const SHOWN_KEYS = 50;

/** The organisation, and who may look at it. */
export default class Settings extends Page {
  #tenant = new Load(this, () => ({}), (_, signal) => get('tenant', {}, signal));
  #ways = new Load(this, () => ({}), (_, signal) => get('sign-in', {}, signal));
  #keys = new Load(this, () => ({}), (_, signal) => get('keys', { personal: true, state: 'active', limit: SHOWN_KEYS }, signal));

  render() {
    return html`
      <div class="head"><h1>Members and settings</h1></div>
      ${this.#tenant.show((tenant) => html`<div class="grid thirds">${this.#organisation(tenant)}${this.#days(tenant)}${this.#limits(tenant)}</div>`, { bones: 20 })}
      ${this.#people()}
      ${this.#waysIn()}
      ${this.#personalKeys()}`;
  }

  #organisation(tenant) {
    return html`
      <section class="panel">
        <header><h2>Organisation</h2><button class="small" aria-haspopup="dialog" aria-label="Edit the organisation" @click=${() => this.#edit(tenant)}>${icon('edit')} Edit</button></header>
        <dl class="facts">
          <dt>Name</dt><dd>${tenant.name}</dd>
          <dt>Id</dt><dd><code>${tenant.id}</code></dd>
          <dt>Default tier</dt><dd><a href=${href('tiers')}>${tenant.default_tier}</a></dd>
          <dt>Unpriced</dt><dd>models ${tenant.allow_unpriced ? 'may be reserved under a cost limit' : 'may not be reserved under a cost limit'}</dd>
          <dt>Since</dt><dd>${moment(tenant.created_at)}</dd>
        </dl>
      </section>`;
  }

  #days(tenant) {
    const ahead = changes(tenant);
    return html`
      <section class="panel stack">
        <header class="row"><h2>Time zone</h2><button class="small push" aria-haspopup="dialog" aria-label="Change the time zone" @click=${() => this.#move(tenant)}>${icon('edit')} Change</button></header>
        <p>Days and months begin at midnight in <b>${tenant.zone}</b>.</p>
        ${ahead.map(({ from, zone, before }) => html`
          <div class="note"><div>From ${moment(from)} (${session.zone}) on: <b>${zone}</b>.
            <button class="small" aria-haspopup="dialog" @click=${() => this.#keep(from, before, zone)}>Stay with ${before}</button></div></div>`)}
        <p class="soft small">A change counts from its moment on: days that were stay where they are.</p>
      </section>`;
  }

  #limits({ limits }) {
    return html`
      <section class="panel stack">
        <h2>Limits of the whole organisation</h2>
        <dl class="facts">${LIMITS.map((limit) => html`<dt>${limit.label} a month</dt><dd>${limitCell(limit, limits[limit.name])}</dd>`)}</dl>
        <p class="soft small">Set by the operator of this installation. Those of users follow from their <a href=${href('tiers')}>tiers</a>.</p>
      </section>`;
  }

  async #edit(tenant) {
    const tiers = await get('tiers').catch((problem) => say(problem.message));
    if (!tiers) return;
    this.#saved(await openForm({
      title: 'Organisation',
      action: 'Save',
      fields: ({ problem }) => html`
        ${textField({ name: 'name', label: 'Name', value: tenant.name, focus: true, problem })}
        ${selectField({ name: 'default_tier', label: 'Default tier', value: tenant.default_tier, options: tiers.map(({ tier }) => [tier, tier]), problem, hint: 'Of whoever has no tier of their own, at once.' })}
        ${selectField({ name: 'allow_unpriced', label: 'Models without a known price', value: String(tenant.allow_unpriced), problem,
          options: [['false', 'Refuse to reserve for them under a cost limit'], ['true', 'Reserve for them all the same: no cost limit sees them']] })}`,
      send: ({ name, default_tier: tier, allow_unpriced: allow }) => this.#put({
        ...(name.trim() !== tenant.name && { name: name.trim() }),
        ...(tier !== tenant.default_tier && { default_tier: tier }),
        ...(allow !== String(tenant.allow_unpriced) && { allow_unpriced: allow === 'true' }),
      }),
    }), 'The settings are saved.');
  }

  async #move(tenant) {
    this.#saved(await openForm({
      title: 'Time zone',
      action: 'Change',
      fields: ({ problem, values }) => html`
        ${textField({ name: 'zone', label: 'Time zone', value: tenant.zone, list: zones(), focus: true, problem, hint: 'Such as Europe/Berlin.' })}
        <div class="two">
          ${selectField({ name: 'when', label: 'It holds', value: 'now', options: [['now', 'from now on'], ['day', 'from a day on']] })}
          ${values?.when === 'day' ? textField({ name: 'zone_from', label: 'From the beginning of', type: 'date', problem, hint: 'By the clocks of the new zone.' }) : nothing}
        </div>
        <p class="soft small">The day of the change is shorter or longer than others. Months, and what is left in them, end by the new zone from then on.</p>`,
      send: ({ zone, when, zone_from: from }) => this.#put({ zone: zone.trim(), ...(when === 'day' && { zone_from: startOf(from, zone.trim()) }) }),
    }), 'The time zone is saved.');
  }

  async #keep(from, before, zone) {
    this.#saved(await openForm({
      title: `Stay with ${before}`,
      action: 'Stay',
      fields: () => html`<p>The change to ${zone}, ${time(from)}, will not come.</p>`,
      send: () => this.#put({ zone: before, zone_from: from }),
    }), `The zone stays ${before}.`);
  }

  #put(change) {
    return send('PUT', 'tenant', change);
  }

  /** The frame says name and zone too. */
  async #saved(tenant, words) {
    if (!tenant) return;
    this.#tenant.value = tenant;
    this.requestUpdate();
    say(words);
    const { tenant_name: name, zone } = session.caller;
    if (name !== tenant.name || zone !== tenant.zone) get('caller').then((caller) => session.begin(caller), (problem) => say(problem.message));
  }

  #people() {
    return html`
      <section class="panel stack">
        <h2>People</h2>
        <p>Everybody who appeared in a call, with tier, limits and what is left, is under <a href=${href('users')}>Users</a>.</p>
        <form class="row" role="search" aria-label="A person’s page" @submit=${find}>
          <input type="search" class="search" name="q" aria-label="Id, name or email" placeholder="Id, name or email" maxlength="200" autocomplete="off" spellcheck="false">
          <button>${icon('search')} Find</button>
        </form>
      </section>`;
  }

  #waysIn() {
    const member = `./tokentally token --tenant ${session.caller.tenant} --role member --user 123`;
    return html`
      <section class="panel stack">
        <h2>Signing in</h2>
        <p>A person with the role <b>member</b> sees this portal reduced to themselves; an <b>admin</b> sees and changes what you do. There is no list of members here: who has which role is decided where the credential comes from.</p>
        ${this.#ways.show(({ identity_provider: provider, own_tokens: own, link }) => html`
          <dl class="facts ways">
            <dt>Identity provider</dt>
            <dd>${provider
              ? html`People sign in at ${provider.issuer}. Put them into the group of their role there.`
              : html`None is set up for the portal. With one, people sign in with the account they have; the operator sets it up.`}</dd>
            ${link ? html`<dt>One-time link</dt>
              <dd>Good once, within 15 minutes. The operator makes it on the machine that serves:
                <pre tabindex="0" role="group" aria-label="Command: a one-time link"><code>${member.replace(' token ', ' link ')}</code></pre></dd>` : nothing}
            ${own ? html`<dt>Access token</dt>
              <dd>Pasted where one signs in, also made on the machine that serves:
                <pre tabindex="0" role="group" aria-label="Command: an access token"><code>${member}</code></pre></dd>` : nothing}
            <dt>Personal API key</dt>
            <dd>You make it here, for one person; pasted like an access token, until it expires or is revoked.
              <p><button aria-haspopup="dialog" @click=${() => this.#then(makeKey({ kind: 'member', title: 'New key for a person' }))}>New key for a person</button></p></dd>
          </dl>`, { bones: 10 })}
      </section>`;
  }

  #personalKeys() {
    return html`
      <section class="panel flush">
        <header><h2>Keys that stand for a person</h2><a class="small" href=${href('keys', { personal: true })}>All of them</a></header>
        ${this.#keys.show(({ keys, next }) => html`
          ${table(this.#columns, keys, { label: 'Keys that stand for a person', empty: html`<p class="soft none">None that count.</p>` })}
          ${next ? html`<p class="soft small none">The newest ${SHOWN_KEYS} that count.</p>` : nothing}`)}
      </section>`;
  }

  #columns = [
    { label: 'Person', head: true, cell: ({ user_id: user }) => named(String(user), href(['users', user])) },
    { label: 'Key', cell: ({ name, prefix }) => html`${named(name)}<code class="small soft clip" title=${prefix}>${prefix}…</code>` },
    { label: 'State', wide: true, cell: state },
    { label: 'Last used', wide: true, cell: ({ last_used_at: at }) => (at ? moment(at) : html`<span class="soft">never</span>`) },
    { label: '', number: true, below: true, cell: (key) => html`<button class="small danger" aria-haspopup="dialog" aria-label=${`Revoke ${key.name} ${key.prefix}`} @click=${() => this.#then(revokeKey(key))}>Revoke</button>` },
  ];

  async #then(done) {
    if (await done) this.#keys.again();
  }
}

function find(event) {
  event.preventDefault();
  const q = new FormData(event.target).get('q').trim();
  if (q) address.go(href('users', { q }));
}

/** A change that was taken back is one to the zone before it. */
function changes({ zone: now, next_zones: ahead }) {
  const all = Object.entries(ahead).sort(([one], [other]) => Date.parse(one) - Date.parse(other));
  return all.map(([from, zone], index) => ({ from, zone, before: index ? all[index - 1][1] : now })).filter(({ zone, before }) => zone !== before);
}

/** Of a zone that there is none of, the service says so. */
function startOf(day, zone) {
  try {
    return instantOf(day ?? '', zone);
  } catch {
    return instantOf(day ?? '', 'UTC');
  }
}

customElements.define('tt-settings', Settings);
