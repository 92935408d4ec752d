"""How loud the appliance speaks."""

from __future__ import annotations

import re

from services.actions.base import Appliance, Refused
from services.actions.call import Call, Done

FLOOR = 10
"""Percent. Below, a reply could not be heard any more, and nobody would know why; to be silent there is mute."""
CEILING = 100
_STEP = 10
"""Percent that "louder" adds."""
_SCALE = 10
"""A plain number up to this is one of ten: "volume 4" is 40 percent."""
_UP = frozenset(("up", "louder", "higher", "more", "add", "increase", "raise"))
_DOWN = frozenset(("down", "quieter", "softer", "lower", "less", "remove", "decrease", "reduce"))
_NUMBER = re.compile(r"(\d{1,4}(?:[.,]\d{1,3})?)")
_WORDS = {
    **{word: count for count, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])},
    **{word: 10 * tens for tens, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)},
    "half": 50,
    "hundred": 100,
}


def volume(call: Call) -> Done:
    """Slots: level (of ten, or percent), direction (up, down, to). Without either, how loud it is."""
    if call.appliance is None or (old := call.appliance.volume) is None:
        raise Refused("volume.none", "There is no loudspeaker here to turn up or down")
    level, direction = call.text("level"), call.text("direction").casefold()
    if not level and not direction:
        return Done(f"The volume is at {old} percent")
    wanted = _wanted(level, direction, old)
    new = min(max(wanted, FLOOR), CEILING)
    return _turned(call.appliance, old, new, wanted)


def _wanted(level: str, direction: str, old: int) -> int:
    """Percent, perhaps beyond what there is."""
    told = _percent(level) if level else _STEP
    if told is None or told > CEILING:
        raise Refused("volume.level", "How loud, from one to ten?", awaits=True)
    if direction in _UP:
        return old + told
    if direction in _DOWN:
        return old - told
    if not level:
        raise Refused("volume.level", "How loud, from one to ten?", awaits=True)
    return told


def _turned(appliance: Appliance, old: int, new: int, wanted: int) -> Done:
    said = f"Volume {new} percent"
    if wanted < FLOOR:
        said = f"{said}, the quietest there is. To be left alone, say: mute" if new != old else "That is as quiet as I speak"
    elif new == CEILING:
        said = f"{said}, the loudest there is" if new != old else "That is as loud as I speak"
    return Done(said, after=((lambda: appliance.turn(new)),) if new != old else ())


def _percent(level: str) -> int | None:
    """4 → 40; 50 percent → 50; sixty → 60; 4 percent → 4."""
    words = level.casefold()
    number = _NUMBER.search(words)
    amounts = [_WORDS[word] for word in re.findall(r"[a-z]+", words) if word in _WORDS]
    if number is None and not amounts:
        return None
    value = float(number[1].replace(",", ".")) if number else float(amounts[0] * 100 if amounts[1:] == [100] else sum(amounts))
    of_ten = value <= _SCALE and "percent" not in words and "%" not in words
    return round(value * (100 // _SCALE) if of_ten else value)
