"""Home Assistant's sentences and ours as one grammar, over the names of one house."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hassil.intents import Intents, SlotList, TextSlotList
from hassil.recognize import RecognizeResult, recognize_best
from home_assistant_intents import get_intents

from services.home.base import Home, HouseEntity

_TAKEN = (
    "HassTurnOn",
    "HassTurnOff",
    "HassLightSet",
    "HassSetPosition",
    "HassClimateSetTemperature",
    "HassClimateGetTemperature",
    "HassClimateSetFanMode",
    "HassFanSetSpeed",
    "HassSetVolume",
    "HassSetVolumeRelative",
    "HassMediaPause",
    "HassMediaUnpause",
    "HassMediaNext",
    "HassMediaPrevious",
    "HassMediaPlayerMute",
    "HassMediaPlayerUnmute",
    "HassVacuumStart",
    "HassVacuumReturnToBase",
    "HassGetState",
)
"""Home Assistant's intents of which we know what they do; timers, lists and the clock are ours."""
OURS = Path(__file__).resolve().parents[3] / "config" / "house"
HERE = "here"
"""Stands for the room it is said in, where nobody told which that is."""
_ARTICLE = re.compile(r"^(?:the|my|our) ", re.IGNORECASE)
_AROUND = re.compile(
    r"^(?:(?:please|hey|ok|okay|so|now|and|then|well|just|would you mind)\b[\s,]*)+"
    r"|(?:[\s,]+(?:and\s+)?(?:now|right now|please|thanks|thank you|then|will you|would you|for me))+$",
    re.IGNORECASE,
)
"""What is said around an order and is no part of it."""
_IN_HERE = re.compile(r"\b(?:(?:right )?(?:in )?here|(?:in )?this room)\b", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


@cache
def intents(language: str = "en") -> Intents:
    """Both together. Takes a moment; read once."""
    theirs: Mapping[str, Any] = get_intents(language) or {}
    ours = yaml.safe_load((OURS / f"{language}.yaml").read_text(encoding="utf-8"))
    whole: dict[str, Any] = {
        "language": language,
        "lists": {**theirs.get("lists", {}), **ours.get("lists", {})},
        "expansion_rules": {**theirs.get("expansion_rules", {}), **ours.get("expansion_rules", {})},
        "skip_words": theirs.get("skip_words", []),
        "intents": {},
    }
    for name in dict.fromkeys((*_TAKEN, *ours["intents"])):
        there = theirs.get("intents", {}).get(name, {}).get("data", [])
        more = ours["intents"].get(name, {}).get("data", [])
        whole["intents"][name] = {"data": [*there, *({"metadata": {"ours": True}, **block} for block in more)]}
    return Intents.from_dict(whole)


@cache
def examples(language: str = "en") -> Mapping[str, Sequence[str]]:
    """Things to say, by action."""
    ours = yaml.safe_load((OURS / f"{language}.yaml").read_text(encoding="utf-8"))
    return {str(action): tuple(said) for action, said in ours["examples"].items()}


class HouseGrammar:
    """The sentences over the names of one house. Safe to use from several threads."""

    def __init__(self, home: Home, area: str = "", language: str = "en") -> None:
        """`area`: the room in which it is said, as Home Assistant calls it; empty where that is not known."""
        self._intents = intents(language)
        self._lists: dict[str, SlotList] = {
            "name": TextSlotList.from_tuples(_named(home), allow_template=False),
            "area": TextSlotList.from_tuples(_places(home.areas.values()), allow_template=False),
            "floor": TextSlotList.from_tuples(_places(home.floors.values()), allow_template=False),
        }
        here = next((each.name for each in home.areas.values() if each.name.casefold() == area.casefold()), "")
        self._here = here
        self._context: dict[str, Any] = {"area": {"value": here, "text": here}} if here else {}
        domains = {(each.domain, each.device_class) for each in home.entities.values()}
        if {("cover", "garage"), ("cover", "garage_door")} & domains:
            self._context["garage"] = True
        if any(domain == "alarm_control_panel" for domain, _ in domains):
            self._context["alarm"] = True
        if not here:
            rooms = [each.name for each in home.areas.values()]
            self._context["area"] = {"value": rooms[0] if len(rooms) == 1 else HERE, "text": HERE}

    def placed(self, text: str) -> str:
        """The text with the name of the room for "in here" and "this room", where it is known."""
        return _IN_HERE.sub(f"in the {spoken_name(self._here)}", text) if self._here else text

    def match(self, text: str) -> RecognizeResult | None:
        """What a whole text asks of the house, if anything."""
        plain = _SPACES.sub(" ", text.replace("’", "'")).strip(" .,!?;")
        bare = _AROUND.sub("", plain).strip(" .,!?;")
        return next((found for tried in dict.fromkeys((plain, bare)) if (found := self._found(tried))), None)

    def named(self, words: str) -> str:
        """The thing or the room that is called so, by the name that it has; empty where there is none."""
        found = self.match(f"turn off {words.strip()}")
        named = found and next((found.entities[slot] for slot in ("name", "area") if slot in found.entities), None)
        return str(named.value) if named and str(named.text).strip() else ""

    def _found(self, text: str) -> RecognizeResult | None:
        if not text:
            return None
        found = recognize_best(
            text, self._intents, slot_lists=self._lists, intent_context=self._context, best_slot_name="name"
        )
        return None if found is None or _is_bare(found, text) else found


def _named(home: Home) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(as it is said, its name, what a sentence may require of it) of each thing and each of its other names."""
    for entity in home.entities.values():
        for said in dict.fromkeys((entity.name, *entity.aliases, *_shorter(entity))):
            yield spoken_name(said), entity.name, {"domain": entity.domain}


def _shorter(entity: HouseEntity) -> Iterator[str]:
    """ "Kitchen light", of one that is called Kitchen Lights: people say either."""
    if entity.device_class == "temperature" and re.match(r"(outdoor|outside)\b", entity.name, re.IGNORECASE):
        yield from ("outside", "outdoors")
    if entity.domain == "light":
        for name in (entity.name, *entity.aliases):
            if name.casefold().endswith(" lights"):
                yield name[:-1]
            elif name.casefold().endswith((" light", " lamp")):
                yield f"{name}s"


def spoken_name(name: str) -> str:
    """As it stands in a sentence: without an article of its own and without marks that nobody says."""
    name = _ARTICLE.sub("", name.strip()).replace("’", "'")
    return _SPACES.sub(" ", re.sub(r"[^\w\s'&+-]", " ", name)).strip()


def _places(places: Any) -> list[tuple[str, str]]:
    return [(spoken_name(said), place.name) for place in places for said in dict.fromkeys((place.name, *place.aliases))]


def _is_bare(found: RecognizeResult, text: str) -> bool:
    """The mere name of something: "kitchen lights" alone is no order, "movie night" is one."""
    name = found.entities.get("name")
    if name is None or found.context.get("domain") in ("scene", "script"):
        return False
    said = _ARTICLE.sub("", text).casefold()
    return said == str(name.text).strip().casefold()
