"""Which things of the house are meant: by name, all of a room or floor, all of a kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from services.actions.base import Refused, Unanswered
from services.actions.call import Call
from services.actions.execution.outside import Outside
from services.actions.wording import listed
from services.home.base import Home, HouseEntity, HousePlace

HERE = "here"
"""Stands for the room it is said in, where nobody told which that is."""
_SWITCHED = frozenset(("light", "switch", "fan", "media_player", "input_boolean"))
"""What "everything" is: no scenes, no heating, and nothing that keeps others out."""
_CLASSES: Mapping[str, frozenset[str]] = {"garage": frozenset(("garage", "garage_door"))}
_GUARDED = frozenset(("garage", "garage_door", "gate"))
"""Covers that keep others out."""
_KINDS = {"climate": "heating", "media_player": "player", "all": "such thing"}
_ARTICLE = re.compile(r"^(?:the|my|our) ")


def house(call: Call) -> Outside:
    """What is connected. Raises Refused."""
    if call.outside is None or not call.outside.home:
        raise Refused("home.none", "I can do that once Home Assistant is connected, and it is not")
    return call.outside


def which(call: Call, home: Home, domains: Collection[str] = (), *, asleep: bool = False) -> list[HouseEntity]:
    """The things meant, of these domains. Raises Refused for what there is not, what does not answer (unless `asleep`),
    and Unanswered where several are called so or the room was not told.
    """
    found = [each for each in _spared(call, _meant(call, home), home) if not domains or each.domain in domains]
    if not found:
        raise Refused("home.unknown", _unknown(call))
    awake = [each for each in found if each.answers]
    if not awake and not asleep:
        names = listed([each.name for each in found[:3]])
        raise Refused("home.unavailable", f"{names} {'does' if len(found) == 1 else 'do'} not answer")
    return found if asleep else awake


def _spared(call: Call, meant: Sequence[HouseEntity], home: Home) -> list[HouseEntity]:
    """Without what is excepted. Raises Refused for what there is not: then nothing is done."""
    left = list(meant)
    for said in filter(None, map(str.strip, call.text("except").split(";"))):
        words = _plain(said)
        named = {each.id for each in home.entities.values() if words in map(_plain, (each.name, *each.aliases))}
        rooms = {each.id for each in home.areas.values() if words in map(_plain, (each.name, *each.aliases))}
        if not named and not rooms:
            raise Refused("home.unknown", f"I know no {said} in this house")
        left = [each for each in left if each.id not in named and each.area not in rooms]
    return left


def is_guarded(entity: HouseEntity) -> bool:
    """Whether it keeps others out: it is asked about first, and not everybody's business."""
    return entity.domain in ("lock", "alarm_control_panel") or (
        entity.domain == "cover" and entity.device_class in _GUARDED
    )


def _meant(call: Call, home: Home) -> list[HouseEntity]:
    there: Iterable[HouseEntity] = home.entities.values()
    area, floor = call.text("area"), call.text("floor")
    if area and area != HERE:
        places = _places(home.areas, area)
        there = [each for each in there if each.area in places]
    if floor:
        floors = _places(home.floors, floor)
        areas = {each.id for each in home.areas.values() if each.floor in floors}
        there = [each for each in there if each.area in areas]
    if kind := call.text("class"):
        there = [each for each in there if each.device_class in _CLASSES.get(kind, (kind,))]
    if domain := call.text("domain"):
        wanted = _SWITCHED if domain == "all" else (domain,)
        there = [each for each in there if each.domain in wanted]
    there = list(there)
    if name := call.text("name"):
        return _called(there, name, home)
    return _here(there, home) if area == HERE else there


def _called(there: Sequence[HouseEntity], name: str, home: Home) -> list[HouseEntity]:
    """By its own name before one of its others. Raises Unanswered where two have it."""
    words = _plain(name)
    named = [each for each in there if _plain(each.name) == words]
    named = named or [each for each in there if words in map(_plain, each.aliases)]
    if len(named) > 1 and len({each.domain for each in named}) == 1:
        rooms = [home.place(each) for each in named]
        if len(set(rooms)) == len(rooms) and all(rooms):
            raise Unanswered("home.area", f"There is a {named[0].name} in the {listed(rooms, 'and')}. In which room?")
    return named[:1] if len(named) > 1 else named


def _here(there: Sequence[HouseEntity], home: Home) -> list[HouseEntity]:
    """Where the room was not told and is not known: there is no doubt where all are in one. Raises Unanswered."""
    rooms = sorted({home.place(each) for each in there})
    if len(rooms) > 1:
        raise Unanswered("home.area", "In which room?")
    return list(there)


def _places(places: Mapping[str, HousePlace], said: str) -> set[str]:
    words = _plain(said)
    found = {each.id for each in places.values() if words in map(_plain, (each.name, *each.aliases))}
    if not found:
        raise Refused("home.place", f"The house has no {said}")
    return found


def _plain(name: str) -> str:
    return " ".join(_ARTICLE.sub("", re.sub(r"[^\w\s'&+-]", " ", name.casefold().replace("’", "'")).strip()).split())


def _unknown(call: Call) -> str:
    kind = call.text("class") or call.text("domain")
    what = call.text("name") or _KINDS.get(kind, kind.replace("_", " ")) or "such thing"
    place = call.text("area") if call.text("area") != HERE else ""
    where = f" in the {place or call.text('floor')}" if place or call.text("floor") else " in this house"
    return f"I know no {what}{where}"
