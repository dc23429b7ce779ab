// The list of what is drawn: each with its measure, its quantity where that is not the drawing's, its buttons.
import { readNumber, writeNumber } from "../valuta/numbers";
import type { PageConfig, Reply } from "./types";

/** A drawn solution of this page. */
export interface Piece {
  key: string;
  solution: string;
  quantity: number | null;
}

export interface ListEvents {
  onEdit: (key: string) => void;
  onWrite: (key: string) => void;
  onRemove: (key: string) => void;
  onQuantity: (key: string, quantity: number | null) => void;
}

export class DrawnList {
  private readonly rows = new Map<string, HTMLElement>();

  constructor(private readonly list: HTMLElement, private readonly config: PageConfig, private readonly events: ListEvents) {}

  /** Shows the pieces, in order. */
  show(pieces: Piece[]): void {
    const wanted = new Set(pieces.map((one) => one.key));
    for (const [key, row] of this.rows) {
      if (wanted.has(key)) continue;
      row.remove();
      this.rows.delete(key);
    }
    for (const piece of pieces) {
      if (!this.rows.has(piece.key)) this.rows.set(piece.key, this.row(piece));
      this.list.append(this.rows.get(piece.key) as HTMLElement);
    }
    const nothing = document.querySelector<HTMLElement>("[data-nothing]");
    if (nothing) nothing.hidden = pieces.length > 0;
  }

  /** Shows what the server measured; `order` are the pieces in the order they were sent. */
  tell(reply: Reply, order: string[]): void {
    for (const [number, key] of order.entries()) {
      const note = this.rows.get(key)?.querySelector<HTMLElement>("[data-note]");
      if (note) note.innerHTML = reply.pezzi[`disegno-${number}`] ?? "";
    }
  }

  /** Marks the piece whose corners are under the hand. */
  mark(key: string | null): void {
    for (const [one, row] of this.rows) row.classList.toggle("is-edited", one === key);
  }

  private row(piece: Piece): HTMLElement {
    const solution = this.config.catalogo[piece.solution];
    const name = solution?.nome ?? piece.solution;
    const row = document.createElement("li");
    row.className = "drawn-row";
    row.dataset["solution"] = piece.solution;
    const head = document.createElement("p");
    head.className = "drawn-head";
    const mark = document.createElement("span");
    mark.className = `family family-${solution?.famiglia ?? ""}`;
    mark.setAttribute("aria-hidden", "true");
    const title = document.createElement("strong");
    title.textContent = name;
    head.append(mark, title);
    const note = document.createElement("p");
    note.className = "drawn-note";
    note.dataset["note"] = "";
    row.append(head, note);
    if (solution && solution.disegno === "punti") row.append(this.quantity(piece, name, solution.simbolo));
    const buttons = document.createElement("p");
    buttons.className = "drawn-buttons";
    buttons.append(
      small("Modifica", name, () => this.events.onEdit(piece.key)),
      small("Coordinate", name, () => this.events.onWrite(piece.key)),
      small("Togli", name, () => this.events.onRemove(piece.key)),
    );
    row.append(buttons);
    return row;
  }

  private quantity(piece: Piece, name: string, symbol: string): HTMLElement {
    const label = document.createElement("label");
    label.className = "with-unit drawn-quantity";
    const words = document.createElement("span");
    words.textContent = symbol === "pezzo" ? "Quanti, se non uno per punto" : "Quantità in tutto";
    const input = document.createElement("input");
    input.type = "text";
    input.inputMode = "decimal";
    input.size = 6;
    input.autocomplete = "off";
    input.setAttribute("aria-label", `${words.textContent}: ${name}`);
    input.value = piece.quantity === null ? "" : writeNumber(piece.quantity);
    input.addEventListener("input", () => {
      const value = readNumber(input.value);
      const wrong = input.value.trim() !== "" && (value === null || value < 0);
      input.setAttribute("aria-invalid", String(wrong));
      if (!wrong) this.events.onQuantity(piece.key, value);
    });
    const unit = document.createElement("span");
    unit.textContent = symbol === "pezzo" ? "" : symbol;
    label.append(words, input, unit);
    return label;
  }
}

function small(words: string, name: string, onClick: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button small";
  button.textContent = words;
  const about = document.createElement("span");
  about.className = "visually-hidden";
  about.textContent = ` ${name}`;
  button.append(about);
  button.addEventListener("click", onClick);
  return button;
}
