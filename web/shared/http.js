// One way to call the API: JSON in and out, and each failure told apart (refused, or not reached).

/** The service answered with a problem; `message` is its French sentence, ready to be shown. */
export class ApiError extends Error {
  constructor(status, problem, retryAfter) {
    super(problem?.detail || problem?.title || `Le service a répondu par une erreur (${status}). Réessayez dans un instant.`);
    this.status = status;
    this.problem = problem ?? {};
    this.retryAfter = retryAfter;
  }

  /** True when the same call may succeed later without being changed. */
  get temporary() {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** Nothing was answered: no network, or the service is stopped. */
export class Unreachable extends Error {
  constructor() {
    super("Le service est injoignable pour l’instant. Vérifiez votre connexion.");
    this.status = 0;
  }

  get temporary() {
    return true;
  }
}

async function parse(response) {
  if (response.status === 204) return null;
  const kind = response.headers.get("Content-Type") ?? "";
  if (!kind.includes("json")) return null;
  return response.json().catch(() => null);
}

/**
 * Call the API and answer its JSON body (null when there is none).
 * Raises Unreachable or ApiError.
 */
export async function call(url, { method = "GET", body, headers = {}, timeout = 30_000, ...options } = {}) {
  let response;
  try {
    response = await fetch(url, {
      method,
      cache: "no-store",
      headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(timeout),
      ...options,
    });
  } catch {
    throw new Unreachable();
  }
  const answer = await parse(response);
  if (!response.ok) throw new ApiError(response.status, answer, Number(response.headers.get("Retry-After")) || undefined);
  return answer;
}

/** A key that makes a resent message be recorded once. */
export function idempotencyKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
