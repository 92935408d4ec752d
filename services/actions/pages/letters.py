"""Measures drawn words and fits them into a width. Loads matplotlib."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

_UNDRAWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def wrapped(words: str, size: float, width: float, *, weight: str = "normal") -> list[str]:
    """In lines that fit, broken at spaces; a word that is too long by itself is cut."""
    lines: list[str] = []
    for word in plain(words).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(fitted(word, size, width, weight=weight))
    return lines


def plain(words: str) -> str:
    """On one line, without what XML 1.0 (section 2.2) can't hold."""
    return " ".join(_UNDRAWN.sub(" ", words).split())


def fitted(words: str, size: float, width: float, *, weight: str = "normal") -> str:
    """On one line of so many inches, cut where it is longer."""
    words = plain(words)
    if width_of(words, size, weight) <= width:
        return words
    cuts = [f"{words[:end].rstrip()}…" for end in range(len(words))]
    return cuts[max(0, bisect_right(cuts, width, key=lambda cut: width_of(cut, size, weight)) - 1)]


_AGG: Any = RendererAgg  # has no types
_RULER = _AGG(72, 72, 72)


def width_of(words: str, size: float, weight: str) -> float:
    """Inches."""
    across, _, _ = _RULER.get_text_width_height_descent(words, FontProperties(size=size, weight=weight), ismath=False)
    return float(across) / 72
