// The list of the scenarios: two to four are chosen to be put side by side.
import "../styles/scenari.css";

const MOST = 4;
const form = document.querySelector<HTMLFormElement>("[data-compare]");

function tell(): void {
  const boxes = [...(form?.querySelectorAll<HTMLInputElement>(".compare-box") ?? [])];
  const chosen = boxes.filter((one) => one.checked).length;
  for (const box of boxes) box.disabled = !box.checked && chosen >= MOST;
  const button = form?.querySelector<HTMLButtonElement>("button");
  if (button) button.disabled = chosen < 2;
}

form?.addEventListener("change", tell);
tell();
