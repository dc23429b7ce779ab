// Requests to the server, with the token of Django's forms; refusals become sentences.
import type { Outline, PageConfig, Reply, SavedReply, State } from "./types";

/** The server's own sentence about what is wrong, with the field it belongs to. */
export class Refused extends Error {
  constructor(message: string, readonly status: number, readonly field: string, readonly body: Record<string, unknown>) {
    super(message);
  }
}

/** The server did not answer at all. */
export class Unreachable extends Error {}

export class Server {
  constructor(private readonly config: PageConfig) {}

  /** Evaluates without keeping. */
  tryOut(id: string | null, state: State, signal: AbortSignal): Promise<Reply> {
    return send(this.config.api.prova, { scheda: this.config.scheda, valutazione: id, stato: state }, { signal });
  }

  /** Begins an evaluation. */
  begin(state: State, leaving: boolean): Promise<SavedReply> {
    return send(this.config.api.inizia, { scheda: this.config.scheda, stato: state }, { keepalive: leaving });
  }

  /** Saves over a revision. */
  save(id: string, revision: number, state: State, leaving: boolean): Promise<SavedReply> {
    return send(this.address(id), { revisione: revision, stato: state }, { keepalive: leaving });
  }

  /** Reads an evaluation as saved. */
  async read(id: string): Promise<SavedReply> {
    return answered<SavedReply>(await reach(this.address(id), { headers: { Accept: "application/json" } }));
  }

  /** Reads an outline from a file or from coordinates. */
  async outline(form: FormData): Promise<Outline> {
    return answered<Outline>(await reach(this.config.api.perimetro, { method: "POST", body: form, headers: headers() }));
  }

  private address(id: string): string {
    return `${this.config.api.inizia}/${id}`;
  }
}

async function send<T>(address: string, body: unknown, options: RequestInit): Promise<T> {
  const request = { method: "POST", body: JSON.stringify(body), headers: { ...headers(), "Content-Type": "application/json" }, ...options };
  return answered<T>(await reach(address, request));
}

async function reach(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { credentials: "same-origin", ...request });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable("Il servizio non risponde.");
  }
}

async function answered<T>(response: Response): Promise<T> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return body as T;
  if (response.status >= 500) throw new Unreachable("Il servizio ha avuto un inciampo.");
  const sentence = typeof body["errore"] === "string" ? body["errore"] : "La richiesta non è stata accettata: ricaricare la pagina.";
  throw new Refused(sentence, response.status, String(body["campo"] ?? ""), body);
}

function headers(): Record<string, string> {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  return { "X-CSRFToken": token, Accept: "application/json" };
}
