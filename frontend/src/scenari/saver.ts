// A scenario is saved by itself; nothing typed or drawn is lost to a slow line or a closed page.
import { Refused, Unreachable, post, read } from "../site/requests";
import { Writes } from "../site/writes";
import { forget, found, setAside } from "./setAside";
import type { Document, PageConfig, SavedReply } from "./types";

const TYPING_MS = 700;
const RETRY_MS = 4000;

export interface SaverEvents {
  document: () => Document;
  onSaving: () => void;
  onSaved: (reply: SavedReply, asked: Document) => void;
  onTrouble: (sentence: string) => void;
  /** Another save came first, or (`gone`) the scenario was taken away. */
  onConflict: (sentence: string, gone: boolean) => void;
}

export class Saver {
  private id: string | null;
  private revision: number;
  private saved: string;
  private writes = new Writes();
  private timer = 0;
  private busy = false;
  private stopped = false;

  constructor(private readonly config: PageConfig, private readonly events: SaverEvents) {
    this.id = config.id;
    this.revision = config.revisione;
    this.saved = JSON.stringify(config.documento);
    addEventListener("pagehide", () => this.leave());
    addEventListener("beforeunload", (event) => { if (this.stopped) event.preventDefault(); });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") this.leave(); });
  }

  /** The address of the saved scenario, or null. */
  get key(): string | null {
    return this.id;
  }

  /** What a page that closed too early left in this browser, in place of what the server has; null for nothing. */
  rescued(): Document | null {
    const kept = found(this.id, this.config.documento);
    if (!kept) return null;
    this.revision = kept.revision;
    this.writes = new Writes(kept.unheard);
    return kept.document;
  }

  /** Something changed: it is saved shortly, at once where `settled`. */
  changed(settled: boolean): void {
    if (this.stopped) return;
    const now = this.events.document();
    if (JSON.stringify(now) === this.saved || (!this.id && now.features.length === 0)) return;
    this.setAside(now);
    this.events.onSaving();
    this.schedule(settled ? 60 : TYPING_MS);
  }

  /** After a conflict: put this page's drawings over those that came first. */
  async insist(): Promise<void> {
    if (!this.id) return;
    this.revision = (await read<SavedReply>(this.address())).revisione;
    this.stopped = false;
    this.changed(true);
  }

  /** After a conflict: keep this page's drawings as another scenario, and go on with that one. */
  apart(): void {
    forget(this.id);
    this.id = null;
    this.revision = 0;
    this.writes = new Writes();
    this.saved = "";
    this.stopped = false;
    this.changed(true);
  }

  /** After a conflict: take the saved ones. */
  giveWay(): void {
    forget(this.id);
    this.stopped = false;
    this.saved = JSON.stringify(this.events.document());
    location.reload();
  }

  private schedule(after: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), after);
  }

  private async flush(): Promise<void> {
    if (this.busy || this.stopped) return;
    this.busy = true;
    const asked = this.events.document();
    try {
      this.kept(await this.write(asked, false), asked);
    } catch (error) {
      this.failed(error);
    } finally {
      this.busy = false;
    }
    if (!this.stopped && JSON.stringify(this.events.document()) !== JSON.stringify(asked)) this.schedule(TYPING_MS);
  }

  private write(asked: Document, leaving: boolean): Promise<SavedReply> {
    const options = { keepalive: leaving, headers: this.writes.next() };
    this.setAside(asked);
    if (!this.id) return post<SavedReply>(this.config.api.scenari, asked, options);
    return post<SavedReply>(this.address(), { revisione: this.revision, documento: asked }, options);
  }

  private kept(reply: SavedReply, asked: Document): void {
    if (!this.id) history.replaceState(null, "", reply.indirizzo + location.hash);
    this.id = reply.id;
    this.revision = reply.revisione;
    this.saved = JSON.stringify(asked);
    this.writes.heard();
    const now = this.events.document();
    if (JSON.stringify(now) === this.saved) forget(this.id);
    else this.setAside(now);
    this.events.onSaved(reply, asked);
  }

  private failed(error: unknown): void {
    const gone = error instanceof Refused && error.status === 404;
    if (error instanceof Refused && (gone || error.body["conflitto"])) {
      this.stopped = true;
      this.events.onConflict(error.message, gone);
    } else if (error instanceof Refused) this.events.onTrouble(error.message);
    else if (error instanceof Unreachable) {
      this.events.onTrouble(this.id ? `${error.message} I disegni sono al sicuro in questo browser: riprovo tra poco.` : `${error.message} Riprovo tra poco: lasciare aperta questa pagina.`);
      this.schedule(RETRY_MS);
    } else throw error;
  }

  private leave(): void {
    const now = this.events.document();
    if (this.busy || this.stopped || JSON.stringify(now) === this.saved || (!this.id && now.features.length === 0)) return;
    clearTimeout(this.timer);
    void this.write(now, true).then((reply) => this.kept(reply, now), () => undefined);
  }

  private setAside(document: Document): void {
    setAside(this.id, { revision: this.revision, document, unheard: this.writes.pending });
  }

  private address(): string {
    return `${this.config.api.scenari}/${this.id}`;
  }
}
