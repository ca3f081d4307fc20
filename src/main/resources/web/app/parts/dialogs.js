/** Words to somebody: a question before something is done, a note after it was. */
import { html, render, nothing } from 'lit';
import { address } from '../address.js';
import { session } from '../session.js';

/**
 * Opens a dialog and gives what it was closed with. It does not outlive its page, nor who is signed in.
 *
 * @param content (close) => template; close(value) ends it; leaving it any other way gives undefined
 */
export function openDialog(label, content) {
  return new Promise((resolve) => {
    const dialog = document.createElement('dialog');
    dialog.setAttribute('aria-label', label);
    // a second click while the first was still asking what the dialog needs
    if ([...document.querySelectorAll('dialog[open]')].some((open) => open.getAttribute('aria-label') === label)) return resolve(undefined);
    let answer;
    const close = (value) => {
      answer = value;
      dialog.close();
    };
    const { pathname } = location;
    const leave = () => {
      if (location.pathname !== pathname || !session.caller) dialog.close();
    };
    address.addEventListener('change', leave);
    session.addEventListener('change', leave);
    dialog.addEventListener('close', () => {
      address.removeEventListener('change', leave);
      session.removeEventListener('change', leave);
      dialog.remove();
      resolve(answer);
    });
    render(content(close, dialog), dialog);
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A dialog that Escape does not close while this holds. A browser lets a cancel be prevented once, and a key always. */
export function holdOpen(dialog, holds) {
  const prevent = (event) => {
    if (holds() && (event.type === 'cancel' || event.key === 'Escape')) event.preventDefault();
  };
  dialog.addEventListener('cancel', prevent);
  dialog.addEventListener('keydown', prevent);
}

/**
 * Asks before something that cannot be taken back.
 *
 * @param typed a word that has to be typed first; nothing: a click is enough
 * @returns {Promise<boolean>}
 */
export const confirm = ({ title, text, action, danger = true, typed }) =>
  openDialog(title, (close) => html`
    <form class="dialog" @submit=${(event) => { event.preventDefault(); close(true); }}>
      <h2>${title}</h2>
      <div class="stack">${typeof text === 'string' ? html`<p>${text}</p>` : text}</div>
      ${typed === undefined ? nothing : html`
        <label class="field"><span>To go on, type <code>${typed}</code></span>
          <input autocomplete="off" required @input=${(event) => event.target.setCustomValidity(event.target.value === String(typed) ? '' : `Type ${typed} to go on`)}></label>`}
      <div class="buttons">
        <button type="button" autofocus @click=${() => close(false)}>Cancel</button>
        <button class=${danger ? 'danger' : 'main'}>${action}</button>
      </div>
    </form>`).then(Boolean);

/** Says for a while what was done, also to those who hear the page. */
export function say(text, milliseconds = 6_000) {
  let place = document.querySelector('.toast');
  if (!place) {
    place = document.createElement('div');
    place.className = 'toast';
    place.setAttribute('role', 'status');
    place.setAttribute('aria-live', 'polite');
    document.body.append(place);
  }
  const line = document.createElement('p');
  line.textContent = text;
  place.append(line);
  setTimeout(() => line.remove(), milliseconds);
}
