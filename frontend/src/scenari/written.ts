// A drawing written as coordinates: the way that needs no map.
import type { Geometry, Position } from "geojson";
import type { Kind } from "../draw/scene";
import { positionsOf } from "../draw/scene";

const LEAST: Record<Kind, number> = { area: 3, linea: 2, punti: 1 };
const WORDS: Record<Kind, string> = { area: "un'area: almeno tre vertici", linea: "una linea: almeno due vertici", punti: "uno o più punti" };
const NUMBERS = /[-+]?\d+(?:[.,]\d+)?/g;

export class WrittenDrawing {
  private readonly dialog = document.getElementById("written") as HTMLDialogElement;
  private readonly text = this.dialog.querySelector("textarea") as HTMLTextAreaElement;
  private readonly line = this.dialog.querySelector("[data-written-error]") as HTMLElement;
  private kind: Kind = "area";
  private use: (geometry: Geometry) => void = () => undefined;

  constructor() {
    this.dialog.querySelector("[data-written-close]")?.addEventListener("click", () => this.dialog.close());
    this.dialog.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take();
    });
  }

  /** Opens the dialog for a drawing; `use` gets what was written. */
  open(name: string, kind: Kind, now: Geometry | null, use: (geometry: Geometry) => void): void {
    this.kind = kind;
    this.use = use;
    (this.dialog.querySelector("[data-written-what]") as HTMLElement).textContent = `${name}, ${WORDS[kind]}.`;
    const positions = positionsOf(now);
    const shown = kind === "area" ? positions.slice(0, -1) : positions;
    this.text.value = shown.map(([lon = 0, lat = 0]) => `${italian(lon)} ${italian(lat)}`).join("\n");
    this.line.hidden = true;
    this.dialog.showModal();
    this.text.focus();
  }

  private take(): void {
    const found = this.read();
    if (typeof found === "string") {
      this.line.textContent = found;
      this.line.hidden = false;
      return;
    }
    this.dialog.close();
    this.use(found);
  }

  private read(): Geometry | string {
    const rows = this.text.value.split(/[\n;]+/).filter((row) => row.trim() !== "");
    const positions: Position[] = [];
    for (const [number, row] of rows.entries()) {
      const found = row.match(NUMBERS) ?? [];
      if (found.length !== 2) return `Alla riga ${number + 1} servono due numeri, longitudine e latitudine: «${row.trim().slice(0, 40)}».`;
      positions.push(found.map((one) => Number(one.replace(",", "."))));
    }
    if (positions.length < LEAST[this.kind]) return `Serve ${WORDS[this.kind]}.`;
    if (this.kind === "punti") return { type: "MultiPoint", coordinates: positions };
    if (this.kind === "linea") return { type: "LineString", coordinates: positions };
    const [first = [0, 0]] = positions;
    const closed = String(first) === String(positions.at(-1)) ? positions : [...positions, first];
    return { type: "Polygon", coordinates: [closed] };
  }
}

function italian(degrees: number): string {
  return degrees.toFixed(6).replace(".", ",");
}
