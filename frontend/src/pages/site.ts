// On every page: styles, htmx, the drawer that explains a number, the search of a comune, the edges of tables.
import "../styles/site.css";
import "../site/htmx";
import { startDrawer } from "../site/drawer";
import { startComboboxes } from "../site/combobox";
import { startEdges } from "../site/edges";

startDrawer();
startComboboxes();
startEdges();
