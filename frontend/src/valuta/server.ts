// What the page of an evaluation asks of the server.
import { post, postForm, read } from "../site/requests";
import type { Outline, PageConfig, Reply, SavedReply, State } from "./types";

export class Server {
  constructor(private readonly config: PageConfig) {}

  /** Evaluates without keeping. */
  tryOut(id: string | null, state: State, signal: AbortSignal): Promise<Reply> {
    return post(this.config.api.prova, { scheda: this.config.scheda, valutazione: id, stato: state }, { signal });
  }

  /** Begins an evaluation. */
  begin(state: State, options: RequestInit): Promise<SavedReply> {
    return post(this.config.api.inizia, { scheda: this.config.scheda, stato: state }, options);
  }

  /** Saves over a revision. */
  save(id: string, revision: number, state: State, options: RequestInit): Promise<SavedReply> {
    return post(this.address(id), { revisione: revision, stato: state }, options);
  }

  /** Reads an evaluation as saved. */
  read(id: string): Promise<SavedReply> {
    return read(this.address(id));
  }

  /** Reads an outline from a file or from coordinates. */
  outline(form: FormData): Promise<Outline> {
    return postForm(this.config.api.perimetro, form);
  }

  private address(id: string): string {
    return `${this.config.api.inizia}/${id}`;
  }
}
