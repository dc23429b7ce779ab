// Work is never lost: every change is saved by itself, and set aside in this browser until the server has it.
import { Refused, Unreachable } from "../site/requests";
import { Writes } from "../site/writes";
import type { Server } from "./server";
import type { GivenAnswer, PageConfig, Reply, SavedReply, State } from "./types";

const TYPING_MS = 600;
const LIVE_MS = 120;
const RETRY_MS = 4000;

export interface KeeperEvents {
  /** The state of the page as it is now. */
  state: () => State;
  /** An answer came: `kept` tells whether it was saved. */
  onReply: (reply: Reply, kept: SavedReply | null) => void;
  onSaving: () => void;
  /** Something stands in the way; `retrying` tells whether it will try again by itself. */
  onTrouble: (sentence: string, retrying: boolean) => void;
  /** Another save came first. */
  onConflict: (sentence: string, history: string) => void;
}

interface SetAside {
  revision: number;
  state: State;
  /** Saves that may have reached the server unheard (`site/writes.ts`). */
  unheard?: string[];
}

/** Saves one evaluation. */
export class Keeper {
  private readonly sheet: string;
  private id: string | null;
  private revision: number;
  private writes = new Writes();
  private dirty = false;
  private busy = false;
  private stopped = false;
  private timer = 0;
  private liveTimer = 0;
  private live: AbortController | null = null;

  constructor(config: PageConfig, private readonly server: Server, private readonly events: KeeperEvents) {
    this.id = config.id;
    this.sheet = config.scheda;
    this.revision = config.revisione;
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") this.leave(); });
    addEventListener("pageshow", (event) => { if (event.persisted) void this.refresh(); });
  }

  /** Whether something is written here that the server does not have yet. */
  get behind(): boolean {
    return this.dirty;
  }

  /** Something changed: it is saved shortly, at once where `settled`. */
  changed(settled: boolean): void {
    if (this.stopped) return;
    this.dirty = true;
    this.setAside();
    this.events.onSaving();
    clearTimeout(this.liveTimer);
    this.liveTimer = 0;
    this.live?.abort();
    this.schedule(settled ? 0 : TYPING_MS);
  }

  /** The area is moving under the hand: evaluate without saving. */
  moving(): void {
    if (this.stopped || this.liveTimer) return;
    this.liveTimer = window.setTimeout(() => {
      this.liveTimer = 0;
      void this.tryOut();
    }, LIVE_MS);
  }

  /** What was set aside here by a page that closed before the server had it; null where there is nothing. */
  rescued(saved: State): SetAside | null {
    const text = localStorage.getItem(this.drawer());
    if (!text) return null;
    const found = JSON.parse(text) as SetAside;
    found.state.risposte = this.bySheet(found.state.risposte);
    if (JSON.stringify(found.state) === JSON.stringify(saved)) {
      localStorage.removeItem(this.drawer());
      return null;
    }
    return found;
  }

  /** Answers set aside when an evaluation had one sheet belong to that sheet. */
  private bySheet(answers: State["risposte"] | Record<string, GivenAnswer>): State["risposte"] {
    const flat = Object.values(answers).some((answer) => "motivo" in answer && "valore" in answer);
    return flat ? { [this.sheet]: answers as Record<string, GivenAnswer> } : (answers as State["risposte"]);
  }

  /** Saves a rescued state over the revision it started from, so that a race is seen as one. */
  rescue(found: SetAside): void {
    this.revision = found.revision;
    this.writes = new Writes(found.unheard);
    this.changed(true);
  }

  /** After a conflict: put this page's state over the one that came first. */
  async insist(): Promise<void> {
    if (!this.id) return;
    this.revision = (await this.server.read(this.id)).revisione;
    this.stopped = false;
    this.changed(true);
  }

  /** After a conflict: take the saved one. */
  giveWay(): void {
    localStorage.removeItem(this.drawer());
    this.dirty = false;
    location.reload();
  }

  private schedule(after: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), after);
  }

  private async flush(): Promise<void> {
    if (!this.dirty || this.busy || this.stopped) return;
    this.busy = true;
    this.dirty = false;
    const state = this.events.state();
    try {
      const reply = await this.write(state, false);
      this.busy = false;
      this.kept(reply, state);
    } catch (error) {
      this.busy = false;
      this.failed(error);
    }
    if (this.dirty && !this.stopped && !this.timer) this.schedule(TYPING_MS);
  }

  private write(state: State, leaving: boolean): Promise<SavedReply> {
    const options = { keepalive: leaving, headers: this.writes.next() };
    this.setAside();
    return this.id ? this.server.save(this.id, this.revision, state, options) : this.server.begin(state, options);
  }

  private kept(reply: SavedReply, state: State): void {
    const first = this.id === null;
    const before = this.drawer();
    this.id = reply.id;
    this.revision = reply.revisione;
    this.writes.heard();
    if (first) history.replaceState(null, "", reply.indirizzo + location.search + location.hash);
    if (JSON.stringify(this.events.state()) === JSON.stringify(state)) localStorage.removeItem(before);
    else this.setAside();
    if (first) localStorage.removeItem(before);
    this.events.onReply(reply, reply);
    this.timer = 0;
    if (this.dirty) this.schedule(TYPING_MS);
  }

  private failed(error: unknown): void {
    if (error instanceof Refused && error.body["conflitto"]) {
      this.stopped = true;
      localStorage.removeItem(this.drawer());
      this.events.onConflict(error.message, String(error.body["storia"] ?? ""));
    } else if (error instanceof Refused) {
      this.events.onTrouble(error.message, false);
    } else if (error instanceof Unreachable) {
      this.dirty = true;
      this.events.onTrouble(`${error.message} Quanto scritto è al sicuro in questo browser: riprovo tra poco.`, true);
      this.schedule(RETRY_MS);
    } else throw error;
  }

  private async tryOut(): Promise<void> {
    this.live?.abort();
    this.live = new AbortController();
    try {
      this.events.onReply(await this.server.tryOut(this.id, this.events.state(), this.live.signal), null);
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof Refused || error instanceof Unreachable)) throw error;
    }
  }

  private leave(): void {
    if (!this.dirty || this.busy || this.stopped) return;
    this.dirty = false;
    clearTimeout(this.timer);
    const state = this.events.state();
    void this.write(state, true).then((reply) => this.kept(reply, state), () => (this.dirty = true));
  }

  /** The page comes back from the browser's memory: if another page saved meanwhile, read it again. */
  private async refresh(): Promise<void> {
    if (!this.id || this.dirty) return;
    const saved = await this.server.read(this.id).catch(() => null);
    if (saved && saved.revisione !== this.revision) location.reload();
  }

  private drawer(): string {
    return `trama-valutazione-${this.id ?? "nuova"}`;
  }

  private setAside(): void {
    if (!this.id) return;
    const kept: SetAside = { revision: this.revision, state: this.events.state(), unheard: this.writes.pending };
    try {
      localStorage.setItem(this.drawer(), JSON.stringify(kept));
    } catch {
      // A full or forbidden store takes nothing away: the server's copy is the one that counts.
    }
  }
}
