/** Forms in dialogs: sent once, what is wrong said beside its field, what was typed kept. */
import { html, nothing, render } from 'lit';
import { Problem } from '../api.js';
import { canBeExact, Exact, isPlain, numberOf } from '../exact.js';
import { holdOpen, openDialog } from './dialogs.js';

/**
 * @param options fields: ({problem, values}) => template, values being those of the form, null before the first change;
 * send: (values) => Promise of what the dialog gives; problems it throws are shown
 * @returns {Promise<any>} what was sent gave; undefined when nothing was sent
 */
export function openForm({ title, fields, send, action, busyAction = 'Saving …', danger = false }) {
  return openDialog(title, (close, dialog) => {
    let busy = false;
    let problem = null;
    let values = null;
    const again = () => render(view(), dialog);
    const submit = async (event) => {
      event.preventDefault();
      if (busy) return;
      values = valuesOf(event.target);
      busy = true;
      problem = null;
      again();
      try {
        close(await send(values));
      } catch (failure) {
        if (failure.status === undefined) console.error(failure);
        problem = failure;
      }
      busy = false;
      if (!dialog.isConnected) return;
      again();
      dialog.querySelector('[aria-invalid="true"], .note.bad')?.focus();
    };
    const view = () => html`
      <form class="dialog" novalidate autocomplete="off" @submit=${submit} @change=${(event) => { values = valuesOf(event.currentTarget); again(); }}>
        <h2>${title}</h2>
        <div class="form">${fields({ problem, values })}</div>
        ${problem ? wrongNote(problem, dialog) : nothing}
        <div class="buttons">
          <button type="button" ?disabled=${busy} @click=${() => close()}>Cancel</button>
          <button class=${danger ? 'danger' : 'main'} ?disabled=${busy}>${busy ? busyAction : action}</button>
        </div>
      </form>`;
    holdOpen(dialog, () => busy);
    return view();
  });
}

const valuesOf = (form) => Object.fromEntries(new FormData(form));

/** What is wrong, as far as it stands beside no field; what does is heard with its field, which gets the focus. */
function wrongNote(problem, dialog) {
  const shown = [...dialog.querySelectorAll('[name]')].map((field) => field.name);
  const others = (problem.errors ?? []).filter(({ field }) => !shown.some((name) => field === name || field?.startsWith(`${name}.`)));
  if (problem.errors?.length && !others.length) return nothing;
  return html`<div class="note bad" role="alert" tabindex="-1"><div>
    ${others.length ? others.map(({ field, message }) => html`<p>${field} ${message}</p>`) : html`<p>${problem.message}</p>`}
    ${problem.requestId ? html`<p class="small">Request <code>${problem.requestId}</code></p>` : nothing}</div></div>`;
}

const idOf = (name) => `field-${name.replace(/[^a-z]/gi, '-')}`;

/** A label, what it is of, a hint, and what is wrong with it. */
function around({ name, label, hint, problem }, control) {
  const id = idOf(name);
  const wrong = problem?.of?.(name);
  const described = [wrong && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean).join(' ') || nothing;
  return html`
    <div class="field"><label for=${id}>${label}</label>
      ${control({ id, described, invalid: wrong ? 'true' : nothing })}
      ${wrong ? html`<span class="wrong" id="${id}-wrong">${wrong}</span>` : nothing}
      ${hint ? html`<span class="hint" id="${id}-hint">${hint}</span>` : nothing}</div>`;
}

/** Text, so that drawing the form again leaves what was typed; and digits, where a number would be 5e-7. */
const textOf = (value) => (typeof value === 'number' ? value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 }) : String(value ?? ''));

/** @param field name: as the API's errors call it; list: suggestions */
export const textField = ({ value = '', type = 'text', mode, list, focus = false, ...field }) =>
  around(field, ({ id, described, invalid }) => html`
    <input id=${id} name=${field.name} type=${type} .value=${textOf(value)} inputmode=${mode ?? nothing} list=${list ? `${id}-list` : nothing}
      ?autofocus=${focus} autocomplete="off" spellcheck="false" aria-describedby=${described} aria-invalid=${invalid}>
    ${list ? html`<datalist id="${id}-list">${list.map((one) => html`<option value=${one}></option>`)}</datalist>` : nothing}`);

/** @param options [[value, text]] */
export const selectField = ({ value, options, focus = false, ...field }) =>
  around(field, ({ id, described, invalid }) => html`
    <select id=${id} name=${field.name} ?autofocus=${focus} aria-describedby=${described} aria-invalid=${invalid}>
      ${options.map(([one, text]) => html`<option value=${one} ?selected=${one === value}>${text}</option>`)}
    </select>`);

/** A figure, sent as it was typed when it is none, so that the service says what is wrong with it; never sent rounded. */
export function figure(text = '') {
  const typed = text.trim();
  if (!isPlain(typed)) return typed;
  const number = numberOf(typed);
  if (number instanceof Exact && !canBeExact) throw new Problem(400, { detail: `This browser would round ${typed}. Type fewer digits, or use a newer browser.` });
  return number;
}
