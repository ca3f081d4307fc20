import { AuditPage } from './audit.js';

/** What operators did; tenants that are gone included. */
export default class InstallationAudit extends AuditPage {
  static path = 'platform/audit';
  static exported = null;
  static title = 'Installation audit';
  static lead = 'What operators did with tenants, newest first. It outlives the tenants.';
}

customElements.define('tt-installation-audit', InstallationAudit);
