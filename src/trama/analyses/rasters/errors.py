"""What can be wrong with the files given to `storm raster` and `warm raster`, each with what to do."""

from __future__ import annotations

from pathlib import Path

from trama.kernel.errors import BadInput


class UnreadableFile(BadInput):
    """A file is absent, broken, or not of the expected kind."""

    it = "«{path}» non si legge come {kind}: verificare che il file esista e sia integro ({why})."
    en = "“{path}” cannot be read as {kind}: check that the file exists and is sound ({why})."


def unreadable(path: Path, kind: str, error: Exception) -> UnreadableFile:
    """Return the error that says why a file cannot be read, as far as one can see."""
    if path.is_symlink() and not path.exists():
        why = "è un collegamento che non porta a un file, o che torna su se stesso"
    elif not path.exists():
        why = "non c'è"
    elif path.is_dir():
        why = "è una cartella"
    elif path.stat().st_size == 0:
        why = "è vuoto"
    elif isinstance(error, UnicodeDecodeError):
        why = "non è un testo in UTF-8"
    else:
        why = "è interrotto, danneggiato o di un altro formato"
    return UnreadableFile(path=path, kind=kind, why=why)


class ManyBands(BadInput):
    """A raster has more than one band."""

    it = "«{path}» ha {bands} bande: serve un raster con una banda sola."
    en = "“{path}” has {bands} bands: a raster with one band is needed."


class ComplexNumbers(BadInput):
    """A raster holds complex numbers."""

    it = "«{path}» contiene numeri complessi: serve un raster di numeri interi o reali."
    en = "“{path}” holds complex numbers: a raster of whole or real numbers is needed."


class MissingCrs(BadInput):
    """A file does not say its coordinate system."""

    it = "«{path}» non dichiara il sistema di coordinate: assegnarlo (per esempio EPSG:32632) e riprovare."
    en = "“{path}” declares no coordinate system: assign it (for instance EPSG:32632) and try again."


class GeographicCrs(BadInput):
    """The land cover is in degrees: its cells have no area."""

    it = (
        "«{path}» è in gradi ({crs}): le aree si misurano solo in un sistema proiettato. "
        "Riproiettarlo in metri, per esempio in EPSG:32632."
    )
    en = (
        "“{path}” is in degrees ({crs}): areas are measured in a projected system only. "
        "Reproject it to metres, for instance to EPSG:32632."
    )


class RotatedGrid(BadInput):
    """The rows of the raster do not run west to east, north to south."""

    it = "«{path}» ha una griglia ruotata, capovolta o senza posizione: riportarla con il nord in alto."
    en = "“{path}” has a rotated or flipped grid, or none: bring it back to north up."


class NoOverlap(BadInput):
    """The rasters and the zones have no place in common."""

    it = "I raster e le zone non si sovrappongono: verificare estensione e coordinate di ciascun file."
    en = "The rasters and the zones share no area: check the extent and coordinate system of each file."


class NoData(BadInput):
    """No cell of the area has data in all the rasters that are read."""

    it = (
        "Sull'area delle zone nessuna cella ha dati {where_it}: verificare estensione e valore di dato "
        "mancante (nodata)."
    )
    en = "On the area of the zones no cell has data {where_en}: check extent and no-data value."


def no_data(*paths: Path) -> NoData:
    """Return the error that says that rasters have no cell with data in common."""
    it, en = " e in ".join(f"«{path}»" for path in paths), " and in ".join(f"“{path}”" for path in paths)
    both_it, both_en = ("insieme ", "both ") if len(paths) > 1 else ("", "")
    return NoData(where_it=f"{both_it}in {it}", where_en=f"{both_en}in {en}")


class BadCompression(BadInput):
    """The compression asked for is not known."""

    it = "La compressione «{value}» non esiste: scegliere tra {known}."
    en = "There is no compression “{value}”: choose among {known}."


class BadTable(BadInput):
    """The table of the classes cannot be used."""

    it = "La tabella «{path}» non è utilizzabile: {why_it}."
    en = "The table “{path}” cannot be used: {why_en}."


class MissingCodes(BadInput):
    """The land cover has codes that are not in the table."""

    it = (
        "Nella tabella «{table}» {lacking} nel raster: {codes}. "
        "Aggiungere una riga per ciascun codice, o dichiararlo come assenza di dato."
    )
    en = (
        "The table “{table}” lacks {count} land-cover codes found in the raster: {codes}. "
        "Add a row for each, or declare them as no data."
    )


class NotCodes(BadInput):
    """A raster of classes holds numbers with a fraction."""

    it = "«{path}» contiene numeri con decimali: serve un raster di codici interi."
    en = "“{path}” holds numbers with a fraction: a raster of whole codes is needed."


class NoZones(BadInput):
    """The file of zones has no polygon."""

    it = "«{path}» non contiene alcun poligono: servono zone poligonali con geometria."
    en = "“{path}” holds no polygon: zones must be polygons with a geometry."


class FarZones(BadInput):
    """Some zones cannot be brought into the system of the land cover."""

    it = (
        "Alcune zone di «{path}» non hanno posto nel sistema di coordinate dell'uso del suolo ({crs}): "
        "controllare il sistema che dichiarano, o ritagliarle sul territorio."
    )
    en = (
        "Some zones of “{path}” have no place in the land cover's coordinate system ({crs}): check the one "
        "they declare, or clip them."
    )


class NotPolygons(BadInput):
    """Some zones are points or lines."""

    it = "«{path}» contiene geometrie che non sono poligoni ({kinds}): servono zone poligonali."
    en = "“{path}” holds geometries that are not polygons ({kinds}): zones must be polygons."


class OverInput(BadInput):
    """A result would take the place of an input, or of a file that an input is made of."""

    it = (
        "Il risultato «{name}» prenderebbe il posto di un file d'ingresso, o di uno di cui un ingresso è "
        "fatto: indicare con --out un'altra cartella."
    )
    en = "The result “{name}” would replace an input file: give another folder with --out."


class CannotWrite(BadInput):
    """The output folder cannot be written."""

    it = "Non si può scrivere in «{path}»: {why_it}. {remedy_it}"
    en = "Cannot write into “{path}”: {why_en}. {remedy_en}"
