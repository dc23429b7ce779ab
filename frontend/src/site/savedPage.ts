// What the pages that save by themselves share: the line that says so, the pieces the server writes, the conflict.
const clock = new Intl.DateTimeFormat("it-IT", { hour: "2-digit", minute: "2-digit" });

/** The element the page cannot do without. */
export function query<T extends HTMLElement>(selector: string): T {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`the page lacks ${selector}`);
  return element;
}

/** Hours and minutes of an instant. */
export function hour(instant: string): string {
  return clock.format(new Date(instant));
}

/** Says how the work stands with the server. */
export function tellState(sentence: string, wrong = false): void {
  const line = query("[data-save-state]");
  line.textContent = sentence;
  line.classList.toggle("is-wrong", wrong);
}

/** Puts in place what the server writes; a piece that says the same stays as it is, open parts stay open. */
export function showPieces(pieces: Record<string, string>, keepEmpty: (name: string) => boolean = () => false): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-piece]")) {
    const name = element.dataset["piece"] ?? "";
    const html = pieces[name] ?? "";
    if (element.dataset["shown"] === html || (html === "" && keepEmpty(name))) continue;
    const open = [...element.querySelectorAll("details")].map((one) => one.open);
    element.innerHTML = html;
    element.dataset["shown"] = html;
    const parts = [...element.querySelectorAll("details")];
    if (parts.length === open.length) for (const [number, one] of parts.entries()) one.open = open[number] ?? false;
  }
}

/** Writes the name in the title of the page, before what the site adds. */
export function nameTitle(name: string): void {
  document.title = document.title.replace(/^[^·]*/, `${name} `);
}

/** Another save came first: says it, and offers what can be done. */
export function showConflict(sentence: string, choices: HTMLElement[]): void {
  const box = query("[data-conflict]");
  const words = document.createElement("p");
  words.textContent = sentence;
  const buttons = document.createElement("p");
  buttons.className = "buttons";
  buttons.append(...choices);
  box.replaceChildren(words, buttons);
  box.hidden = false;
  box.focus();
}

export function hideConflict(): void {
  query("[data-conflict]").hidden = true;
}

export function button(words: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button button-small";
  element.textContent = words;
  element.addEventListener("click", onClick);
  return element;
}

export function link(words: string, address: string): HTMLAnchorElement {
  const element = document.createElement("a");
  element.href = address;
  element.className = "button button-quiet button-small";
  element.textContent = words;
  return element;
}
