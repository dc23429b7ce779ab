// Requests to the server as JSON, with the token of Django's forms; refusals become sentences.
import { phrase } from "./words";

/** The server's own sentence about what is wrong. */
export class Refused extends Error {
  constructor(message: string, readonly status: number, readonly body: Record<string, unknown>) {
    super(message);
  }
}

/** The server did not answer at all. */
export class Unreachable extends Error {}

/** Sends JSON and reads JSON; throws `Refused`, `Unreachable`, or the `DOMException` of an abort. */
export async function post<T>(address: string, body: unknown, options: RequestInit = {}): Promise<T> {
  const headers = { ...signed(), "Content-Type": "application/json", ...options.headers };
  return reach<T>(address, { method: "POST", body: JSON.stringify(body), ...options, headers });
}

/** Sends a form, with its files, and reads JSON; throws as `post`. */
export async function postForm<T>(address: string, form: FormData): Promise<T> {
  return reach<T>(address, { method: "POST", body: form, headers: signed() });
}

/** Reads JSON; throws as `post`. */
export async function read<T>(address: string): Promise<T> {
  return reach<T>(address, { headers: { Accept: "application/json" } });
}

async function reach<T>(address: string, request: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...request });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable(phrase("Il servizio non risponde."));
  }
  const body = (await response.json().catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error; // given up while its answer came
    return {};
  })) as Record<string, unknown>;
  if (response.ok) return body as T;
  if (response.status >= 500) throw new Unreachable(phrase("Il servizio ha avuto un inciampo."));
  const sentence = typeof body["errore"] === "string" ? body["errore"] : phrase("La richiesta non è stata accettata: ricaricare la pagina.");
  throw new Refused(sentence, response.status, body);
}

function signed(): Record<string, string> {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  return { "X-CSRFToken": token, Accept: "application/json" };
}
