// A redraw is saved by itself; nothing drawn is lost to a slow line, a closed page or another's save.
import type { Area } from "../draw";
import { Refused, Unreachable, post, read } from "../site/requests";
import { Writes } from "../site/writes";
import { phrase } from "../site/words";

export interface State {
  geometria: Area | null;
  motivazione: string;
}

export interface Checked {
  accettabile: boolean;
  area_m2: number | null;
  guasti: GeoJSON.Geometry[];
  pezzo: string;
}

export interface Saved extends Checked {
  id: string;
  revisione: number;
  indirizzo: string;
  salvata: string;
  stato: State;
}

export interface SaverConfig {
  codice: string;
  id: string | null;
  revisione: number;
  stato: State;
  api: { proposte: string };
}

interface Kept {
  revision: number;
  state: State;
  unheard: string[];
}

export interface SaverEvents {
  state: () => State;
  onSaving: () => void;
  onSaved: (reply: Saved) => void;
  onTrouble: (sentence: string) => void;
  onConflict: (sentence: string) => void;
}

const PAUSE_MS = 700;
const RETRY_MS = 4000;

export class Saver {
  private id: string | null;
  private revision: number;
  private saved: string;
  private writes = new Writes();
  private timer = 0;
  private busy = false;
  private stopped = false;

  constructor(private readonly config: SaverConfig, private readonly events: SaverEvents) {
    this.id = config.id;
    this.revision = config.revisione;
    this.saved = JSON.stringify(config.stato);
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") this.leave(); });
  }

  /** Whether everything drawn is with the server. */
  get settled(): boolean {
    return this.id !== null && !this.busy && !this.stopped && JSON.stringify(this.events.state()) === this.saved;
  }

  /** What a page that closed too early left in this browser; null for nothing. */
  rescued(): State | null {
    const text = localStorage.getItem(this.place());
    if (!text) return null;
    const kept = JSON.parse(text) as Kept;
    if (JSON.stringify(kept.state) === this.saved) {
      localStorage.removeItem(this.place());
      return null;
    }
    this.revision = kept.revision || this.revision;
    this.writes = new Writes(kept.unheard);
    return kept.state;
  }

  /** Something changed: it is saved shortly. */
  changed(): void {
    const now = this.events.state();
    if (this.stopped || JSON.stringify(now) === this.saved || (!this.id && !now.geometria)) return;
    this.setAside(now);
    this.events.onSaving();
    this.schedule(PAUSE_MS);
  }

  /** After a conflict: put what is drawn here over what came first. */
  async insist(): Promise<void> {
    if (!this.id) return;
    this.revision = (await read<Saved>(this.address())).revisione;
    this.stopped = false;
    this.changed();
  }

  /** After a conflict: take what was saved. */
  giveWay(): void {
    localStorage.removeItem(this.place());
    this.stopped = false;
    this.saved = JSON.stringify(this.events.state());
    location.reload();
  }

  private schedule(after: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), after);
  }

  private async flush(): Promise<void> {
    if (this.busy || this.stopped) return;
    this.busy = true;
    const asked = this.events.state();
    let reply: Saved | null = null;
    try {
      reply = await this.write(asked, false);
    } catch (error) {
      this.failed(error);
    } finally {
      this.busy = false;
    }
    if (reply) this.kept(reply, asked);
    if (!this.stopped && reply && JSON.stringify(this.events.state()) !== JSON.stringify(asked)) this.schedule(PAUSE_MS);
  }

  private write(asked: State, leaving: boolean): Promise<Saved> {
    const options = { keepalive: leaving, headers: this.writes.next() };
    this.setAside(asked);
    if (!this.id) return post<Saved>(this.config.api.proposte, { codice: this.config.codice, stato: asked }, options);
    return post<Saved>(this.address(), { revisione: this.revision, stato: asked }, options);
  }

  private kept(reply: Saved, asked: State): void {
    localStorage.removeItem(this.place());
    if (!this.id) history.replaceState(null, "", reply.indirizzo);
    this.id = reply.id;
    this.revision = reply.revisione;
    this.saved = JSON.stringify(asked);
    this.writes.heard();
    const now = this.events.state();
    if (JSON.stringify(now) !== this.saved) this.setAside(now);
    this.events.onSaved(reply);
  }

  private failed(error: unknown): void {
    if (error instanceof Refused && (error.body["conflitto"] || error.status === 404)) {
      this.stopped = true;
      this.events.onConflict(error.message);
    } else if (error instanceof Refused) this.events.onTrouble(error.message);
    else if (error instanceof Unreachable) {
      this.events.onTrouble(phrase("{why} Il disegno è al sicuro in questo browser: riprovo tra poco.", { why: error.message }));
      this.schedule(RETRY_MS);
    } else throw error;
  }

  private leave(): void {
    const now = this.events.state();
    if (this.busy || this.stopped || JSON.stringify(now) === this.saved || (!this.id && !now.geometria)) return;
    clearTimeout(this.timer);
    void this.write(now, true).then((reply) => this.kept(reply, now), () => undefined);
  }

  private setAside(state: State): void {
    const kept: Kept = { revision: this.revision, state, unheard: this.writes.pending };
    try {
      localStorage.setItem(this.place(), JSON.stringify(kept));
    } catch { /* a browser that keeps nothing: the server is still there */ }
  }

  private place(): string {
    return `trama-lum-${this.id ?? this.config.codice}`;
  }

  private address(): string {
    return `${this.config.api.proposte}/${this.id}`;
  }
}
