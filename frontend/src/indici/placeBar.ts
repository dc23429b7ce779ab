// The chosen place in a line at the foot of the window, as long as its card is out of sight.

export class PlaceBar {
  private readonly bar = document.querySelector<HTMLElement>("[data-place-bar]");
  private readonly card = document.querySelector<HTMLElement>("[data-place]");
  private told = false;
  private inSight = false;

  constructor() {
    const { bar, card } = this;
    if (!bar || !card) return;
    new IntersectionObserver((seen) => {
      this.inSight = seen.at(-1)?.isIntersecting ?? false;
      this.show();
    }, { threshold: 0, rootMargin: "0px 0px -120px" }).observe(card);
    bar.querySelector("[data-place-see]")?.addEventListener("click", () => this.see());
    bar.querySelector("[data-place-hide]")?.addEventListener("click", () => {
      this.told = false;
      this.show();
    });
  }

  /** Says which place was chosen, and the essence of it. */
  tell(name: string, facts: string): void {
    const line = this.bar?.querySelector("[data-place-line]");
    if (!line) return;
    const strong = document.createElement("strong");
    strong.textContent = name;
    line.replaceChildren(strong, `: ${facts}`);
    this.told = true;
    this.show();
  }

  private see(): void {
    this.card?.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    this.card?.focus({ preventScroll: true });
  }

  private show(): void {
    if (this.bar) this.bar.hidden = !this.told || this.inSight;
  }
}
