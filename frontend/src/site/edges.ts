// Tables wider or longer than their box say so: the cut edge fades, and of a wide one a line says where it goes on.

const REGIONS = ".table-scroll, .index-list";
const SLACK_PX = 2;
const WORDS = { it: "La tabella continua a destra →", en: "The table goes on to the right →" };

/** Watches every table of the page, those that come later too. */
export function startEdges(): void {
  watchAll(document);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node instanceof Element) watchAll(node);
    }
  }).observe(document.body, { childList: true, subtree: true });
}

function watchAll(root: Document | Element): void {
  if (root instanceof HTMLElement && root.matches(REGIONS)) watch(root);
  for (const region of root.querySelectorAll<HTMLElement>(REGIONS)) watch(region);
}

function watch(region: HTMLElement): void {
  if (region.dataset["edges"] !== undefined) return;
  region.dataset["edges"] = "";
  const cue = document.createElement("p");
  cue.className = "table-cue";
  cue.textContent = document.documentElement.lang.startsWith("en") ? WORDS.en : WORDS.it;
  cue.ariaHidden = "true"; // the region has a name and takes the focus: who does not see it scrolls it all the same
  cue.hidden = true;
  region.before(cue);
  const tell = () => mark(region, cue);
  region.addEventListener("scroll", tell, { passive: true });
  const sizes = new ResizeObserver(tell);
  sizes.observe(region);
  if (region.firstElementChild) sizes.observe(region.firstElementChild);
}

function mark(region: HTMLElement, cue: HTMLElement): void {
  const overRight = region.scrollWidth - region.clientWidth;
  const overBelow = region.scrollHeight - region.clientHeight;
  region.classList.toggle("cut-right", overRight - region.scrollLeft > SLACK_PX);
  region.classList.toggle("cut-below", overBelow - region.scrollTop > SLACK_PX);
  cue.hidden = overRight <= SLACK_PX; // it stays as long as there is something to scroll, so that nothing jumps
}
