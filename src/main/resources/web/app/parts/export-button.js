import { LitElement, html, nothing } from 'lit';
import { download, save } from '../api.js';
import { bytes, exact } from '../numbers.js';
import { icon } from './icons.js';
import { say } from './dialogs.js';

/** Fetches a file, says how far it is, can be stopped. */
class ExportButton extends LitElement {
  static properties = {
    path: {},
    query: { attribute: false },
    label: {},
    progress: { state: true },
  };
  #controller;

  createRenderRoot() {
    return this;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#controller?.abort();
  }

  async #start() {
    this.#controller = new AbortController();
    this.progress = { bytes: 0, rows: 0, totalRows: null };
    try {
      let shownAt = 0;
      const { file, name, truncated } = await download(this.path, this.query, (progress) => {
        if (performance.now() - shownAt < 100) return;
        shownAt = performance.now();
        this.progress = progress;
      }, this.#controller.signal);
      save(file, name);
      say(`${name}, ${bytes(file.size)}, is in your downloads.${truncated ? ' It was cut at its limit.' : ''}`);
    } catch (problem) {
      if (problem.name !== 'AbortError') say(`No file: ${problem.message}`, 12_000);
    }
    this.progress = null;
  }

  render() {
    if (!this.progress) return html`<button @click=${this.#start}>${icon('down')} ${this.label ?? 'Export CSV'}</button>`;
    const { rows, totalRows, bytes: size } = this.progress;
    return html`
      <span class="row" role="status">
        ${totalRows ? html`<progress aria-label="Export" max=${totalRows} value=${rows}></progress>` : nothing}
        <span class="small">${totalRows ? `${exact(rows)} of ${exact(totalRows)} rows` : size ? bytes(size) : 'Asking …'}</span>
        <button class="small" @click=${() => this.#controller.abort()}>Stop</button>
      </span>`;
  }
}

customElements.define('tt-export', ExportButton);
