// Small drawings: a whisker for a rank interval, a bar for a size. Attributes only: the policy refuses inline styles.
const SVG = "http://www.w3.org/2000/svg";

function shape(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function put(element: SVGElement, attributes: Record<string, number>): void {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value.toFixed(2));
}

/** From the lowest to the highest rank it may have, a dot at the median, a tick where it is now. */
export class Whisker {
  readonly element: SVGElement;
  private readonly line = shape("line", { y1: 7, y2: 7, class: "whisker-line" });
  private readonly dot = shape("circle", { cy: 7, r: 2.6, class: "whisker-dot" });
  private readonly tick = shape("line", { y1: 1.5, y2: 12.5, class: "whisker-tick" });

  constructor(private readonly count: number) {
    this.element = shape("svg", { viewBox: "0 0 120 14", class: "whisker", role: "img", focusable: "false" });
    this.element.append(shape("line", { x1: 3, x2: 117, y1: 7, y2: 7, class: "whisker-axis" }), this.line, this.tick, this.dot);
  }

  set(rank: number, median: number, low: number, high: number): void {
    const at = (place: number): number => 3 + (114 * (place - 1)) / Math.max(this.count - 1, 1);
    const [from, to] = [at(low), at(high)];
    put(this.line, { x1: from - (to - from < 2 ? 1 : 0), x2: to + (to - from < 2 ? 1 : 0) });
    put(this.dot, { cx: at(median) });
    put(this.tick, { x1: at(rank), x2: at(rank) });
    this.element.setAttribute("aria-label", `tra ${low} e ${high}, mediana ${median}`);
  }
}

/** A labelled bar in a list: name, bar, number. */
export function bars(host: HTMLElement, rows: { name: string; size: number; text: string }[]): void {
  const most = Math.max(...rows.map((row) => row.size), 1e-9);
  host.replaceChildren(...rows.map((row) => {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = row.name;
    const figure = document.createElement("strong");
    figure.textContent = row.text;
    const drawing = shape("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", class: "bar", "aria-hidden": "true", focusable: "false" });
    drawing.append(shape("rect", { width: 100, height: 6, class: "bar-ground" }),
      shape("rect", { width: ((100 * row.size) / most).toFixed(2), height: 6, class: "bar-size" }));
    item.append(name, figure, drawing);
    return item;
  }));
}
