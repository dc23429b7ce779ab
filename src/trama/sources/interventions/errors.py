"""Everything that can be wrong with the file of an intervention: what it is, and what to do."""

from __future__ import annotations

from typing import Any

from trama.kernel.errors import BadInput, NotFound

# --- the file ---------------------------------------------------------------------------------------------


class FileNotThere(NotFound):
    """The path does not lead to a file."""

    it = "Il file «{what}» non si trova. {hint}"
    en = "There is no file “{what}”. {hint}"


class FileTooLarge(BadInput):
    """More bytes than an intervention needs: refused before being read."""

    it = (
        "«{name}» supera {limit_mb} MB, il massimo per un intervento: non è stato letto. "
        "Tenere nel file soltanto il perimetro dell'intervento e riprovare."
    )
    en = (
        "“{name}” is larger than {limit_mb} MB, the most for an intervention: it was not read. "
        "Keep only the intervention's perimeter in the file and try again."
    )
    http_status = 413


class EmptyFile(BadInput):
    """No bytes at all."""

    it = "«{name}» è vuoto. Esportare di nuovo il perimetro dal programma d'origine e riprovare."
    en = "“{name}” is empty. Export the perimeter again from the program it came from and try again."


class UnknownFormat(BadInput):
    """The content is none of the accepted formats."""

    it = (
        "«{name}» {looks}. Si accettano GeoJSON (.geojson), GeoPackage (.gpkg), Shapefile in uno zip (.zip) "
        "e DXF di testo (.dxf): esportare il perimetro in uno di questi formati."
    )
    en = (
        "“{name}” {looks_en}. Accepted: GeoJSON (.geojson), GeoPackage (.gpkg), a Shapefile in "
        "a zip (.zip), text DXF (.dxf): export the perimeter in one of these."
    )


class WrongExtension(BadInput):
    """The name says one format, the content is another."""

    it = "«{name}» ha l'estensione di un altro formato: il contenuto è {found}. Rinominarlo in {proposal}."
    en = "“{name}” has another format's extension: the content is {found_en}. Rename it to {proposal}."


class DamagedFile(BadInput):
    """The format is known, the content is broken or cut short."""

    it = "«{name}» è rovinato o incompleto: {why} Esportarlo o copiarlo di nuovo e riprovare."
    en = "“{name}” is damaged or cut short: {why_en} Export or copy it again and try again."


class WrongEncoding(BadInput):
    """Text that is not UTF-8."""

    it = "«{name}» non è in UTF-8 (riga {line}). Salvarlo con la codifica UTF-8 e riprovare."
    en = "“{name}” is not UTF-8 (line {line}). Save it with UTF-8 encoding and try again."


class RepeatedKey(BadInput):
    """A JSON object says the same thing twice."""

    it = "In «{name}» la chiave «{key}» è ripetuta: non si sa quale valore valga. Lasciarne una sola."
    en = "In “{name}” the key “{key}” is repeated: which value holds is unknown. Leave only one."


class TooComplex(BadInput):
    """More features, vertices or levels than an intervention has."""

    it = "«{name}» contiene {what} (massimo {limit}). Semplificare il disegno o tenere solo il perimetro."
    en = "“{name}” contains {what_en} (at most {limit}). Simplify the drawing or keep only the perimeter."


class UnsafeArchive(BadInput):
    """A zip that could do harm, or that is not what it says."""

    it = "«{name}» non è stato aperto: {why} Preparare uno zip con i soli file .shp, .shx, .dbf e .prj."
    en = "“{name}” was not opened: {why_en} Make a zip with only the .shp, .shx, .dbf and .prj files."


class IncompleteShapefile(BadInput):
    """The zip holds no readable Shapefile, or more than one."""

    it = "In «{name}» {why}"
    en = "In “{name}”: {why_en}"


# --- the reference system ---------------------------------------------------------------------------------


class MissingCrs(BadInput):
    """Nothing says in which reference system the coordinates are."""

    it = (
        "«{name}» non dice in quale sistema di riferimento sono le coordinate{detail}. Indicarlo (--crs o la "
        "voce «Sistema di riferimento» del modulo) scegliendo tra {accepted}."
    )
    en = "“{name}” does not say which reference system it uses{detail_en}. State it (--crs) among {accepted}."


class UnknownCrs(BadInput):
    """A reference system outside the accepted list."""

    it = "Il sistema di riferimento {found} non è tra quelli accettati: {accepted}. Riproiettare il file."
    en = "The reference system {found_en} is not among those accepted: {accepted}. Reproject the file."


class ConflictingCrs(BadInput):
    """The file says one system, the person another."""

    it = (
        "«{name}» dichiara EPSG:{inside}, ma è stato indicato EPSG:{given}. "
        "Togliere o correggere l'indicazione."
    )
    en = "“{name}” declares EPSG:{inside} but EPSG:{given} was given. Remove or correct what was given."


class WrongCrs(BadInput):
    """The coordinates cannot be in the declared system."""

    it = (
        "Le coordinate di «{name}» ({x}; {y}) lette in EPSG:{crs} cadono fuori dall'Italia. {hint} "
        "Controllare il sistema di riferimento."
    )
    en = (
        "The coordinates of “{name}” ({x}; {y}) read as EPSG:{crs} fall outside Italy. {hint_en} "
        "Check the reference system."
    )


class SwappedAxes(BadInput):
    """The two coordinates are in the wrong order."""

    it = (
        "In «{name}» le coordinate sembrano scambiate: ({x}; {y}) è nell'ordine {found}, serve {wanted}. "
        "Scambiarle ed esportare di nuovo."
    )
    en = (
        "In “{name}” the coordinates look swapped: ({x}; {y}) is in the order {found_en}, {wanted_en} is "
        "needed. Swap them and export again."
    )


# --- the geometry -----------------------------------------------------------------------------------------


class NoFeatures(BadInput):
    """The file is sound but holds nothing."""

    it = "«{name}» non contiene elementi. Disegnare il perimetro dell'intervento ed esportarlo di nuovo."
    en = "“{name}” holds no features. Draw the intervention's perimeter and export it again."


class NotPolygons(BadInput):
    """Points or lines where polygons are needed."""

    it = "In «{name}» {where} è {found}: serve un poligono chiuso. Ridisegnare il perimetro come area."
    en = "In “{name}” {where_en} is {found_en}: a closed polygon is needed. Draw the perimeter as an area."


class SeveralLayers(BadInput):
    """Several layers, and nothing says which one is the perimeter."""

    it = (
        "«{name}» ha più livelli con poligoni ({layers}): non si sa quale sia il perimetro. "
        "Lasciarne uno solo o chiamarlo INTERVENTO."
    )
    en = (
        "“{name}” has several layers with polygons ({layers}): which one is the perimeter is unknown. Leave "
        "only one, or call it INTERVENTO."
    )


class UnclosedRing(BadInput):
    """A ring whose last vertex is not its first."""

    it = (
        "In «{name}» il contorno {where} non è chiuso: l'ultimo vertice dista {gap} unità dal primo. "
        "Ripetere in fondo il primo vertice ({x}; {y})."
    )
    en = (
        "In “{name}” the ring {where_en} is not closed: its last vertex is {gap} units from the first. "
        "Repeat the first vertex ({x}; {y}) at the end."
    )


class BadCoordinates(BadInput):
    """Coordinates that are not finite numbers, or rings of too few vertices."""

    it = (
        "In «{name}» il contorno {where} non è utilizzabile: {why} "
        "Correggere il disegno ed esportarlo di nuovo."
    )
    en = "In “{name}” the ring {where_en} cannot be used: {why_en} Mend the drawing and export it again."


class SelfCrossing(BadInput):
    """A polygon that crosses itself; `proposal` is what mending would give, as GeoJSON in lon/lat."""

    proposal: dict[str, Any] | None = None

    it = (
        "In «{name}» il poligono {where} {trouble} vicino a {lon} E, {lat} N (x {x}, y {y}). Spostare "
        "i vertici in quel punto, oppure accettare la riparazione proposta: {parts}, {area_m2} m²."
    )
    en = (
        "In “{name}” the polygon {where_en} {trouble_en} near {lon} E, {lat} N (x {x}, y {y}). Move the "
        "vertices there, or accept the proposed mending: {parts_en}, {area_m2_en} m²."
    )


class TooSmall(BadInput):
    """No area, or less than a square metre."""

    it = (
        "Il perimetro di «{name}» misura {area_m2} m², meno del minimo di {least_m2} m²: forse è una linea o "
        "le unità non sono metri. Controllare il disegno."
    )
    en = (
        "The perimeter in “{name}” measures {area_m2_en} m², less than the least ({least_m2} m²): perhaps it "
        "is a line, or its units are not metres. Check the drawing."
    )


# --- the properties ---------------------------------------------------------------------------------------


class BadProperty(BadInput):
    """A property whose value cannot be read."""

    it = "La proprietà «{key}» non è utilizzabile: {why}"
    en = "The property “{key}” cannot be used: {why_en}"


class UnknownId(BadInput):
    """An id that the catalogue or the surface classes do not have."""

    it = "«{value}» non è tra {kind}. {hint}Ammessi: {known}."
    en = "“{value}” is not among {kind_en}. {hint_en}Known: {known}."


class SurfacesDoNotSum(BadInput):
    """The surface composition does not make up the area."""

    it = (
        "Le superfici di «{key}» sommano {sum_m2} m², ma il perimetro misura {area_m2} m²: {difference_m2} "
        "m² di differenza, oltre la tolleranza ({tolerance}). Correggere le superfici o il perimetro."
    )
    en = (
        "The surfaces of “{key}” sum to {sum_m2_en} m² but the perimeter measures {area_m2_en} m²: "
        "{difference_m2_en} m² apart, beyond the tolerance ({tolerance}). Correct the surfaces or "
        "the perimeter."
    )
