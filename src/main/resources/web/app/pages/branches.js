import { BreakdownPage } from '../parts/breakdown-page.js';

/** The git branches that calls come from. */
export default class Branches extends BreakdownPage {
  static about = { title: 'Branches', noun: 'branch', nouns: 'branches', key: 'git_branch', filter: 'gitBranch', none: 'no branch' };
}

customElements.define('tt-branches', Branches);
