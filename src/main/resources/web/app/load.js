/** What a page reads from the API, with every state it can be in: on its way, there, wrong, being read anew. */
import { html, nothing } from 'lit';
import { problemState, bones } from './parts/states.js';
import { Problem } from './api.js';
import { live } from './live.js';

/**
 * Reads whenever what is asked for changes, and drops the answer to what is asked no longer. While it reads anew, what was
 * there stays.
 */
export class Load {
  value = undefined;
  problem = null;
  busy = false;
  /** When the value came, in milliseconds. */
  at = null;
  #host;
  #ask;
  #fetch;
  #live;
  #asked;
  /** What the value is the answer to. */
  #answered;
  #controller;

  /**
   * @param ask what is asked for; null: nothing
   * @param fetch (asked, signal) => Promise
   * @param options live: reads anew with the clock of {@link live}
   */
  constructor(host, ask, fetch, options = {}) {
    this.#host = host;
    this.#ask = ask;
    this.#fetch = fetch;
    this.#live = options.live ?? false;
    host.addController(this);
  }

  hostConnected() {
    if (this.#live) live.addEventListener('tick', this.#tick);
  }

  hostDisconnected() {
    live.removeEventListener('tick', this.#tick);
    this.#drop();
    this.#asked = undefined;
  }

  hostUpdate() {
    const asked = JSON.stringify(this.#ask());
    if (asked === this.#asked) return;
    this.#asked = asked;
    if (asked !== 'null') return this.#read();
    this.#drop();
    this.value = undefined;
    this.problem = null;
  }

  /** An answer that takes longer than the clock is waited for. */
  #tick = () => {
    if (!this.busy) this.again();
  };

  #drop() {
    this.#controller?.abort();
    this.busy = false;
  }

  again = () => {
    if (this.#asked !== undefined && this.#asked !== 'null') this.#read();
  };

  async #read() {
    this.#controller?.abort();
    const controller = (this.#controller = new AbortController());
    const asked = this.#asked;
    this.busy = true;
    try {
      const value = await this.#fetch(this.#ask(), controller.signal);
      if (controller.signal.aborted) return;
      this.value = value;
      this.#answered = asked;
      this.problem = null;
      this.at = Date.now();
    } catch (problem) {
      if (controller.signal.aborted) return;
      if (!(problem instanceof Problem)) console.error(problem);
      this.problem = problem instanceof Problem ? problem : new Problem(0, { title: 'This page has a fault', detail: 'This page has a fault. Load it anew, or try again.' });
      if (this.#answered !== asked) this.value = undefined;
    }
    this.busy = false;
    this.#host.requestUpdate();
  }

  /** @param render what is shown of the value */
  show(render, { bones: height = 12 } = {}) {
    if (this.problem && (this.value === undefined || !this.#isPassing())) return problemState(this.problem, this.again);
    if (this.value === undefined) return bones(height);
    return html`${this.problem ? staleNote(this.problem, this.again) : nothing}
      <div class=${this.busy ? 'busy' : ''} aria-busy=${this.busy}>${render(this.value)}</div>`;
  }

  /** A figure that could not be read anew is still the figure of then. */
  #isPassing() {
    return this.#live && (this.problem.status === 0 || this.problem.status === 429 || this.problem.status >= 500);
  }
}

const staleNote = (problem, again) => html`
  <div class="note bad" role="status"><div>${problem.message} What you see is older.
    <button class="small" @click=${again}>Try again</button></div></div>`;
