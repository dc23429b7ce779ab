"""The departures of a working day, counted by hand and by gtfs-kit."""

from __future__ import annotations

import random
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.sources.timetables.small import BY_HAND, TABLES, archive
from trama.kernel.errors import TramaError
from trama.sources.errors import UnreadableData
from trama.sources.opening import EmptyFile, UnknownFormat, UnsafeArchive
from trama.sources.timetables.day import Timetable, read_day
from trama.sources.timetables.errors import ManyTimetables, NoService, NotATimetable, TooManyPassages
from trama.sources.timetables.feed import opened_feed


def read(path: Path) -> Timetable:
    with opened_feed(path) as feed:
        return read_day(feed)


def counted(table: Timetable) -> dict[str, tuple[int, int]]:
    rows = table.stops[table.stops["stop_id"] != "S"]
    return {one.stop_id: (int(one.partenze), round(one.partenze_ora * 14)) for one in rows.itertuples()}


def test_departures_are_those_counted_by_hand(tmp_path: Path) -> None:
    table = read(archive(tmp_path / "a.zip"))
    assert table.day == date(2024, 1, 4)
    assert counted(table) == BY_HAND
    stops = table.stops.set_index("stop_id")
    assert stops.loc["A", ["modo", "linee"]].tolist() == ["metro", "12 M-9"]
    assert stops["capolinea"].to_dict() == {"S": False, "A": True, "B": False, "C": True}
    assert table.trouble == {}


def test_links_have_the_median_of_their_passages(tmp_path: Path) -> None:
    """By hand: the tram from A to B arrives 4 minutes later; the metro 5, three times between 6 and 20."""
    links = read(archive(tmp_path / "a.zip")).links.set_index(["linea", "verso", "da", "a"])
    assert links.loc[("12", 0, "A", "B"), "minuti"] == 4
    assert links.loc[("12", 0, "B", "C"), "minuti"] == 4
    assert links.loc[("12", 1, "C", "B"), "passaggi_ora"] == pytest.approx(1 / 14)
    assert links.loc[("M-9", 0, "A", "B"), ["minuti", "passaggi_ora"]].tolist() == [5, pytest.approx(3 / 14)]


def test_no_boarding_is_no_departure(tmp_path: Path) -> None:
    times = TABLES["stop_times.txt"].replace("08:05:00,B,2,", "08:05:00,B,2,1")
    assert counted(read(archive(tmp_path / "a.zip", stop_times=times)))["B"] == (9, 4)


@pytest.mark.parametrize(
    ("tables", "day"),
    [
        (
            {"calendar": None, "calendar_dates": "service_id,date,exception_type\nF,20240111,1\n"},
            date(2024, 1, 11),
        ),
        ({"calendar_dates": None}, date(2024, 1, 2)),
        ({"calendar_dates": "service_id,date,exception_type\nSAB,20240110,1\n"}, date(2024, 1, 10)),
        (
            {
                "calendar": TABLES["calendar.txt"].replace("F,1,1,1,1,1,0,0", "F,1,0,0,0,1,0,0"),
                "calendar_dates": None,
            },
            date(2024, 1, 1),
        ),
        ({"trips": "route_id,service_id,trip_id\nr1,SAB,t4\n"}, date(2024, 1, 6)),
    ],
)
def test_the_day_is_the_midweek_one_with_most_service(
    tmp_path: Path, tables: dict[str, str | None], day: date
) -> None:
    assert read(archive(tmp_path / "a.zip", **tables)).day == day


TWICE = "corse scritte due volte, in calendari che si sovrappongono, contate una"


def again(trips: str, table: str) -> str:
    """Return the lines of a table that are of some trips, under other names."""
    return "".join(
        line.replace(f"{one},", f"{one}b,", 1) + "\n"
        for line in TABLES[table].splitlines()
        for one in trips.split()
        if line.startswith(f"{one},")
    )


def two_editions(path: Path) -> Path:
    """The same line 12 and M 9 once more, under a service that overlaps the first from the 15th on."""
    return archive(
        path,
        calendar=TABLES["calendar.txt"] + "G,1,1,1,1,1,0,0,20240115,20240229\n",
        trips=TABLES["trips.txt"] + "r1,G,t1b,0\nr1,G,t2b,1\nr1,G,t3b,0\nr2,G,m1b,0\n",
        stop_times=TABLES["stop_times.txt"] + again("t1 t2 t3 m1", "stop_times.txt"),
        frequencies=TABLES["frequencies.txt"] + again("m1", "frequencies.txt"),
    )


def test_two_editions_that_overlap_do_not_double_the_departures(tmp_path: Path) -> None:
    """By hand: from 15 to 31 January both run, and every run is written twice; it leaves once."""
    table = read(two_editions(tmp_path / "a.zip"))
    assert table.day == date(2024, 1, 4)  # as without the second edition: no day has more
    assert counted(table) == BY_HAND
    assert table.trouble == {}


def test_where_every_day_overlaps_each_run_is_counted_once_and_told(tmp_path: Path) -> None:
    calendar = TABLES["calendar.txt"].replace("20240101,20240131", "20240115,20240131")
    path = two_editions(tmp_path / "a.zip")
    with zipfile.ZipFile(path) as whole:
        tables = {name.removesuffix(".txt"): whole.read(name).decode() for name in whole.namelist()}
    tables["calendar"] = calendar + "G,1,1,1,1,1,0,0,20240115,20240131\n"
    table = read(archive(tmp_path / "b.zip", **tables))
    assert table.day == date(2024, 1, 16)
    assert counted(table) == BY_HAND
    assert table.trouble == {TWICE: 4}
    links = table.links.set_index(["linea", "verso", "da", "a"])
    assert links.loc[("12", 0, "A", "B"), "passaggi_ora"] == pytest.approx(1 / 14)


def test_a_second_vehicle_of_one_service_leaves_too(tmp_path: Path) -> None:
    """Two alike trips of the same service are two departures."""
    table = read(
        archive(
            tmp_path / "a.zip",
            trips=TABLES["trips.txt"] + "r1,F,t1b,0\n",
            stop_times=TABLES["stop_times.txt"] + again("t1", "stop_times.txt"),
        )
    )
    assert counted(table) == {"A": (10, 5), "B": (11, 6), "C": (1, 1)}


def test_a_service_written_twice_in_the_calendar_runs_once_on_the_days_of_both(tmp_path: Path) -> None:
    """Its second period begins in the first and ends in February: the only Tuesday left is the 6th."""
    rows = "F,1,1,1,1,1,0,0,20240122,20240209\n" + TABLES["calendar.txt"].splitlines()[1] + "\n"
    removed = (
        "".join(f"F,202401{day:02d},2\n" for day in range(1, 32))
        + "F,20240201,2\nF,20240207,2\nF,20240208,2\n"
    )
    table = read(
        archive(
            tmp_path / "a.zip",
            calendar=TABLES["calendar.txt"] + rows,
            calendar_dates="service_id,date,exception_type\n" + removed,
        )
    )
    assert table.day == date(2024, 2, 6)
    assert counted(table) == BY_HAND


def test_a_day_added_where_it_runs_already_or_written_twice_adds_nothing(tmp_path: Path) -> None:
    """Saturday's trip added on Tuesday 9, three times over: that day has one more run, not three."""
    dates = TABLES["calendar_dates.txt"] + "F,20240116,1\n" * 3 + "SAB,20240109,1\n" * 3
    table = read(archive(tmp_path / "a.zip", calendar_dates=dates))
    assert table.day == date(2024, 1, 9)
    assert counted(table) == {"A": (10, 5), "B": (10, 5), "C": (1, 1)}


def test_a_passage_at_a_station_is_told(tmp_path: Path) -> None:
    times = TABLES["stop_times.txt"].replace("08:00:00,A,1", "08:00:00,S,1")
    table = read(archive(tmp_path / "a.zip", stop_times=times))
    assert table.trouble == {"passaggi a stazioni o ingressi, invece che a fermate": 1}
    assert counted(table)["A"] == (8, 3)


def test_what_is_broken_is_counted_and_the_rest_stays(tmp_path: Path) -> None:
    table = read(
        archive(
            tmp_path / "a.zip",
            calendar=TABLES["calendar.txt"] + "OLD,1,1,1,1,1,1,1,20240131,20240101\n",
            trips=TABLES["trips.txt"] + "r1,OLD,t5,0\nr9,F,t6,0\n",
            stops=TABLES["stops.txt"] + "B,Ponte di nuovo,45.5,9.5,0,\n",
            stop_times=TABLES["stop_times.txt"] + "t1,08:12:00,08:12:00,Z,4,\nt99,08:00:00,08:00:00,A,1,\n",
        )
    )
    assert counted(table) == BY_HAND
    assert table.repeated == ["B"]
    assert table.unknown_stops == ["Z"]
    assert table.trouble == {
        "periodi con date rovesciate": 1,
        "orari di corse che trips.txt non ha": 1,
        "orari a fermate che stops.txt non ha": 1,
        "corse di linee che routes.txt non ha": 1,
    }


@pytest.mark.parametrize("folder", ["", "orario/", "a/b/"])
def test_the_tables_may_be_in_a_folder(tmp_path: Path, folder: str) -> None:
    assert counted(read(archive(tmp_path / "a.zip", folder))) == BY_HAND


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_letters_are_read_as_they_were_written(tmp_path: Path, encoding: str) -> None:
    stops = TABLES["stops.txt"].replace("Ponte", "Città")
    table = read(archive(tmp_path / "a.zip", encoding=encoding, stops=stops))
    assert "Città" in set(table.stops["stop_name"])


def test_a_large_table_of_times_is_read_in_either_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above a hundred megabytes, which are not read whole into memory as text."""
    monkeypatch.setattr("trama.sources.timetables.feed._SMALL_BYTES", 0)
    for encoding in ("utf-8", "latin1"):
        tables = {name: TABLES[f"{name}.txt"].replace("t1", "tè1") for name in ("stop_times", "trips")}
        assert counted(read(archive(tmp_path / f"{encoding}.zip", encoding=encoding, **tables))) == BY_HAND


def test_intervals_that_no_day_can_have_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trama.sources.timetables.passages.MOST_PASSAGES", 20)
    with pytest.raises(TooManyPassages, match="21 passaggi"):
        read(archive(tmp_path / "a.zip"))


def test_two_timetables_in_one_archive_are_to_be_parted(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "due.zip", "w") as out:
        for folder in ("bus", "metro"):
            for name, text in TABLES.items():
                out.writestr(f"{folder}/{name}", text)
    with pytest.raises(ManyTimetables, match="bus, metro"):
        read(tmp_path / "due.zip")


def bad(folder: Path) -> list[tuple[Path, type[TramaError]]]:
    head = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    (folder / "empty.zip").write_bytes(b"")
    (folder / "words.zip").write_bytes(b"no archive")
    (folder / "cut.zip").write_bytes(archive(folder / "whole.zip").read_bytes()[:-40])
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("stops.txt", b"0" * 50_000_000)
    return [
        (archive(folder / "no_stops.zip", stops=None), NotATimetable),
        (archive(folder / "no_calendar.zip", calendar=None, calendar_dates=None), NotATimetable),
        (archive(folder / "reversed.zip", calendar=head + "F,1,1,1,1,1,1,1,20240131,20240101\n"), NoService),
        (archive(folder / "never.zip", calendar=head + "F,0,0,0,0,0,0,0,20240101,20240131\n"), NoService),
        (archive(folder / "columns.zip", stop_times="a,b\n1,2\n"), UnreadableData),
        (archive(folder / "blank.zip", stop_times=""), UnreadableData),
        (archive(folder / "outside.zip", "../"), UnsafeArchive),
        (folder / "empty.zip", EmptyFile),
        (folder / "words.zip", UnknownFormat),
        (folder / "cut.zip", UnsafeArchive),
        (folder / "bomb.zip", UnsafeArchive),
    ]


def test_what_is_wrong_with_a_timetable_is_told_in_one_sentence(tmp_path: Path) -> None:
    for path, error in bad(tmp_path):
        with pytest.raises(error) as caught:
            read(path)
        assert path.name in str(caught.value), path
        assert "\n" not in str(caught.value)


def made(path: Path, trips: int, stops: int, calls: int) -> Path:
    """A large timetable: random lines over a grid of stops, services of two kinds."""
    chance = random.Random(7)
    lines = [f"t{n},{'F' if n % 3 else 'SAB'},r{n % 40},{n % 2}" for n in range(trips)]
    times = []
    for n in range(trips):
        at, stop = chance.randrange(4 * 3600, 25 * 3600), chance.randrange(stops)
        for order in range(calls):
            clock = f"{at // 3600:02d}:{at // 60 % 60:02d}:{at % 60:02d}"
            times.append(f"t{n},{clock},{clock},s{(stop + order) % stops},{order}")
            at += chance.randrange(60, 240)
    return archive(
        path,
        stops="stop_id,stop_name,stop_lat,stop_lon\n"
        + "".join(f"s{n},Fermata {n},{45 + n % 100 * 1e-3},{9 + n // 100 * 1e-3}\n" for n in range(stops)),
        routes="route_id,route_short_name,route_type\n" + "".join(f"r{n},{n},3\n" for n in range(40)),
        trips="trip_id,service_id,route_id,direction_id\n" + "\n".join(lines) + "\n",
        stop_times="trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + "\n".join(times) + "\n",
        frequencies=None,
    )


def test_departures_agree_with_gtfs_kit(tmp_path: Path) -> None:
    """gtfs-kit counts the trips that visit a stop: without the last call of each trip, it agrees."""
    gtfs_kit = pytest.importorskip("gtfs_kit")
    path = made(tmp_path / "a.zip", 400, 300, 20)
    ours = read(path)
    feed = gtfs_kit.read_feed(path, dist_units="km")
    last = feed.stop_times.groupby("trip_id")["stop_sequence"].transform("max")
    feed.stop_times = feed.stop_times[feed.stop_times["stop_sequence"] < last]
    found = ours.stops.set_index("stop_id")["partenze"]
    assert found.sum() > 1000
    day = ours.day.strftime("%Y%m%d")
    stats = gtfs_kit.compute_stop_stats(feed, [day]).set_index("stop_id")["num_trips"]
    assert stats[stats > 0].astype(int).to_dict() == found[found > 0].astype(int).to_dict()


def test_no_other_midweek_day_has_more_service(tmp_path: Path) -> None:
    gtfs_kit = pytest.importorskip("gtfs_kit")
    path = made(tmp_path / "a.zip", 60, 30, 5)
    ours = read(path)
    feed = gtfs_kit.read_feed(path, dist_units="km")
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(31)]
    runs = {day: len(gtfs_kit.get_trips(feed, day.strftime("%Y%m%d"))) for day in days}
    assert runs[ours.day] == max(runs[day] for day in days if day.weekday() in (1, 2, 3))
