/** Every page: where it is, what it is called, who may see it. Its code is fetched when it is opened. */
const everybody = ['admin', 'member'];
const admins = ['admin'];
const operators = ['platform-admin'];

export const PAGES = [
  { path: '', title: 'Overview', icon: 'overview', group: 'Usage', roles: everybody, load: () => import('./pages/overview.js') },
  { path: 'users', title: 'Users', icon: 'users', group: 'Usage', roles: admins, load: () => import('./pages/users.js'), one: () => import('./pages/user.js') },
  { path: 'endpoints', title: 'Endpoints', icon: 'endpoints', group: 'Usage', roles: everybody, load: () => import('./pages/endpoints.js') },
  { path: 'models', title: 'Models', icon: 'models', group: 'Usage', roles: everybody, load: () => import('./pages/models.js') },
  { path: 'sessions', title: 'Sessions', icon: 'sessions', group: 'Usage', roles: everybody, load: () => import('./pages/sessions.js'), one: () => import('./pages/session.js') },
  { path: 'branches', title: 'Branches', icon: 'branches', group: 'Usage', roles: everybody, load: () => import('./pages/branches.js') },
  { path: 'calls', title: 'Recent calls', icon: 'calls', group: 'Usage', roles: everybody, load: () => import('./pages/calls.js') },
  { path: 'prices', title: 'Prices', icon: 'prices', group: 'Manage', roles: admins, load: () => import('./pages/prices.js') },
  { path: 'tiers', title: 'Tiers', icon: 'tiers', group: 'Manage', roles: admins, load: () => import('./pages/tiers.js') },
  { path: 'keys', title: 'API keys', icon: 'keys', group: 'Manage', roles: admins, load: () => import('./pages/keys.js') },
  { path: 'settings', title: 'Members and settings', icon: 'settings', group: 'Manage', roles: admins, load: () => import('./pages/settings.js') },
  { path: 'audit', title: 'Audit', icon: 'audit', group: 'Manage', roles: admins, load: () => import('./pages/audit.js') },
  { path: 'tenants', title: 'Tenants', icon: 'tenants', group: 'Installation', roles: operators, load: () => import('./pages/tenants.js') },
  { path: 'self-check', title: 'Self-check', icon: 'check', group: 'Installation', roles: operators, load: () => import('./pages/self-check.js') },
  { path: 'installation-audit', title: 'Installation audit', icon: 'audit', group: 'Installation', roles: operators, load: () => import('./pages/installation-audit.js') },
];

/** @returns the page of a path, its parts behind the page's own decoded; nothing when there is none */
export function pageOf(path) {
  const [first, ...parts] = path.split('/');
  const page = PAGES.find((one) => one.path === first);
  if (!page || parts.length > 1 || (parts.length === 1 && !page.one)) return undefined;
  try {
    return { ...page, load: parts.length ? page.one : page.load, parts: parts.map(decodeURIComponent) };
  } catch {
    return undefined; // %zz
  }
}
