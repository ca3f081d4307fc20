import { Page } from '../page.js'; import { html } from 'lit'; class P extends Page { render() { return html`<h1>soon</h1>`; } } customElements.define('tt-soon-pages-prices-js', P); export default P;
