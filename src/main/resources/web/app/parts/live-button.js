import { LitElement, html } from 'lit';
import { live } from '../live.js';
import { clock } from '../numbers.js';
import { icon } from './icons.js';

/** Whether the figures are being kept fresh, and the switch for it. */
class LiveButton extends LitElement {
  static properties = { at: { type: Number } };
  #again = () => this.requestUpdate();

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    live.addEventListener('change', this.#again);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    live.removeEventListener('change', this.#again);
  }

  render() {
    const at = this.at ? clock(this.at) : '';
    return html`
      <span class="live ${live.paused ? 'paused' : ''}"><i aria-hidden="true"></i> ${live.paused ? `Paused at ${at}` : `Live, ${at}`}</span>
      <button class="small" aria-pressed=${live.paused} @click=${() => (live.paused = !live.paused)}>${icon(live.paused ? 'play' : 'pause')} ${live.paused ? 'Go on' : 'Pause'}</button>`;
  }
}

customElements.define('tt-live', LiveButton);
