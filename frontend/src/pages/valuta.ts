// The page "Valuta un intervento".
import "../styles/map.css";
import "../styles/valuta.css";
import { readConfig } from "../map";
import { ready } from "../site/ready";
import { EvaluationPage } from "../valuta/page";
import type { PageConfig } from "../valuta/types";

new EvaluationPage(readConfig<PageConfig>("valuta-config"));
ready();
