// The page "Pratica di invarianza idraulica".
import "../styles/invarianza.css";
import { PraticaPage } from "../invarianza/page";
import type { PageConfig } from "../invarianza/types";
import { ready } from "../site/ready";

const script = document.getElementById("invarianza-config");
if (script) new PraticaPage(JSON.parse(script.textContent ?? "{}") as PageConfig);
ready();
