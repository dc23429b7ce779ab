// A save whose answer was lost is still this page's own: every save says its key, and which came before unheard.
const MOST_UNHEARD = 20;

export class Writes {
  constructor(private unheard: string[] = []) {}

  /** Saves that may have reached the server without this page knowing. */
  get pending(): string[] {
    return [...this.unheard];
  }

  /** The headers of the next save; the same names as apps/writes.py. */
  next(): Record<string, string> {
    const before = this.unheard.join(" ");
    const key = freshKey();
    this.unheard = [...this.unheard, key].slice(-MOST_UNHEARD);
    return { "Idempotency-Key": key, ...(before && { "Trama-In-Sospeso": before }) };
  }

  /** The server answered the last save: what came before it is settled too. */
  heard(): void {
    this.unheard = [];
  }
}

/** `crypto.randomUUID` would want https. */
function freshKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
