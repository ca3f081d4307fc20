/** API keys made and replaced. The key itself is shown once, and kept nowhere. */
import { html, nothing } from 'lit';
import { send } from '../api.js';
import { session } from '../session.js';
import { instantOf } from '../zones.js';
import { holdOpen, openDialog, say } from './dialogs.js';
import { openForm, selectField, textField } from './form.js';

const KINDS = [
  ['service', 'A backend: records calls and asks for limits (service)'],
  ['admin', 'A tool that reads, exports and manages (admin)'],
  ['admin,service', 'Both (service and admin)'],
  ['member', 'One person: sees their own usage (member)'],
];

const ENDS = [['', 'Never'], ['30', 'In 30 days'], ['90', 'In 90 days'], ['365', 'In a year'], ['day', 'On a day']];

const endFields = ({ problem, values, first }) => html`
  <div class="two">
    ${selectField({ name: 'ends', label: 'Expires', value: '', options: first ? [first, ...ENDS.slice(1)] : ENDS, problem })}
    ${values?.ends === 'day' ? textField({ name: 'expires_at', label: 'At the beginning of', type: 'date', problem, hint: `In ${session.zone}.` }) : nothing}
  </div>`;

/** Nothing is sent for what is not chosen. */
function endOf({ ends, expires_at: date }) {
  if (!ends) return {};
  return { expires_at: ends === 'day' ? instantOf(date ?? '') : new Date(Date.now() + ends * 86_400_000).toISOString() };
}

/** @param kind of KINDS @returns the new key as the list shows it; undefined when none was made */
export async function makeKey({ kind = 'service', title = 'New API key' } = {}) {
  const made = await openForm({
    title,
    action: 'Create',
    busyAction: 'Creating …',
    fields: ({ problem, values }) => html`
      ${textField({ name: 'name', label: 'Name', focus: true, problem, hint: 'What it is for; never a person’s name.' })}
      ${selectField({ name: 'roles', label: 'For', value: kind, options: KINDS, problem })}
      ${(values?.roles ?? kind) === 'member' ? textField({ name: 'user_id', label: 'User id', problem, hint: 'Whom the key stands for.' }) : nothing}
      ${endFields({ problem, values })}`,
    send: (values) => send('POST', 'keys', {
      name: values.name.trim(),
      roles: values.roles.split(','),
      ...(values.roles === 'member' && { user_id: values.user_id?.trim() ?? '' }),
      ...endOf(values),
    }),
  });
  if (made) await showOnce(made);
  return made;
}

const OVERLAPS = [['0', 'Not at all: it ends now'], ['3600', 'One hour'], ['86400', 'One day'], ['604800', '7 days'], ['2592000', '30 days'], ['7776000', '90 days']];

export async function rotateKey({ id, name, prefix, expires_at: end }) {
  const made = await openForm({
    title: `Rotate ${name}`,
    action: 'Rotate',
    busyAction: 'Rotating …',
    fields: ({ problem, values }) => html`
      <p>A new key takes the place of <code>${prefix}…</code>, with the same name, roles and user.</p>
      ${selectField({ name: 'overlap_seconds', label: 'The old key goes on counting for', value: '86400', options: OVERLAPS, focus: true, problem })}
      ${endFields({ problem, values, first: ['', end ? 'As the old one was to' : 'Never'] })}`,
    send: (values) => send('POST', `keys/${id}/rotation`, { overlap_seconds: Number(values.overlap_seconds), ...endOf(values) }),
  });
  if (made) await showOnce(made);
  return made;
}

export async function revokeKey({ id, name, prefix }) {
  const revoked = await openForm({
    title: `Revoke ${name}`,
    action: 'Revoke',
    busyAction: 'Revoking …',
    danger: true,
    fields: () => html`<p>Whatever sends <code>${prefix}…</code> is refused from now on. This cannot be taken back; to replace a key without a gap, rotate it.</p>`,
    send: () => send('DELETE', `keys/${id}`).then(() => true),
  });
  if (revoked) say(`${name} is revoked.`);
  return revoked;
}

/** Left by its button alone: who closes it has been told. */
const showOnce = ({ key, name }) =>
  openDialog(`The key ${name}`, (close, dialog) => {
    holdOpen(dialog, () => true);
    return html`
      <form class="dialog" @submit=${(event) => { event.preventDefault(); close(); }}>
        <h2>The key ${name}</h2>
        <div class="secret"><code id="new-key">${key}</code><button type="button" autofocus @click=${() => copy(key, dialog)}>Copy</button></div>
        <p role="status" class="small" id="copied"></p>
        <p>Put it where your application keeps its secrets. <b>It is not shown again</b>: only its hash is kept.</p>
        <p class="soft small">It is sent as <code>Authorization: Bearer …</code>, like an access token.</p>
        <div class="buttons"><button class="main">I have it</button></div>
      </form>`;
  });

/** Without a secure origin the browser lends no clipboard: the key is marked, to be copied by hand. */
async function copy(key, dialog) {
  const status = dialog.querySelector('#copied');
  try {
    await navigator.clipboard.writeText(key);
    status.textContent = 'Copied.';
  } catch {
    getSelection().selectAllChildren(dialog.querySelector('#new-key'));
    status.textContent = 'The browser does not allow it here: the key is marked, copy it by hand.';
  }
}
