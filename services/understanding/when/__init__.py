"""Time expressions in a sentence: where they are and what they mean.

For whoever has a text and wants its times: `find(text, now)`; what only a conversation can place ("the day before") is
for `find_offset` and `apply`. From outside import what stands here, and of the words `words.lexicon`; the rest is its
own affair.

A text goes through `words` (tokens) to `readers` (rules that give every reading which begins at a token, kept by
`grammar`); the longest wins (`finder`). A reading is one of `values`, which resolves itself against now; what words
leave open is settled by the house rules (`house.House`).
"""

from __future__ import annotations

from services.understanding.base import Found
from services.understanding.when.finder import find
from services.understanding.when.house import House
from services.understanding.when.offsets import Offset, apply, find_offset
from services.understanding.when.values.country import warm_up

__all__ = ["Found", "House", "Offset", "apply", "find", "find_offset", "warm_up"]
