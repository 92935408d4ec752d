"""Cuts a text into what is said to the house and what is said to the appliance itself, and reads the first."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from hassil.recognize import RecognizeResult

from services.home.base import Home
from services.understanding.base import Step
from services.understanding.house.grammar import HouseGrammar, spoken_name
from services.understanding.house.steps import step_of

_JOINT = re.compile(
    r"(?P<strong>\s*[.;!?]+\s+(?:(?:and|then|also)\b\s*)*|\s*,?\s+(?:and\s+)?(?:then|also|after that)\s+)"
    r"|(?:\s*,)?\s+(?:and|plus|as well as)\s+|\s*,\s+",
    re.IGNORECASE,
)
_MOST_PIECES = 8
_LONGEST = 300
_TOGETHER = 3
"""So many pieces may be one order: "turn off the lights in the living room, please, and thank you"."""
_SAID_TO_HOUSES = frozenset(
    [
        "light",
        "lights",
        "lamp",
        "lamps",
        "lighting",
        "dark",
        "bright",
        "brighter",
        "darker",
        "dim",
        "brighten",
        "fan",
        "fans",
        "blind",
        "blinds",
        "curtain",
        "curtains",
        "shade",
        "shades",
        "shutter",
        "shutters",
        "awning",
        "awnings",
        "window",
        "windows",
        "door",
        "doors",
        "gate",
        "gates",
        "garage",
        "lock",
        "locks",
        "locked",
        "unlock",
        "unlocked",
        "alarm",
        "heating",
        "heater",
        "thermostat",
        "ac",
        "temperature",
        "warm",
        "warmer",
        "cold",
        "colder",
        "cool",
        "humidity",
        "everything",
        "anybody",
        "anyone",
        "somebody",
        "motion",
        "house",
        "scene",
    ]
)
_NOUN = re.compile(r"\b(lights?|lamps?|blinds?|curtains?|shutters?|shades?|fans?|heating|doors?|windows?)\W*$", re.I)
_HERE_TOO = frozenset(
    ["HassTurnOn", "HassTurnOff", "HassLightSet", "HassSetPosition", "HassFanSetSpeed", "HassClimateSetTemperature"]
)
"""What may be said without a room. Volume, music and "what's the temperature" without one are asked of us."""
_EXCEPT = tuple(
    re.compile(rf"(?P<whole>.+?)\s*,?\s+{words}\W*$", re.IGNORECASE)
    for words in (
        r"but (?:leave|keep) (?P<spared>.+?)(?: on| off| open| closed| alone| as (?:it is|they are))?",
        r"(?:except(?: for)?|but(?: not)?|apart from|other than|besides) (?P<spared>.+)",
    )
)
"""What is said of all of a kind, and of what it is not said."""
_LISTED = re.compile(r"\s*,?\s+(?:and|or)\s+|\s*,\s+(?:and\s+|or\s+)?", re.IGNORECASE)
_OF_MANY = ("home.on", "home.off", "home.open", "home.close")
_ALL = re.compile(r"\b(?:all(?! the way)|every)\b|\beverywhere\b", re.IGNORECASE)
_VERB = re.compile(r"(?:(?:turn|switch) (?:on|off)|open|close|shut|raise|lower)\b", re.IGNORECASE)
_ONE = re.compile(r"\b(?:the|that) ones?\b", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(?:the|my|our|all|all the)\s*$", re.IGNORECASE)

_ANYWHERE = frozenset(("a", "an", "the", "and", "of", "in", "on", "off", "to", "my", "our", "for", "at", ""))
"""Words of names that tell nothing of a house."""

Piece = Step | str
Closed = Callable[[str], bool]
"""Whether a text, said to the appliance, is a whole order of which what follows behind "and" is no part."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """A sentence that fits, and the words around what it names: for one that leaves them out."""

    step: Step
    before: str
    behind: str


@dataclass(frozen=True, slots=True)
class _Atom:
    """What stands between two joints."""

    begin: int
    end: int
    strong: bool
    """Its joint ends whatever was said before."""


class HouseReader:
    """Reads what is said to one house. Safe to use from several threads."""

    def __init__(self, home: Callable[[], Home], area: Callable[[], str] = str) -> None:
        """`home` and `area` are asked at each text; `area`: the room it is said in, as the house calls it; empty where
        that is not known.
        """
        self._home = home
        self._area = area
        self._building = threading.Lock()
        self._names = -1
        """Of the house for which the rest was made."""
        self._cues: frozenset[str] = frozenset()
        self._grammars: dict[str, HouseGrammar] = {}
        """By room."""

    def pieces(self, text: str, closed: Closed) -> Sequence[Piece]:
        """The steps for the house, and between them what is said to the appliance, in order; nothing where no part of
        the text is for the house.
        """
        if len(text) > _LONGEST or not (home := self._home()):
            return ()
        grammar, cues = self._grammar(home)
        if not cues & {word.strip("'s") for word in re.findall(r"[\w']+", text.casefold())}:
            return ()
        if whole := _fit(grammar, text) or _sparing(grammar, text):
            return (whole.step,)
        atoms = list(_atoms(text))
        if not 1 < len(atoms) <= _MOST_PIECES:
            return ()
        return self._cut(text, atoms, grammar, closed)

    def _cut(self, text: str, atoms: Sequence[_Atom], grammar: HouseGrammar, closed: Closed) -> Sequence[Piece]:
        pieces: list[Piece] = []
        last: _Fit | None = None
        others, at = -1, 0
        while at < len(atoms):
            fit, taken = self._next(text, atoms, at, grammar, last)
            before = text[others : atoms[at - 1].end] if others >= 0 else ""
            if fit is None or (before and not atoms[at].strong and not closed(before)):
                others = atoms[at].begin if others < 0 else others
                at, last = at + 1, None
                continue
            pieces += [before] if before else []
            pieces.append(fit.step)
            others, at, last = -1, at + taken, fit
        pieces += [text[others:].strip()] if others >= 0 else []
        return pieces if any(isinstance(each, Step) for each in pieces) else ()

    def _next(
        self, text: str, atoms: Sequence[_Atom], at: int, grammar: HouseGrammar, last: _Fit | None
    ) -> tuple[_Fit | None, int]:
        """The order that begins here, and of how many pieces it is."""
        for many in range(min(_TOGETHER, len(atoms) - at), 0, -1):
            order = text[atoms[at].begin : atoms[at + many - 1].end]
            if fit := _fit(grammar, order) or _sparing(grammar, order):
                return fit, many
        said = text[atoms[at].begin : atoms[at].end]
        for tried in _completed(
            said, last, text[atoms[at + 1].begin : atoms[at + 1].end] if at + 1 < len(atoms) else ""
        ):
            if fit := _fit(grammar, tried):
                return fit, 1
        return None, 1

    def _grammar(self, home: Home) -> tuple[HouseGrammar, frozenset[str]]:
        with self._building:
            if self._names != home.names:
                self._names, self._cues, self._grammars = home.names, _SAID_TO_HOUSES | frozenset(_words(home)), {}
            area = self._area()
            if area not in self._grammars:
                self._grammars[area] = HouseGrammar(home, area)
            return self._grammars[area], self._cues


def _words(home: Home) -> Iterator[str]:
    for each in home.called:
        for name in (each.name, *each.aliases):
            words = (word.strip("'s") for word in re.findall(r"[\w']+", spoken_name(name).casefold()))
            yield from (word for word in words if word not in _ANYWHERE)


def _atoms(text: str) -> Iterator[_Atom]:
    begin, strong = 0, True
    for joint in _JOINT.finditer(text):
        if joint.start() > begin:
            yield _Atom(begin, joint.start(), strong)
        begin, strong = joint.end(), joint["strong"] is not None
    if text[begin:].strip(" .,;!?"):
        yield _Atom(begin, len(text), strong)


def _fit(grammar: HouseGrammar, said: str) -> _Fit | None:
    said = grammar.placed(said)
    found = grammar.match(said)
    if found is None:
        return None
    named = next((found.entities[slot] for slot in ("name", "area", "floor") if slot in found.entities), None)
    place = said.casefold().find(str(named.text).strip().casefold()) if named and named.text else -1
    step = step_of(found)
    if not _says_where(found, said):
        if found.intent.name not in _HERE_TOO:
            return None
        if _ALL.search(said):  # Home Assistant's own sentences mean all of the room
            step = replace(step, slots={slot: value for slot, value in step.slots.items() if slot != "area"})
    if place < 0 or named is None:
        verb = _VERB.match(said.strip())
        return _Fit(step, verb[0] if verb else "", "")
    before, behind = said[:place], said[place + len(str(named.text).strip()) :]
    return _Fit(step, _ARTICLE.sub("", before).strip(), behind.strip(" .,!?"))


def _sparing(grammar: HouseGrammar, said: str) -> _Fit | None:
    """ "Everything off except the TV and the hall": all of it, without some. None unless each of these is known."""
    parts = next((found for pattern in _EXCEPT if (found := pattern.match(said.strip(" .,!?")))), None)
    whole = _fit(grammar, parts["whole"]) if parts else None
    if parts is None or whole is None or whole.step.action not in _OF_MANY or "name" in whole.step.slots:
        return None
    spared = [grammar.named(each) for each in _LISTED.split(parts["spared"]) if each.strip()]
    if not spared or not all(spared):
        return None
    return replace(whole, step=replace(whole.step, slots={**whole.step.slots, "except": "; ".join(spared)}))


def _says_where(found: RecognizeResult, said: str) -> bool:
    """Whether a name, a room or all of a kind is said, and not only meant."""
    names = [found.entities[slot] for slot in ("name", "area", "floor") if slot in found.entities]
    spoken = [each for each in names if str(each.text).strip() and str(each.text).strip().casefold() in said.casefold()]
    return bool(spoken) or not names


def _completed(said: str, last: _Fit | None, following: str) -> Iterator[str]:
    """What a piece may be short for, behind another one or before one: "turn on the kitchen and bed lights"."""
    if last is not None and last.step.slots.get("domain") == "light":
        yield _ONE.sub("the lights", said)
    if last is not None:
        for words in (f"{last.before} {said}", f"{last.before} {said} {last.behind}", f"{said} {last.behind}"):
            yield " ".join(words.split())
        if last.before:
            yield f"{last.before.split()[0]} {said}"
    if noun := _NOUN.search(following):
        yield f"{said} {noun[1]}"
