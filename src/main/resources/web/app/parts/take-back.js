import { LitElement, html, nothing } from 'lit';
import { send } from '../api.js';
import { dollars } from '../numbers.js';
import { say } from './dialogs.js';

/** Takes a call back, once a reason for it is given. */
class TakeBack extends LitElement {
  static properties = {
    call: { attribute: false },
    done: { attribute: false },
    asking: { state: true },
    busy: { state: true },
    problem: { state: true },
  };

  createRenderRoot() {
    return this;
  }

  async #ask() {
    this.asking = true;
    await this.updateComplete;
    this.querySelector('input').focus();
  }

  async #cancel() {
    this.asking = false;
    this.problem = null;
    await this.updateComplete;
    this.querySelector('button').focus();
  }

  #submit = async (event) => {
    event.preventDefault();
    this.busy = true;
    this.problem = null;
    try {
      await send('POST', `usage/events/${this.call.id}/reversal`, { reason: new FormData(event.target).get('reason').trim() });
      say('The call is taken back. Its numbers are in no sum any more.');
      this.done();
    } catch (problem) {
      this.problem = problem;
    }
    this.busy = false;
  };

  render() {
    if (!this.asking) return html`<div class="buttons"><button class="danger" @click=${this.#ask}>Take back …</button></div>`;
    const wrong = this.problem?.of('reason');
    return html`
      <form class="form" @submit=${this.#submit}>
        <h3>Take this call back?</h3>
        <p>Its ${this.call.total_cost === null ? 'tokens leave' : `tokens and ${dollars(this.call.total_cost)} leave`} every sum, limit and report of its day. The call stays in the list, beside the row that takes it back. That cannot be undone.</p>
        ${this.problem && !wrong ? html`<div class="note bad" role="alert"><div>${this.problem.message}</div></div>` : nothing}
        <label class="field"><span>Reason, for accounting</span>
          <input name="reason" required maxlength="1000" autocomplete="off" placeholder="recorded twice" aria-invalid=${wrong ? 'true' : nothing} aria-describedby=${wrong ? 'wrong-reason' : nothing}>
          ${wrong ? html`<span class="wrong" id="wrong-reason" role="alert">${wrong}</span>` : nothing}</label>
        <div class="buttons"><button type="button" @click=${this.#cancel}>Cancel</button><button class="danger" ?disabled=${this.busy}>${this.busy ? 'Taking back …' : 'Take back'}</button></div>
      </form>`;
  }
}

customElements.define('tt-take-back', TakeBack);
