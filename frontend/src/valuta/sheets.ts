// Which of the sheets is shown: one at a time, the other's outcome stays in sight on its button.

/** The buttons `[data-show-sheet]` and all that belongs to one sheet, `[data-of-sheet]`. */
export class SheetSwitch {
  private readonly buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-show-sheet]")];

  constructor(private readonly onShow: (sheet: string) => void) {
    for (const button of this.buttons) button.addEventListener("click", () => this.show(button.dataset["showSheet"] ?? "", true));
    addEventListener("hashchange", () => this.follow());
    this.follow();
  }

  private show(sheet: string, remembered: boolean): void {
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset["showSheet"] === sheet));
    for (const part of document.querySelectorAll<HTMLElement>("[data-of-sheet]")) part.hidden = part.dataset["ofSheet"] !== sheet;
    if (remembered) {
      const address = new URL(location.href);
      address.searchParams.set("scheda", sheet);
      address.hash = "";
      history.replaceState(null, "", address);
    }
    this.onShow(sheet);
  }

  /** An address that points into a sheet shows that sheet. */
  private follow(): void {
    const target = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    const owner = target?.closest<HTMLElement>("[data-of-sheet]");
    if (!owner?.hidden) return;
    this.show(owner.dataset["ofSheet"] ?? "", false);
    target?.scrollIntoView();
  }
}
