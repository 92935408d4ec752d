"""Time expressions in a sentence: where they are and what they mean.

`find(text, now)` reads the text with a small grammar, one module a concept: tokens → clock, lengths, dates, periods, holidays →
times (pieces told together) → ranges, repeats; each rule gives every reading that begins at a token (`grammar`), the longest wins.
A reading is a value that resolves itself against now (`values`, `within`, `moments`); what words leave open is settled by the
house rules (`house.House`).
"""

from __future__ import annotations

from services.understanding.when.finder import find
from services.understanding.when.found import Found
from services.understanding.when.house import House

__all__ = ["Found", "House", "find"]
