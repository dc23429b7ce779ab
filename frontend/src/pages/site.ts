// On every page: styles, htmx, the drawer that explains a number, the search of a comune.
import "../styles/site.css";
import "../site/htmx";
import { startDrawer } from "../site/drawer";
import { startComboboxes } from "../site/combobox";

startDrawer();
startComboboxes();
