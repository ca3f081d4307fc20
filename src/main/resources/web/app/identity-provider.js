/**
 * Signing in at an outside identity provider: OpenID Connect's authorization code with PKCE (RFC 7636), as a public client.
 * Nothing is kept but for the way there and back.
 */
import { BASE } from './address.js';

const STATE = 'tokentally.sign-in';

const redirectUri = () => `${location.origin}${BASE}/`;

/** Whether the provider has just sent somebody back. */
export function hasAnswer() {
  const query = new URLSearchParams(location.search);
  return sessionStorage.getItem(STATE) !== null && query.has('state') && (query.has('code') || query.has('error'));
}

async function endpoints(issuer) {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { credentials: 'omit' });
  if (!response.ok) throw new Error('Your organisation’s sign-in does not answer.');
  return response.json();
}

/** Goes to the provider; comes back to {@link redeemAnswer}. */
export async function leaveFor({ issuer, client_id: client, scope }) {
  const { authorization_endpoint: where } = await endpoints(issuer);
  const verifier = random();
  const state = random();
  sessionStorage.setItem(STATE, JSON.stringify({ verifier, state, back: location.pathname + location.search }));
  const query = new URLSearchParams({
    response_type: 'code', client_id: client, redirect_uri: redirectUri(), scope, state,
    code_challenge: await challenge(verifier), code_challenge_method: 'S256',
  });
  location.assign(`${where}${where.includes('?') ? '&' : '?'}${query}`);
  await new Promise(() => {});
}

/** @returns {Promise<string>} the access token */
export async function redeemAnswer(provider) {
  const query = new URLSearchParams(location.search);
  const { verifier, state, back } = JSON.parse(sessionStorage.getItem(STATE));
  sessionStorage.removeItem(STATE);
  history.replaceState(null, '', back);
  if (!provider || query.get('state') !== state) throw new Error('This sign-in was begun elsewhere, or twice. Please begin again.');
  if (query.has('error')) throw new Error(`Your organisation’s sign-in said no: ${query.get('error_description') ?? query.get('error')}.`);
  const { token_endpoint: where } = await endpoints(provider.issuer);
  const response = await fetch(where, {
    method: 'POST',
    credentials: 'omit',
    body: new URLSearchParams({
      grant_type: 'authorization_code', client_id: provider.client_id, code: query.get('code'), redirect_uri: redirectUri(), code_verifier: verifier,
    }),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok || !answer.access_token) throw new Error(`Your organisation’s sign-in gave no access token${answer.error ? ` (${answer.error})` : ''}.`);
  return answer.access_token;
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

const challenge = async (verifier) => base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));

const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
