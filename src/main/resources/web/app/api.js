/**
 * The only place that speaks to the service: its public REST API, with the signed-in person's access token. Every answer
 * that is not a success becomes a {@link Problem}.
 */
import { says } from './address.js';
import { parse } from './exact.js';
import { session } from './session.js';

/** A refusal (RFC 9457), or what kept an answer from coming. */
export class Problem extends Error {
  constructor(status, document, headers = new Headers()) {
    const { code, title, detail, errors, reason } = document ?? {};
    super(detail ?? title ?? `The service answered ${status}.`);
    this.status = status;
    this.code = code;
    this.title = title;
    /** Wrong fields: [{field, message}] */
    this.errors = errors ?? [];
    this.reason = reason;
    this.requestId = headers.get('X-Request-Id');
    this.retryAfter = Number(headers.get('Retry-After')) || null;
    /** All that the answer said. */
    this.document = document;
  }

  /** The message of a wrong field, or nothing. */
  of(field) {
    return this.errors.find((error) => error.field === field || error.field?.startsWith(`${field}.`))?.message;
  }
}

/** Answers that the service can confirm instead of sending them again. */
const confirmed = new Map();
const MOST_CONFIRMED = 60;

/** Of a download; what is in a Blob the browser may keep on disk. */
const MOST_IN_MEMORY = 16 * 2 ** 20;

/** Nothing of one person stays for the next. */
session.addEventListener('change', () => confirmed.clear());

/** What says nothing is not sent: an empty parameter is refused, or means something. */
function url(path, query = {}) {
  const sent = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (says(name, value)) sent.set(name, value);
  }
  const text = sent.toString();
  return `/api/${path}${text ? `?${text}` : ''}`;
}

/** What kept an answer from coming whole: somebody here who wants it no more, or the way to the service. */
const cutOff = (failure) =>
  failure.name === 'AbortError' ? failure : new Problem(0, { code: 'unreachable', title: 'The service cannot be reached', detail: 'The service cannot be reached.' });

async function dataOf(response) {
  try {
    return parse(await response.text()).data;
  } catch (failure) {
    throw cutOff(failure);
  }
}

async function call(method, address, { body, signal, headers = {} } = {}) {
  const token = session.token;
  let response;
  try {
    response = await fetch(address, {
      method,
      signal,
      cache: 'no-store',
      credentials: 'omit',
      headers: {
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (failure) {
    throw cutOff(failure);
  }
  if (response.ok || response.status === 304) return response;
  const problem = new Problem(response.status, await response.text().then(parse).catch(() => ({})), response.headers);
  if (response.status === 401 && token && token === session.token) session.end('Your access token is no longer accepted.');
  throw problem;
}

/** The data of a GET. */
export async function get(path, query, signal) {
  const address = url(path, query);
  const key = `${session.token} ${address}`;
  const known = confirmed.get(key);
  const response = await call('GET', address, { signal, headers: known && { 'If-None-Match': known.etag } });
  if (response.status === 304) return known.data;
  const data = await dataOf(response);
  const etag = response.headers.get('ETag');
  confirmed.delete(key);
  if (etag) confirmed.set(key, { etag, data });
  if (confirmed.size > MOST_CONFIRMED) confirmed.delete(confirmed.keys().next().value);
  return data;
}

/** Changes something; the data of the answer, or nothing. */
export async function send(method, path, body, { query, signal } = {}) {
  const response = await call(method, url(path, query), { body, signal });
  return response.status === 204 ? undefined : dataOf(response);
}

/**
 * Fetches a file, telling how far it is.
 *
 * @param progress called with ({bytes, rows, totalRows}); rows are lines of a CSV without its head, totalRows may be null
 * @returns {Promise<{file: Blob, name: string, truncated: boolean}>}
 */
export async function download(path, query, progress, signal) {
  const response = await call('GET', url(path, query), { signal });
  const totalRows = Number(response.headers.get('X-Total-Count')) || null;
  const type = response.headers.get('Content-Type') ?? 'application/octet-stream';
  let file = new Blob([], { type });
  let parts = [];
  let bytes = 0;
  let lines = 0;
  const reader = response.body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      bytes += part.value.length;
      for (const byte of part.value) if (byte === 10) lines++;
      if (bytes - file.size > MOST_IN_MEMORY) {
        file = new Blob([file, ...parts], { type });
        parts = [];
      }
      progress({ bytes, rows: Math.min(Math.max(0, lines - 1), totalRows ?? Infinity), totalRows });
    }
  } catch (failure) {
    throw cutOff(failure);
  }
  return {
    file: new Blob([file, ...parts], { type }),
    name: /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? path.replaceAll('/', '-'),
    truncated: response.headers.get('X-Truncated') === 'true',
  };
}

export function save(file, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
