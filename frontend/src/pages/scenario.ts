// The page of a scenario.
import "../styles/map.css";
import "../styles/scenari.css";
import { readConfig } from "../map";
import { ScenarioPage } from "../scenari/page";
import type { PageConfig } from "../scenari/types";
import { ready } from "../site/ready";

new ScenarioPage(readConfig<PageConfig>("scenario-config"));
ready();
