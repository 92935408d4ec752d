"""Which of several: the first, the last, the second last, the third to last, the penultimate."""

from __future__ import annotations

from services.understanding.when.grammar import Reader

_NEXT_TO_LAST = ("penultimate", "next to last", "last but one")


def ordinal_at(r: Reader, i: int) -> tuple[int, int] | None:
    """(n, index after); negative counts from the end."""
    word = r.word(i)
    penultimate = r.after(i, *_NEXT_TO_LAST) if word in ("penultimate", "next", "last") else None
    if penultimate:
        return -2, penultimate
    if word in ("last", "final"):
        return -1, i + 1
    token = r.at(i)
    if not token.ordinal or token.number is None:
        return None
    from_end = r.after(i + 1, "last", "to last", "- to - last", "to the last", "- last")
    return (-token.number, from_end) if from_end else (token.number, i + 1)
