// The soils by place: a table, and its own styles.
import "../styles/suoli.css";
