"""Tells what somebody says from what the appliance says, which comes back through its microphone. Pure; English.

What the voice was given is known to the letter, and how much of it can be in a recording is known from the time that
both overlap: nobody speaks more than a few words a second. What is heard is echo when nearly all of its words stand in
that order in what was said, and there was the time to say them. Answers and commands that only share words with it are
none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from rapidfuzz.fuzz import ratio

from services.speech.voice.spoken import speakable

WORDS_A_SECOND = 4.0
"""Spoken at most, on average."""
_EDGE_WORDS = 0.5
"""And parts of words at both ends."""
_SHARE = 0.75
"""Of the words heard, that must stand in what was said…"""
_SPREAD = 1.5
"""…within a stretch at most so many times as long."""
_ALIKE = 80
"""Percent of letters that two words must have in common to be one, where a recogniser heard it through a loudspeaker.
"""
_SHORT = 3
"""Letters of a word that must be heard exactly."""
_FEW = 2
"""So few words are echo only where they are all that was said: else "yes" would be, after "yes or no?"."""

_STOPS = frozenset(
    {
        "stop",
        "stop it",
        "stop that",
        "stop talking",
        "stop speaking",
        "stop now",
        "okay stop",
        "ok stop",
        "please stop",
        "stop please",
        "quiet",
        "be quiet",
        "quiet please",
        "be quiet please",
        "please be quiet",
        "silence",
        "enough",
        "that is enough",
        "that's enough",
        "okay enough",
        "shut up",
        "hush",
    }
)
_SOUNDS_LIKE = 70
"""Percent: so alike a word of its own may be taken for "stop" by a recogniser that expects one."""

STOPS = ("Stop", "Stop it", "Be quiet", "That's enough", "Quiet", "Enough")
"""Shown to a recogniser that listens for them."""


def words(text: str) -> list[str]:
    """As they are compared: numbers as words, without case and punctuation."""
    return re.findall(r"[a-z0-9']+", speakable(text).lower().replace("’", "'"))


def is_echo(heard: str, said: str, *, seconds: float = 3600.0) -> bool:
    """Whether all of what was `heard` is what was `said`, of which at most so many seconds can be in it."""
    echo, voice = words(heard), words(said)
    if not echo or not voice or len(echo) > WORDS_A_SECOND * max(0.0, seconds) + _EDGE_WORDS:
        return False
    if len(echo) <= _FEW:
        return _same(echo, voice) or any(_same(echo, words(sentence)) for sentence in re.split(r"[.!?]+", said))
    first, last, matched = _matched(echo, voice)
    return matched >= _SHARE * len(echo) and last - first <= _SPREAD * len(echo)


def is_stop(heard: str, said: str) -> bool:
    """Whether somebody said "stop", or what means it, and nothing else, and not the appliance itself, which just `said`
    this.
    """
    spoken = words(heard)
    once = spoken[:1] if len(set(spoken)) == 1 else spoken
    if " ".join(once) not in _STOPS:
        return False
    telling = [word for word in once if word not in ("be", "it", "that", "that's", "is", "please", "okay", "ok", "now")]
    return not any(ratio(own, word) >= _SOUNDS_LIKE for own in words(said) for word in telling)


def _one(heard: str, said: str) -> bool:
    """Whether two words are one."""
    return heard == said or (min(len(heard), len(said)) > _SHORT and ratio(heard, said) >= _ALIKE)


def _same(echo: Sequence[str], voice: Sequence[str]) -> bool:
    return len(echo) == len(voice) and all(map(_one, echo, voice))


def _matched(echo: Sequence[str], voice: Sequence[str]) -> tuple[int, int, int]:
    """Where in the voice the echo begins and ends, and how many of its words are there in that order."""
    # Each heard word takes the name of the word said that it stands for, so that an aligner of equal things can be
    # used.
    known = dict.fromkeys(voice)
    named = [next((word for word in known if _one(each, word)), each) for each in echo]
    blocks = [
        block for block in SequenceMatcher(None, named, voice, autojunk=False).get_matching_blocks() if block.size
    ]
    if not blocks:
        return 0, 0, 0
    return blocks[0].b, blocks[-1].b + blocks[-1].size, sum(block.size for block in blocks)
