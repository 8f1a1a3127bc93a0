"""Answers to the questions that people ask the police, from the city's own file. Pure."""

from __future__ import annotations

from math import cos, hypot, radians

from backend.city.schemas import City, HelpLine, Station, said_in
from backend.kit.catalogues import N_, Catalogue
from backend.taxonomy.rules import taxonomy

FILING = N_(
    "You can tell me here what happened, and I pass it to the right unit. "
    "For a formal complaint go to a police station with an identity document; "
    "if you do not speak the language well, an interpreter is free."
)
DOCUMENTS = N_(
    "Identity cards, passports and residence cards are made by appointment. "
    "Bring your old document and proof of your address; an officer can tell you what else you need. "
    "If your documents were stolen, report that here first."
)
LOST = N_(
    "Things that were found are kept at the police station nearest to where they were found. "
    "Call or go there and say where, when, and what it looks like. "
    "If you think it was stolen, tell me and I take a report."
)
STATIONS = N_("Police stations in {city}:")
NEAREST = N_("Police stations in {city}, the nearest to you first:")
VICTIMS = N_(
    "These numbers are free or cost a local call, and the people there are trained to help:"
)
RIGHTS = N_(
    "You need give no name. What you write is encrypted, read only by the officers who need it, "
    "and deleted after {days} days at most. You can ask at any time what we keep, have it corrected, "
    "or take your report back."
)
ALERTS = N_(
    "I cannot show alerts and wanted people in this chat yet. You find them at every police station. "
    "If you have seen someone the police look for, tell me: I pass it on at once."
)
ADVICE = N_(
    "Good habits: lock doors also when you are in, keep your bag closed and in front of you, "
    "never give a code or a password to anyone who calls or writes, and when in doubt hang up "
    "and call us."
)
ROADS = N_(
    "For closed roads and events look at the city's web site. If a road is dangerous now, "
    "tell me where and I pass it to the traffic unit."
)
WORK = N_(
    "I cannot answer that well. An officer can: write “a person”, and someone answers you here."
)
OTHER = N_("I do not know the answer. If you write “a person”, an officer answers you here.")
ALL_HOURS = N_("{name}: {address}. {hours}. Phone {phone}.")
NUMBER = N_("{number}: {label}.")


def answer(
    city: City, topic: str, words: Catalogue, near: tuple[float, float] | None = None
) -> str:
    """The answer to a topic of the taxonomy; `near` (lon, lat) puts the nearest station first."""
    match topic:
        case "filing_a_report":
            return words.text(FILING)
        case "documents":
            return words.text(DOCUMENTS)
        case "lost_property":
            return f"{words.text(LOST)}\n\n{_stations(city, words, near)}"
        case "station_info":
            return _stations(city, words, near)
        case "victim_support":
            return "\n".join([words.text(VICTIMS), *(_line(x, words) for x in city.help_lines)])
        case "rights_and_privacy":
            return words.text(RIGHTS, days=words.number(city.retention_days))
        case "alerts_and_wanted":
            return words.text(ALERTS)
        case "prevention_advice":
            return words.text(ADVICE)
        case "roads_and_events":
            return words.text(ROADS)
        case "police_work":
            return words.text(WORK)
        case _:
            return words.text(OTHER)


def topic_buttons(words: Catalogue) -> list[tuple[str, str]]:
    """The topics as buttons: (name, title)."""
    return [(name, words.text(label)) for name, label in taxonomy().topics.items()]


def _stations(city: City, words: Catalogue, near: tuple[float, float] | None) -> str:
    lines = [words.text(NEAREST if near else STATIONS, city=city.name)]
    for station in sorted(city.stations, key=lambda s: _far(s, near) if near else 0):
        lines.append(
            "• "
            + words.text(
                ALL_HOURS,
                name=station.name,
                address=station.address,
                hours=said_in(station.hours, words.language),
                phone=station.phone,
            )
        )
    return "\n".join(lines)


def _far(station: Station, near: tuple[float, float]) -> float:
    """How far a station is, in degrees of latitude; good enough within a city."""
    lon, lat = near
    east = (station.place.lon - lon) * cos(radians(lat))
    return hypot(east, station.place.lat - lat)


def _line(line: HelpLine, words: Catalogue) -> str:
    label = said_in(line.label, words.language)
    return "• " + words.text(NUMBER, number=line.number, label=label)
