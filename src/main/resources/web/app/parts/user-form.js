/** Tier and limits of a person, changed; and a new person. */
import { html } from 'lit';
import { get, Problem, send } from '../api.js';
import { say } from './dialogs.js';
import { openForm, selectField, textField } from './form.js';
import { allLimits, overrideFields, overridesOf } from './limits.js';

const DEFAULT = 'default';
const OWN = 'tier:';

/** What the forms need to know: the tiers, and which is the default. */
async function tiersKnown() {
  const [tiers, tenant] = await Promise.all([get('tiers'), get('tenant')]);
  return { tiers: new Map(tiers.map(({ tier, limits }) => [tier, limits])), usual: tenant.default_tier };
}

const choiceOf = ({ own_tier: tier }) => (tier === null ? DEFAULT : OWN + tier);

const tierOf = (choice) => (choice === DEFAULT ? null : choice.slice(OWN.length));

const tierOptions = ({ tiers, usual }) => [
  [DEFAULT, `Default of the organisation (${usual})`],
  ...[...tiers].map(([tier, limits]) => [OWN + tier, `${tier}: ${allLimits(limits)}`]),
];

/** The members that differ from what is: what is not touched is not sent, and so not undone. */
function changed(user, values) {
  const change = {};
  if (values.tier !== choiceOf(user)) change.tier = tierOf(values.tier);
  for (const name of ['username', 'email']) {
    const text = values[name].trim() || null;
    if (text !== user[name]) change[name] = text;
  }
  const limits = overridesOf(values);
  if (JSON.stringify(limits) !== JSON.stringify(overridesAsOrdered(user.limit_overrides))) change.limits = limits;
  return change;
}

const overridesAsOrdered = (own) =>
  Object.fromEntries(['maxMonthlyCalls', 'maxMonthlyTokens', 'maxMonthlyCost'].filter((name) => name in own).map((name) => [name, own[name]]));

/** @returns the user as the service holds them now; undefined when nothing was changed */
export async function editUser({ user_id: id }) {
  const asked = Promise.all([tiersKnown(), get(`users/${encodeURIComponent(id)}`)]);
  const [known, user] = (await asked.catch((problem) => say(problem.message))) ?? [];
  if (!known) return undefined;
  const saved = await openForm({
    title: `Tier and limits of ${user.username ?? user.user_id}`,
    action: 'Save',
    fields: ({ problem, values }) => html`
      ${selectField({ name: 'tier', label: 'Tier', value: choiceOf(user), focus: true, problem, options: tierOptions(known) })}
      ${overrideFields({ own: user.limit_overrides, tier: known.tiers.get(tierOf(values?.tier ?? choiceOf(user)) ?? known.usual), problem, values })}
      <div class="two">
        ${textField({ name: 'username', label: 'Name', value: user.username, problem })}
        ${textField({ name: 'email', label: 'Email', value: user.email, problem })}
      </div>
      <p class="soft small">In force at once, also for what is used already this month.</p>`,
    send: (values) => send('PUT', `users/${encodeURIComponent(user.user_id)}`, changed(user, values)),
  });
  if (saved) say(`${saved.user_id} is on ${saved.tier}: ${allLimits(saved.limits)} a month.`);
  return saved;
}

/** @returns the new user; undefined when none was made */
export async function addUser() {
  const known = await tiersKnown().catch((problem) => say(problem.message));
  if (!known) return undefined;
  const made = await openForm({
    title: 'Add a user',
    action: 'Add',
    busyAction: 'Adding …',
    fields: ({ problem }) => html`
      <p class="soft small">Not needed: whoever appears in a call is here. Add somebody to give them a tier before their first call.</p>
      ${textField({ name: 'user_id', label: 'User id', focus: true, problem, hint: 'As your application sends it with each call.' })}
      <div class="two">
        ${textField({ name: 'username', label: 'Name, if you like', problem })}
        ${textField({ name: 'email', label: 'Email, if you like', problem })}
      </div>
      ${selectField({ name: 'tier', label: 'Tier', value: DEFAULT, problem, options: tierOptions(known) })}`,
    send: (values) => create(values),
  });
  if (made) say(`${made.user_id} is on ${made.tier}: ${allLimits(made.limits)} a month.`);
  return made;
}

async function create({ user_id: id, username, email, tier }) {
  const path = `users/${encodeURIComponent(id.trim())}`;
  const wrong = (message) => new Problem(409, { detail: message, errors: [{ field: 'user_id', message }] });
  if (!id.trim()) throw wrong('must not be empty');
  if (await get(path).catch(unlessMissing)) throw wrong('There is such a user already.');
  return send('PUT', path, {
    ...(username.trim() && { username: username.trim() }),
    ...(email.trim() && { email: email.trim() }),
    ...(tier !== DEFAULT && { tier: tierOf(tier) }),
  }).catch((problem) => {
    problem.errors.forEach((error) => { if (error.field === 'userId') error.field = 'user_id'; });
    throw problem;
  });
}

function unlessMissing(problem) {
  if (problem.status !== 404) throw problem;
}
