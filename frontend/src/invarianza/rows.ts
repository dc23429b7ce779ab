// Things that repeat: works, tests, operations. Each row is a copy of the template the server drew.
import { type Control, readControl, writeControl } from "./fields";
import type { Group, Plain } from "./types";

const CONTROLS = "input[data-key], select[data-key], textarea[data-key]";

/** A list of rows with the same fields. */
export class RowList {
  readonly path: string;
  private readonly list: HTMLElement;
  private readonly template: HTMLTemplateElement;

  constructor(private readonly root: HTMLElement, private readonly changed: (settled: boolean) => void) {
    this.path = root.dataset["rows"] ?? "";
    this.list = root.querySelector<HTMLElement>("[data-list]")!;
    this.template = root.querySelector<HTMLTemplateElement>("[data-template]")!;
    root.querySelector("[data-add]")!.addEventListener("click", () => {
      this.add({})?.querySelector<HTMLElement>(CONTROLS)?.focus();
      changed(true);
    });
  }

  read(): Plain[] {
    return this.rows().map((row) => {
      const values: Group = {};
      for (const control of controls(row)) {
        const value = readControl(control);
        if (value !== null && !control.closest("[data-field]")?.hasAttribute("hidden")) values[control.dataset["key"] ?? ""] = value;
      }
      return values;
    });
  }

  write(rows: Plain | undefined): void {
    this.list.replaceChildren();
    if (Array.isArray(rows)) for (const row of rows) this.add(row as Group);
  }

  /** Shows what the server says of each row. */
  say(pieces: Record<string, string>): void {
    this.rows().forEach((row, at) => {
      row.querySelector("[data-row-say]")!.textContent = pieces[`opera-${at}`] ?? "";
    });
  }

  /** The field of a row, counted from one as the server does. */
  control(at: number, key: string): Control | undefined {
    return this.rows()[at - 1]?.querySelector<Control>(`[data-key="${CSS.escape(key)}"]`) ?? undefined;
  }

  private rows(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[data-row]")];
  }

  private add(values: Group): HTMLElement | null {
    const piece = this.template.content.cloneNode(true) as DocumentFragment;
    const row = piece.querySelector<HTMLElement>("[data-row]");
    if (!row) return null;
    for (const control of controls(row)) {
      writeControl(control, values[control.dataset["key"] ?? ""]);
      control.addEventListener("input", () => this.changed(false));
      control.addEventListener("change", () => { this.fit(row); this.changed(true); });
    }
    row.querySelector("[data-remove]")!.addEventListener("click", () => this.remove(row));
    this.list.append(row);
    this.number();
    this.fit(row);
    return row;
  }

  private remove(row: HTMLElement): void {
    const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector<HTMLElement>(CONTROLS);
    row.remove();
    this.number();
    (next ?? this.root.querySelector<HTMLElement>("[data-add]"))?.focus();
    this.changed(true);
  }

  /** Names each row, and gives its fields ids of their own. */
  private number(): void {
    this.rows().forEach((row, at) => {
      row.querySelector("[data-legend]")!.textContent = `${this.root.dataset["one"]} ${at + 1}`;
      for (const field of row.querySelectorAll<HTMLElement>("[data-field]")) {
        const control = field.querySelector<Control>(CONTROLS);
        if (!control) continue;
        control.id = `${this.path}.${at}.${control.dataset["key"]}`;
        field.querySelector("label")?.setAttribute("for", control.id);
        const help = field.querySelector<HTMLElement>(".field-help");
        if (help) { help.id = `${control.id}-help`; control.setAttribute("aria-describedby", help.id); }
      }
    });
  }

  /** Shows the measures that the kind of this row wants. */
  private fit(row: HTMLElement): void {
    fit(row, row.querySelector<HTMLSelectElement>('[data-key="tipo"]')?.value ?? "");
  }
}

/** Shows, inside `root`, the fields that `kind` wants. */
export function fit(root: HTMLElement, kind: string): void {
  for (const field of root.querySelectorAll<HTMLElement>("[data-when]")) {
    field.toggleAttribute("hidden", !(field.dataset["when"] ?? "").split(" ").includes(kind));
  }
}

function controls(row: HTMLElement): Control[] {
  return [...row.querySelectorAll<Control>(CONTROLS)];
}
