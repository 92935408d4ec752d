"""Keeps what Whisper makes up from being executed.

Trained on subtitles, Whisper answers silence, noise and music with what stood there: "Thank you for watching", "you",
"[Music]", or one phrase over and over. A clearly spoken "thank you" or "no" is told apart by how sure the model was.
"""

from __future__ import annotations

import re
from typing import Literal

Reason = Literal["silence", "phrase", "loop", "improbable"]

_NEVER_SAID = re.compile(
    r"thanks?( you)?( (so|very) much)? for (watching|listening)( everyone| everybody)?$|(please )?(like and"
    r" )?subscribe|"
    r"see you (in the )?next (time|video)|(subtitles?|subtitled|captions?|captioned|transcribed) by|amara\.? ?org|www\."
)
"""Said in subtitles, not to an appliance."""

_OFTEN_IMAGINED = re.compile(
    r"you|thanks|thank you( very| so)?( much)?|(bye )?bye|goodbye|okay|all right|hello|hi|peace|the"
    r" end|music|applause|laughter|silence|"
    r"[ou]h|u[hm]|h?mm+|ah|ha|huh|shh|yeah|so|well|what|the|and|but|i|a|it|(i'm )?sorry|oh my god|i don't"
    r" know|(beep(ing)?\W*)+"
)
"""Short texts Whisper puts out for noise, but that may be meant: believed only when the model was sure."""

_NOISES = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♪♫♩♬]+|<[^>]*>|\.{2,}|…")

_SURE = 0.6
_HARDLY_SPEECH = 0.6
_IMPROBABLE = 0.22
_MORE_LIKELY_SILENCE = 0.25
"""By how much no-speech exceeds confidence. tiny.en gives noise and music 0.1 to 0.4 confidence and 0.6 to 0.95
no-speech, single spoken words 0.3 to 0.9 and 0.1 to 0.7.
"""


def spoken(text: str) -> str:
    """The text without described noises: "[Music] (sighs) yes ♪" becomes "yes"; empty when nothing is left but
    punctuation.
    """
    kept = " ".join(_NOISES.sub(" ", text).split())
    return kept if re.search(r"\w", kept) else ""


def reason_to_drop(text: str, *, confidence: float, no_speech: float) -> Reason | None:
    """Why this text should not be believed, None if it may be. `confidence` and `no_speech` are 0…1 as in Segment."""
    said = " ".join(re.findall(r"[\w'.]+", spoken(text).lower())).strip(". ")
    imagined = _OFTEN_IMAGINED.fullmatch(said) and (confidence < _SURE or no_speech > _HARDLY_SPEECH)
    rules: tuple[tuple[Reason, bool], ...] = (
        ("silence", not said),
        ("loop", loops(said)),
        ("phrase", bool(imagined or _NEVER_SAID.match(said))),
        ("silence", no_speech - confidence > _MORE_LIKELY_SILENCE),
        ("improbable", confidence < _IMPROBABLE),
    )
    return next((reason for reason, holds in rules if holds), None)


def loops(text: str) -> bool:
    """Whether the text goes round in circles: one word six times running, two or three words four times, longer runs
    three times, or letters within a word. Digits may repeat ("one zero zero zero").
    """
    said = re.findall(r"[\w']+", text.lower())
    return any(_runs(said, length) >= _allowed(length) for length in range(1, len(said) // 3 + 1)) or bool(
        re.search(r"([^\W\d]{1,4}?)\1{6,}", text.lower())
    )


def _allowed(length: int) -> int:
    return 6 if length == 1 else 4 if length <= 3 else 3


def _runs(said: list[str], length: int) -> int:
    """How often `length` words follow themselves at most."""
    longest = same = 0
    for here, there in zip(said, said[length:], strict=False):
        same = same + 1 if here == there else 0
        longest = max(longest, same)
    return 1 + longest // length
