"""Time expressions in a sentence: where they are and what they mean.

`find(text, now)` reads the text with a small grammar, one module a concept: tokens → clock, lengths, dates, periods, holidays →
times (pieces told together) → ranges, repeats; each rule gives every reading that begins at a token (`grammar`), the longest wins.
A reading is a value that resolves itself against now (`values`, `within`, `moments`); what words leave open is settled by the
house rules (`house.House`). What is told from a time that only the conversation knows ("the day before") is for `find_offset`.
"""

from __future__ import annotations

from services.understanding.when.country import warm_up
from services.understanding.when.finder import find
from services.understanding.when.found import Found
from services.understanding.when.hindi_words import hindi_number
from services.understanding.when.house import House
from services.understanding.when.offsets import Offset, apply, find_offset

__all__ = ["Found", "House", "Offset", "apply", "find", "find_offset", "hindi_number", "warm_up"]
