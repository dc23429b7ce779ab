"""Small timetables written by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

TABLES = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\na,Prova Trasporti,https://example.org,Europe/Rome\n",
    "stops.txt": (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "S,Stazione,45.0002,9.0002,1,\n"
        "A,Piazza,45.0,9.0,0,S\n"
        "B,Ponte,45.001,9.001,,\n"
        "C,Fine,45.002,9.002,0,\n"
    ),
    "routes.txt": (
        "route_id,agency_id,route_short_name,route_long_name,route_type\n"
        "r1,a,12,Piazza - Fine,0\nr2,a,M 9,Metro nove,401\n"
    ),
    "trips.txt": (
        "route_id,service_id,trip_id,direction_id\nr1,F,t1,0\nr1,F,t2,1\nr1,F,t3,0\nr1,SAB,t4,0\nr2,F,m1,0\n"
    ),
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "F,1,1,1,1,1,0,0,20240101,20240131\nSAB,0,0,0,0,0,1,0,20240101,20240131\n"
    ),
    "calendar_dates.txt": "service_id,date,exception_type\nF,20240102,2\nF,20240103,2\n",
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type\n"
        "t1,08:00:00,08:00:00,A,1,\nt1,08:04:00,08:05:00,B,2,\nt1,08:09:00,08:09:00,C,3,\n"
        "t2,19:30:00,19:30:00,C,1,\nt2,19:35:00,19:35:00,B,2,\nt2,19:40:00,19:40:00,A,3,\n"
        "t3,23:55:00,23:55:00,A,1,\nt3,24:02:00,24:02:00,B,5,\nt3,24:09:00,24:09:00,C,9,\n"
        "t4,09:00:00,09:00:00,A,1,\nt4,09:05:00,09:05:00,B,2,\n"
        "m1,00:00:00,00:00:00,A,1,\nm1,,,B,2,\nm1,00:10:00,00:10:00,C,3,\n"
    ),
    "frequencies.txt": (
        "trip_id,start_time,end_time,headway_secs,exact_times\n"
        "m1,05:50:00,06:50:00,1200,0\nm1,19:50:00,20:30:00,600,0\n"
    ),
}
"""Line 12, a tram: t1 and t3 go A B C, t2 comes back; t4 runs on Saturdays. Line M 9, a metro, at intervals.

Counted by hand, on Thursday 4 January 2024 (Tuesday 2 and Wednesday 3 are removed): M 9 starts at 5.50, 6.10,
6.30 and at 19.50, 20.00, 20.10, 20.20; from B five minutes later. Departures from A: t1, t3 and 7 of M 9 = 9;
between 6 and 20: t1, 6.10, 6.30, 19.50 = 4. From B: t1, t2, t3 and 7 = 10; between 6 and 20: 8.05, 19.35,
6.15, 6.35, 19.55 = 5 (5.55 is before). From C: t2 alone = 1, within the hours.
"""
BY_HAND = {"A": (9, 4), "B": (10, 5), "C": (1, 1)}


def archive(path: Path, folder: str = "", encoding: str = "utf-8", **tables: str | None) -> Path:
    """Write a timetable; a table given as None is left out, as text takes the place of the one above."""
    wanted = {**TABLES, **{f"{name}.txt": text for name, text in tables.items()}}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in wanted.items():
            if text is not None:
                out.writestr(f"{folder}{name}", text.encode(encoding))
    return path
