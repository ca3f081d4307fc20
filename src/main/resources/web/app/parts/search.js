import { LitElement, html } from 'lit';
import { address } from '../address.js';

const WAIT_MILLISECONDS = 300;

/** What is typed goes into the address bar as `q`, once the fingers rest. */
class Search extends LitElement {
  static properties = { label: {}, value: {} };
  #timer;
  #sent;

  createRenderRoot() {
    return this;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** Only what somebody else put into the address bar is put into the field. */
  updated(changed) {
    if (changed.has('value') && (this.value ?? '') !== this.#sent) this.querySelector('input').value = this.value ?? '';
    this.#sent = undefined;
  }

  #typed(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const text = this.querySelector('input').value.trim();
      if (text === (address.query.get('q') ?? '')) return;
      this.#sent = text;
      address.go(address.with({ q: text, offset: null }), { replace: true });
    }, milliseconds);
  }

  render() {
    return html`
      <input type="search" class="search" aria-label=${this.label} placeholder=${this.label} maxlength="200" autocomplete="off" spellcheck="false"
        @input=${() => this.#typed(WAIT_MILLISECONDS)} @keydown=${(event) => event.key === 'Enter' && this.#typed(0)}>`;
  }
}

customElements.define('tt-search', Search);
