"""What the rest of the service asks of a city."""

from __future__ import annotations

from functools import lru_cache

from backend.city.schemas import City
from backend.places.gazetteer import Entry, Gazetteer
from backend.places.gazetteer import Point as Spot


@lru_cache(maxsize=4)
def gazetteer_of(city: City) -> Gazetteer:
    """Every place of the city that has a name: areas, stations, landmarks and streets."""
    entries: list[Entry] = []
    for name in city.index.districts():
        entries.append(Entry(f"area:{name}", "area", (name,), None, name))
    for area in city.index.areas:
        middle = area.shape.representative_point()
        entries.append(
            Entry(f"area:{area.id}", "area", (area.name,), Spot(middle.y, middle.x), area.id)
        )
    for station in city.stations:
        spot = Spot(station.place.lat, station.place.lon)
        entries.append(Entry(f"station:{station.id}", "station", (station.name,), spot))
    for mark in city.landmarks:
        known = Spot(mark.place.lat, mark.place.lon) if mark.place else None
        entries.append(Entry(f"{mark.kind}:{mark.id}", mark.kind, mark.names, known))
    return Gazetteer(entries, city=(city.name,))
