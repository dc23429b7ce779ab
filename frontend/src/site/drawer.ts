// "Perché?": any link with data-why opens its explanation in a drawer beside the page.
import { phrase } from "./words";
// Without this script the same link opens the same explanation as a page.

/** Makes every `<a data-why href="/conoscere/perche/...">` of the page, present and future, open the drawer. */
export function startDrawer(): void {
  const drawer = document.getElementById("why");
  if (!(drawer instanceof HTMLDialogElement)) return;
  const body = drawer.querySelector<HTMLElement>("[data-why-body]");
  if (!body) return;
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-why]") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void open(drawer, body, link.href);
  });
  drawer.addEventListener("click", (event) => {
    const closing = event.target instanceof Element && event.target.closest("[data-why-close]");
    if (closing || event.target === drawer) drawer.close();
  });
}

async function open(drawer: HTMLDialogElement, body: HTMLElement, address: string): Promise<void> {
  body.setAttribute("aria-busy", "true");
  if (!drawer.open) {
    body.innerHTML = '<p class="muted">Sto leggendo la spiegazione…</p>';
    drawer.showModal();
  }
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    body.innerHTML = await answer.text();
    body.scrollTop = 0;
    body.querySelector<HTMLElement>("h2")?.focus();
  } catch {
    body.innerHTML = `<p>${phrase("La spiegazione non si è aperta.")} <a href="${encodeURI(address)}">${phrase("Aprirla come pagina")}</a>.</p>`;
  }
  body.removeAttribute("aria-busy");
}
