// A page that saves by itself takes nothing until its script is there: what was written before would be lost.

/** Opens to the hand what the server sent closed. */
export function ready(): void {
  for (const element of document.querySelectorAll("[data-until-ready]")) element.removeAttribute("inert");
}
