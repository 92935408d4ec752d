"""What is asked and told while a voice is learnt."""

from __future__ import annotations

from device.voiceprints.enrolling import READ_ALOUD

GIVEN_UP = "Then I leave it. No voice was learnt."
_BEGIN = "Please say {count} sentences after me, from where you usually speak."
_NUMBERS = ("one", "two", "three", "four", "five")
_WELL, _FAIRLY = 0.7, 0.55
"""Likeness of each sentence to the others."""


def asked(index: int, *, why: str = "") -> str:
    """The sentence to say, the first behind what this is about; `why` it is asked for again."""
    before = _BEGIN.format(count=_NUMBERS[len(READ_ALOUD) - 1]) if index == 0 and not why else why
    lead = "Once more:" if why else "Say:"
    return f"{before} {lead} {READ_ALOUD[index]}".strip()


def learnt(name: str, likeness: float, alike: str = "") -> str:
    """How good it became. `likeness`: of each sentence to the others; `alike`: who else sounds much like them."""
    well = "well" if likeness >= _WELL else "fairly well" if likeness >= _FAIRLY else "only roughly"
    told = f"I know {name}'s voice now, {well}."
    if likeness < _FAIRLY:
        told += " Learn it again where it is quieter, and I'll know it better."
    if alike:
        told += f" It is much like {alike}'s: I may ask which of you it is."
    return told


def refused(name: str, reasons: str) -> str:
    """Why nothing was kept."""
    return f"I couldn't learn {name}'s voice. {reasons}"
