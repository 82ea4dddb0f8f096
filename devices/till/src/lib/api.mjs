// Asking the node: JSON both ways, problems as exceptions, and silence told from refusal.
import { base } from "./place.mjs";
import { lang } from "./text.mjs";

const PATIENCE_MS = 10_000;

/** The node refused: problem+json. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? body?.title ?? `HTTP ${status}`);
    this.status = status;
    this.type = body?.type?.replace("/problems/", "") ?? "";
    this.field = body?.field ?? "";
    this.what = body?.approval?.what; // what somebody is asked to sign for: [{label, value}]
  }
  /** Sign in again; a wrong PIN of somebody who approves is not that. */
  get signedOut() {
    return this.status === 401 && !this.field;
  }
}

/** Nobody answered, or the node asked for patience: whether it happened is unknown, so the same key must be used again. */
export class Silence extends Error {}

/** 128 random bits as a UUID; crypto.randomUUID is missing on pages that come without TLS. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export const language = () => (lang.value === "zh" ? "zh-CN" : "en");

async function read(answer) {
  const text = await answer.text();
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return { detail: text };
  }
}

export async function ask(method, path, body, key) {
  const headers = { "Accept-Language": language() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  let answer, parsed;
  try {
    answer = await fetch(base + path, {
      method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    parsed = await read(answer);
  } catch (error) {
    throw new Silence(error.message);
  }
  if (answer.ok) return parsed;
  if ([502, 503, 504].includes(answer.status)) throw new Silence(parsed.detail ?? `HTTP ${answer.status}`);
  throw new Problem(answer.status, parsed);
}

/** Is it this person's PIN? Says so with a session that ends at once and has no till; throws when it is not. */
export async function prove(staff, pin) {
  const { token } = await ask("POST", "/v1/sessions", { staff, pin });
  await fetch(`${base}/v1/sessions/current`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${token}` },
    credentials: "omit",
  }).catch(() => null); // then it ends by itself
}

/** What the node gives as plain text. */
export async function text(path) {
  const told = await ask("GET", path);
  return told.detail ?? "";
}
