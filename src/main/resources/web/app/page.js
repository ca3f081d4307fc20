import { LitElement } from 'lit';
import { address } from './address.js';

/** A page. It stands in the document itself, so one style sheet serves all and labels find their fields. */
export class Page extends LitElement {
  static properties = {
    /** Changes with the address bar. */
    place: { type: String },
    /** The decoded parts of the path after the page's own. */
    parts: { attribute: false },
  };

  createRenderRoot() {
    this.dataset.page = '';
    return this;
  }

  get query() {
    return address.query;
  }
}
