// The page of a composite index.
import "../styles/map.css";
import "../styles/indici.css";
import { readConfig } from "../map";
import { IndexPage } from "../indici/page";
import type { Explorer } from "../indici/types";

const bench = document.querySelector<HTMLElement>(".index-page");
if (bench && document.getElementById("indice-dati")) new IndexPage(bench, readConfig<Explorer>("indice-dati"));
