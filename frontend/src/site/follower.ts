// Effects that follow the hand: one question at a time, the newest waits, an answer to an old drawing is dropped.
import { Refused, Unreachable, post } from "./requests";

const SIGN_MS = 150;

export interface FollowerEvents<Asked, Reply> {
  onReply: (reply: Reply, asked: Asked) => void;
  onRefused: (sentence: string) => void;
  /** Whether an answer is awaited long enough to say so. */
  onWorking: (working: boolean) => void;
}

export class Follower<Asked, Reply> {
  private waiting: Asked | null = null;
  private flight: AbortController | null = null;
  private asked = "";

  constructor(private readonly address: string, private readonly events: FollowerEvents<Asked, Reply>) {}

  /** Asks for the effects of a drawing in motion. */
  follow(drawing: Asked): void {
    const text = JSON.stringify(drawing);
    if (text === this.asked) return;
    this.asked = text;
    this.waiting = drawing;
    if (!this.flight) void this.next();
  }

  /** Forgets what was asked: a save is on its way, or the drawing is gone. */
  stop(): void {
    this.waiting = null;
    this.flight?.abort();
    this.flight = null;
    this.asked = "";
  }

  private async next(): Promise<void> {
    const drawing = this.waiting;
    if (!drawing) return;
    this.waiting = null;
    const flight = new AbortController();
    this.flight = flight;
    const sign = window.setTimeout(() => this.events.onWorking(true), SIGN_MS);
    try {
      const reply = await post<Reply>(this.address, drawing, { signal: flight.signal });
      if (this.flight === flight) this.events.onReply(reply, drawing);
    } catch (error) {
      if (error instanceof Refused) this.events.onRefused(error.message);
      else if (!(error instanceof DOMException || error instanceof Unreachable)) throw error;
    } finally {
      clearTimeout(sign);
      if (this.flight === flight) {
        this.flight = null;
        this.events.onWorking(false);
        void this.next();
      }
    }
  }
}
