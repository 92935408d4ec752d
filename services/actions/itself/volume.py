"""How loud the appliance speaks, rings and beeps. Each has a floor below which it would not be heard."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.actions.base import Appliance, Loudness, Refused, Sound
from services.actions.call import Call, Done
from services.actions.wording import NUMBERS

MOST = 100
"""Percent that one may ask for. What there is depends on the appliance."""
_STEP = 10
"""Percent that "louder" adds."""
_SCALE = 10
"""A plain number up to this is one of ten: "volume 4" is 40 percent."""
_SOUNDS: Mapping[Sound, frozenset[str]] = {
    "alarms": frozenset(
        ["alarm", "alarms", "timer", "timers", "reminder", "reminders", "ring", "ringing", "ringer", "ringtone"]
    ),
    "earcons": frozenset(["earcon", "earcons", "beep", "beeps", "beeping", "chime", "chimes", "tone", "tones"]),
    "speech": frozenset(["speech", "voice", "speaking", "talking", "replies", "answers", "speaker"]),
}
_NAMES: Mapping[Sound, str] = {"speech": "Volume", "alarms": "Alarm volume", "earcons": "Beep volume"}
_VERBS: Mapping[Sound, str] = {"speech": "speak", "alarms": "ring", "earcons": "beep"}
_UP = frozenset(("up", "louder", "higher", "more", "add", "increase", "raise"))
_DOWN = frozenset(("down", "quieter", "softer", "lower", "less", "remove", "decrease", "reduce"))
_NUMBER = re.compile(r"(\d{1,4}(?:[.,]\d{1,3})?)")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {
    **{word: count for count, word in enumerate(("zero", *NUMBERS[1:11]))},
    **{word: 10 * tens for tens, word in enumerate(_TENS, 2)},
    "half": 50,
    "hundred": 100,
}


def volume(call: Call) -> Done:
    """Slots: level (of ten, or percent), direction (up, down, to), sound. Without the first two, how loud it is."""
    sound = _sound(call.text("sound"))
    if call.appliance is None or (now := call.appliance.loudness(sound)) is None:
        raise Refused("volume.none", "There is no loudspeaker here to turn up or down")
    level, direction = call.text("level"), call.text("direction").casefold()
    if not level and not direction:
        return Done(f"The {_NAMES[sound].lower()} is at {now.volume} percent")
    wanted = _wanted(level, direction, now.volume)
    new = min(max(wanted, now.floor), now.ceiling)
    return _turned(call.appliance, sound, now, new, wanted)


def _sound(told: str) -> Sound:
    """Of what. Raises Refused for what has no volume of its own."""
    words = set(re.findall(r"[a-z]+", told.casefold()))
    for sound, known in _SOUNDS.items():
        if words & known:
            return sound
    if words:
        raise Refused("volume.sound", "I have a volume for what I say, one for alarms and one for beeps")
    return "speech"


def _wanted(level: str, direction: str, old: int) -> int:
    """Percent, perhaps beyond what there is."""
    told = _percent(level) if level else _STEP
    if told is None or told > MOST:
        raise Refused("volume.level", "How loud, from one to ten?", awaits=True)
    if direction in _UP:
        return old + told
    if direction in _DOWN:
        return old - told
    if not level:
        raise Refused("volume.level", "How loud, from one to ten?", awaits=True)
    return told


def _turned(appliance: Appliance, sound: Sound, now: Loudness, new: int, wanted: int) -> Done:
    said = f"{_NAMES[sound]} {new} percent"
    if wanted < now.floor:
        mute = ". To be left alone, say: mute" if sound == "speech" else ""
        said = f"{said}, the quietest there is{mute}" if new != now.volume else f"That is as quiet as I {_VERBS[sound]}"
    elif new == now.ceiling:
        said = f"{said}, the loudest there is" if new != now.volume else f"That is as loud as I {_VERBS[sound]}"
    return Done(said, after=((lambda: appliance.turn(new, sound)),) if new != now.volume else ())


def _percent(level: str) -> int | None:
    """4 → 40; 50 percent → 50; sixty → 60; 4 percent → 4."""
    words = level.casefold()
    number = _NUMBER.search(words)
    amounts = [_WORDS[word] for word in re.findall(r"[a-z]+", words) if word in _WORDS]
    if number is None and not amounts:
        return None
    value = (
        float(number[1].replace(",", "."))
        if number
        else float(amounts[0] * 100 if amounts[1:] == [100] else sum(amounts))
    )
    of_ten = value <= _SCALE and "percent" not in words and "%" not in words
    return round(value * (100 // _SCALE) if of_ten else value)
