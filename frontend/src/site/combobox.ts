// Search of a comune: an ARIA 1.2 combobox with list, all by keyboard.
// Without this script the field is a plain text field of a form that the server answers.

export interface Choice {
  istat: string;
  nome: string;
  zona: string | null;
}

/** Turns every `[data-combobox]` into a combobox fed by the JSON address in the attribute. */
export function startComboboxes(): void {
  document.querySelectorAll<HTMLElement>("[data-combobox]").forEach((root) => new Combobox(root));
}

/** Letters without accents and case, to compare names as people type them. */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").replace(/[’']/g, " ").toLowerCase().trim();
}

/** The choices whose name begins with the words typed, then those that contain them. */
export function matching(choices: Choice[], typed: string, limit = 8): Choice[] {
  const words = plain(typed);
  if (!words) return [];
  const starting = choices.filter((one) => plain(one.nome).startsWith(words));
  const containing = choices.filter((one) => !plain(one.nome).startsWith(words) && plain(one.nome).includes(words));
  return [...starting, ...containing].slice(0, limit);
}

function counted(found: number): string {
  if (found === 0) return "Nessun comune con questo nome.";
  return found === 1 ? "Un comune." : `${found} comuni.`;
}

class Combobox {
  private choices: Choice[] | null = null;
  private shown: Choice[] = [];
  private active = -1;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly status: HTMLElement;

  constructor(private readonly root: HTMLElement) {
    const input = root.querySelector("input");
    const list = root.querySelector<HTMLElement>("[role=listbox]");
    const status = root.querySelector<HTMLElement>("[role=status]");
    if (!input || !list || !status) throw new Error("a combobox needs an input, a listbox and a status");
    [this.input, this.list, this.status] = [input, list, status];
    this.input.addEventListener("focus", () => void this.load());
    this.input.addEventListener("input", () => void this.refresh());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  private async load(): Promise<Choice[]> {
    if (!this.choices) {
      const answer = await fetch(this.root.dataset["combobox"] ?? "");
      this.choices = ((await answer.json()) as { comuni: Choice[] }).comuni;
    }
    return this.choices;
  }

  private async refresh(): Promise<void> {
    this.shown = matching(await this.load(), this.input.value);
    this.active = this.shown.length > 0 ? 0 : -1;
    this.draw();
    const found = this.shown.length;
    this.status.textContent = this.input.value ? counted(found) : "";
  }

  private press(event: KeyboardEvent): void {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && this.shown.length > 0) {
      this.active = (this.active + move + this.shown.length) % this.shown.length;
      this.draw();
    } else if (event.key === "Enter" && this.shown[this.active]) this.choose(this.shown[this.active] as Choice);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  private choose(choice: Choice): void {
    this.input.value = choice.nome;
    this.status.textContent = "";
    this.close();
    const event = new CustomEvent<Choice>("comune-chosen", { detail: choice, bubbles: true, cancelable: true });
    // A page that listens does what it wants (move the map); otherwise the comune's own page opens.
    if (this.root.dispatchEvent(event)) location.href = `${this.root.dataset["page"] ?? ""}${choice.istat}`;
  }

  private draw(): void {
    this.list.replaceChildren(...this.shown.map((choice, index) => this.option(choice, index)));
    this.list.hidden = this.shown.length === 0;
    this.input.setAttribute("aria-expanded", String(this.shown.length > 0));
    if (this.active >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.active}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private option(choice: Choice, index: number): HTMLElement {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(index === this.active));
    item.append(choice.nome);
    if (choice.zona) {
      const zone = document.createElement("span");
      zone.textContent = choice.zona;
      item.append(" ", zone);
    }
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.choose(choice);
    });
    return item;
  }

  private close(): void {
    this.shown = [];
    this.active = -1;
    this.draw();
  }
}
