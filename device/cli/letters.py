"""Terminals that do not know all letters: in a locale other than UTF-8 each sign gives way to the nearest there is."""

from __future__ import annotations

import codecs
import io
import sys

_NAME = "equerry.nearest"
_NEAREST = {
    "✓": "+", "✗": "x", "–": "-", "—": "-", "−": "-", "→": "->", "▶": ">", "…": "...",
    "·": "-", "“": '"', "”": '"', "‘": "'", "’": "'",
    "×": "x", "°": " deg", "│": "|", "─": "-", "━": "=", "●": "*", "○": "o", "◐": "*", "‼": "!!",
}  # fmt: skip


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_NEAREST.get(letter, "?") for letter in error.object[error.start : error.end]), error.end


def bear_all_letters() -> None:
    """From now on nothing that is printed can't be."""
    codecs.register_error(_NAME, _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
            stream.reconfigure(errors=_NAME)
