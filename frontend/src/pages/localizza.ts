// "Dove mettere un servizio": a place on the map judged by the siting criteria.
import "../styles/map.css";
import "../styles/valuta.css";
import "../styles/localizza.css";
import { SitePage } from "../localizza/page";
import { readConfig } from "../map";
import { ready } from "../site/ready";

new SitePage(readConfig("localizza-config"));
ready();
