"""Waves: a few devices first, then more, so that what is wrong is seen at few. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TypeVar

from device.fleet.errors import WavesWrong

T = TypeVar("T")

_SIZE = re.compile(r"\s*(\d{1,6})\s*(%?)\s*")


def waves(said: str, of: Sequence[T]) -> list[list[T]]:
    """Cut as said, in order: "1,5,25%" is one, then five, then a quarter of all, rounded up, then all that is left.
    Raises WavesWrong.
    """
    found, left = [], list(of)
    for size in (_size(each, len(of), said) for each in said.split(",")):
        if left:
            found.append(left[:size])
            left = left[size:]
    return [*found, left] if left else found


def _size(word: str, total: int, said: str) -> int:
    told = _SIZE.fullmatch(word)
    if told is None or int(told[1]) == 0 or (told[2] and int(told[1]) > 100):
        raise WavesWrong(said=said)
    return math.ceil(total * int(told[1]) / 100) if told[2] else int(told[1])
