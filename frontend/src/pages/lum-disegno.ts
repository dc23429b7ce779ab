// The page where a comune redraws the perimeter of a LUM.
import "../styles/map.css";
import "../styles/lum.css";
import { RedrawPage } from "../lum/page";
import { ready } from "../site/ready";

new RedrawPage();
ready();
