import { html, nothing } from 'lit';
import { get, send } from '../api.js';
import { Load } from '../load.js';
import { moment, money, shortly } from '../numbers.js';
import { Page } from '../page.js';
import { confirm, openDialog, say } from '../parts/dialogs.js';
import { openForm, textField } from '../parts/form.js';
import { LIMITS, limitCell, limitFields, limitsOf } from '../parts/limits.js';
import { named, pager, table } from '../parts/table.js';
import { zones } from '../zones.js';
import '../parts/export-button.js';

const LIMIT = 50;
const STATES = { active: 'good', suspended: 'warn', removed: 'bad' };

/** The operator's page: which organisations there are, how much they use, letting them in and out. */
export default class Tenants extends Page {
  #usage = new Load(this, () => this.#asked, (query, signal) => get('platform/usage', query, signal));
  #away = new Load(this, () => ({ state: 'removed' }), (query, signal) => get('tenants', query, signal));

  get #asked() {
    return { sortBy: this.query.get('sortBy') ?? 'id', offset: this.query.get('offset'), limit: LIMIT };
  }

  render() {
    const { sortBy } = this.#asked;
    return html`
      <div class="head">
        <h1>Tenants</h1>
        <div class="actions"><button class="main" aria-haspopup="dialog" @click=${this.#create}>New tenant</button></div>
        <p class="lead">Each organisation with its own figures, in its own time zone. What their people do is theirs to see.</p>
      </div>
      ${this.#usage.show(({ tenants, total, limit, offset }) => html`
        <section class="panel flush">
          ${table(this.#columns(), tenants, {
            label: 'Tenants',
            sorted: { by: sortBy, order: sortBy === 'id' ? 'ASC' : 'DESC', fixed: true },
            empty: total ? nothing : html`<div class="state"><h2>No tenants yet</h2><p class="soft">Make the first; or, with this installation’s own tokens, a tenant is made by its first call.</p></div>`,
          })}
          ${pager({ offset, limit, shown: tenants.length, total }, 'tenant')}
        </section>`, { bones: 20 })}
      ${this.#away.value?.tenants.length ? html`
        <section class="panel flush"><header><h2>Removed</h2></header>
          ${table([
            { label: 'Tenant', head: true, cell: ({ id }) => named(id) },
            { label: 'Removed', cell: ({ removed_at: at }) => moment(at) },
          ], this.#away.value.tenants, { label: 'Removed tenants' })}</section>` : nothing}`;
  }

  #columns() {
    return [
      { label: 'Tenant', head: true, sort: 'id', first: 'ASC', cell: ({ id, name }) => html`${named(name ?? id)}${name && name !== id ? html`<span class="clip small soft light">${id}</span>` : nothing}` },
      { label: 'Zone', wide: true, cell: (tenant) => tenant.time_zone },
      { label: 'Users this month', number: true, wide: true, cell: ({ stats }) => shortly(stats.monthly.monthly_users) },
      { label: 'Calls this month', number: true, sort: 'monthly_api_calls', cell: ({ stats }) => shortly(stats.monthly.monthly_api_calls) },
      { label: 'Cost this month', number: true, sort: 'monthly_cost', cell: ({ stats }) => money(stats.monthly.monthly_cost) },
      { label: 'Cost, all time', number: true, wide: true, sort: 'total_cost', cell: ({ stats }) => money(stats.overall.total_cost) },
      { label: '', number: true, below: true, cell: ({ id }) => html`<button class="small" aria-haspopup="dialog" aria-label=${`Manage ${id}`} @click=${() => this.#manage(id)}>Manage</button>` },
    ];
  }

  #changed(words) {
    say(words);
    this.#usage.again();
    this.#away.again();
  }

  #create = async () => {
    const made = await openForm({
      title: 'New tenant',
      action: 'Create',
      busyAction: 'Creating …',
      fields: ({ problem, values }) => html`
        ${textField({ name: 'id', label: 'Id', focus: true, hint: '1 to 63 of a-z 0-9 . _ - ; it stands in every credential and is never given twice.', problem })}
        ${textField({ name: 'name', label: 'Name', problem })}
        ${textField({ name: 'zone', label: 'Time zone', hint: 'Where its days and months begin. Empty: UTC.', list: zones(), problem })}
        ${textField({ name: 'default_tier', label: 'Default tier', hint: 'Empty: free', problem })}
        ${limitFields({ limits: {}, problem, values })}`,
      send: (values) => send('POST', 'tenants', settingsOf(values, { id: values.id.trim() })),
    });
    if (made) this.#changed(`${made.id} is made.`);
  };

  async #manage(id) {
    let tenant;
    try {
      tenant = await get(`tenants/${encodeURIComponent(id)}`);
    } catch (problem) {
      return say(problem.message);
    }
    const act = await openDialog(`Tenant ${id}`, (close) => html`
      <div class="dialog">
        <h2>${tenant.name}</h2>
        <dl class="facts">
          <dt>Id</dt><dd>${tenant.id}</dd>
          <dt>State</dt><dd><span class="badge ${STATES[tenant.state]}">${tenant.state}</span>${tenant.suspended_at ? html` since ${moment(tenant.suspended_at)}` : nothing}</dd>
          <dt>Time zone</dt><dd>${tenant.zone}${Object.entries(tenant.next_zones).map(([from, zone]) => html`, ${zone} from ${moment(from)}`)}</dd>
          <dt>Default tier</dt><dd>${tenant.default_tier}</dd>
          ${LIMITS.map((limit) => html`<dt>${limit.label} a month</dt><dd>${limitCell(limit, tenant.limits[limit.name])}</dd>`)}
          <dt>Made</dt><dd>${moment(tenant.created_at)}</dd>
        </dl>
        <div class="row">
          <button @click=${() => close('edit')}>Change settings</button>
          ${tenant.state === 'active' ? html`<button class="danger" @click=${() => close('suspend')}>Suspend</button>` : nothing}
          ${tenant.state === 'suspended' ? html`
            <button @click=${() => close('resume')}>Let in again</button>
            <tt-export path=${`tenants/${encodeURIComponent(id)}/export`} label="Export everything"></tt-export>
            <button class="danger" @click=${() => close('remove')}>Remove</button>` : nothing}
        </div>
        <div class="buttons"><button class="main" autofocus @click=${() => close()}>Close</button></div>
      </div>`);
    const acts = { edit: () => this.#edit(tenant), suspend: () => this.#suspend(id), resume: () => this.#resume(id), remove: () => this.#remove(id) };
    try {
      await acts[act]?.();
    } catch (problem) {
      say(problem.message, 12_000);
    }
  }

  async #edit(tenant) {
    const saved = await openForm({
      title: `Settings of ${tenant.id}`,
      action: 'Save',
      fields: ({ problem, values }) => html`
        ${textField({ name: 'name', label: 'Name', value: tenant.name, focus: true, problem })}
        ${textField({ name: 'zone', label: 'Time zone', value: tenant.zone, hint: 'From now on. Days that were stay where they are.', list: zones(), problem })}
        ${textField({ name: 'default_tier', label: 'Default tier', value: tenant.default_tier, problem })}
        ${limitFields({ limits: tenant.limits, problem, values })}`,
      send: (values) => send('PUT', `tenants/${encodeURIComponent(tenant.id)}`, settingsOf(values, {}, tenant)),
    });
    if (saved) this.#changed(`${tenant.id} is changed.`);
  }

  async #suspend(id) {
    const sure = await confirm({ title: `Suspend ${id}?`, text: 'Every call with its credentials is refused at once, on every replica. Its data is kept.', action: 'Suspend' });
    if (!sure) return;
    await send('POST', `tenants/${encodeURIComponent(id)}/suspension`);
    this.#changed(`${id} is suspended.`);
  }

  async #resume(id) {
    await send('DELETE', `tenants/${encodeURIComponent(id)}/suspension`);
    this.#changed(`${id} is let in again.`);
  }

  async #remove(id) {
    const sure = await confirm({
      title: `Remove ${id} for ever?`,
      text: 'Everything it has is taken away: calls, sums, users, keys, prices and its audit log. There is no way back, and the id is not given again. Export everything first; without that the removal is refused.',
      action: 'Remove for ever',
      typed: id,
    });
    if (!sure) return;
    say(`${id} is being removed. It may take minutes.`);
    await send('DELETE', `tenants/${encodeURIComponent(id)}`);
    this.#changed(`${id} is gone.`);
  }
}

/** What is empty, or as it was, is not sent: a zone that is sent holds from now on. */
function settingsOf(values, body, before = { limits: {} }) {
  for (const name of ['name', 'zone', 'default_tier']) {
    const text = values[name].trim();
    if (text && text !== before[name]) body[name] = text;
  }
  const limits = limitsOf(values);
  const isTouched = LIMITS.some(({ name }) => String(limits[name]) !== String(before.limits[name] ?? null));
  return isTouched ? { ...body, limits } : body;
}

customElements.define('tt-tenants', Tenants);
