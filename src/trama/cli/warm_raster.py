"""`trama warm raster`: WARM from files to files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trama.cli.output import Number, cluster_option, guarded, json_option
from trama.cli.paths import Named
from trama.cli.raster_words import answer

if TYPE_CHECKING:
    from trama.analyses.warm.raster import WarmRun
    from trama.analyses.warm.raster_settings import Settings

FILE = click.Path(path_type=Path)


@click.command("raster")
@click.option("--lulc", type=FILE, required=True, help="Griglia dell'uso del suolo.")
@click.option(
    "--eto", type=FILE, required=True, help="Griglia dell'evapotraspirazione di riferimento, in mm."
)
@click.option(
    "--biophysical",
    type=FILE,
    required=True,
    help="Tabella CSV: lucode, shade, albedo, kc, green_area, building_intensity.",
)
@click.option("--aoi", type=FILE, required=True, help="Poligoni delle zone.")
@click.option("--t-ref", type=Number(), required=True, help="Temperatura di riferimento, in °C.")
@click.option("--uhi-max", type=Number(), required=True, help="Isola di calore massima, in °C.")
@click.option(
    "--green-area-cooling-distance",
    type=Number(),
    required=True,
    help="Distanza a cui rinfresca il verde oltre 2 ettari, in metri.",
)
@click.option(
    "--t-air-average-radius",
    type=Number(),
    required=True,
    help="Distanza di mescolamento dell'aria, in metri.",
)
@click.option("--cc-method", default="factors", help="factors (di giorno) o intensity (di notte).")
@click.option("--cc-weight-shade", type=Number(), default=0.6, help="Peso dell'ombra; 0,6 se manca.")
@click.option("--cc-weight-albedo", type=Number(), default=0.2, help="Peso dell'albedo; 0,2 se manca.")
@click.option(
    "--cc-weight-eti", type=Number(), default=0.2, help="Peso dell'evapotraspirazione; 0,2 se manca."
)
@click.option("--out", type=Named(), required=True, help="Cartella dei risultati.")
@cluster_option
@json_option
@guarded
def raster(as_json: bool, cluster: str | None, out: Path, **given: Any) -> None:
    """Calcola raffrescamento e temperatura da file qualsiasi, con gli ingressi di InVEST Urban Cooling."""
    from trama.analyses.warm.raster import run_raster
    from trama.analyses.warm.raster_settings import Settings
    from trama.cli.progress import bars, from_first_step

    settings = Settings.checked(
        given["t_ref"],
        given["uhi_max"],
        given["green_area_cooling_distance"],
        given["t_air_average_radius"],
        given["cc_method"],
        given["cc_weight_shade"],
        given["cc_weight_albedo"],
        given["cc_weight_eti"],
    )
    with bars() as bar:
        done = run_raster(
            given["lulc"],
            given["eto"],
            given["biophysical"],
            given["aoi"],
            out,
            settings,
            cluster=cluster,
            progress=from_first_step(bar, "Raffrescamento e temperatura"),
        )
    answer(
        done,
        _document(done, settings),
        "L'evapotraspirazione è su un'altra griglia: "
        "è stata portata su quella dell'uso del suolo con una spline cubica, come fa InVEST.",
        as_json=as_json,
    )


def _document(done: WarmRun, settings: Settings) -> dict[str, Any]:
    return {
        "metodo": settings.cc_method,
        "t_ref_c": settings.t_ref,
        "uhi_max_c": settings.uhi_max,
        "distanza_verde_m": settings.green_area_cooling_distance,
        "distanza_mescolamento_m": settings.t_air_average_radius,
        "pesi": {
            "ombra": settings.weights.shade,
            "albedo": settings.weights.albedo,
            "evapotraspirazione": settings.weights.eti,
        },
        "evapotraspirazione_massima_mm": done.eto_max,
        "lato_cella_m": done.cell_m,
        "evapotraspirazione_ricampionata": done.resampled,
    }
