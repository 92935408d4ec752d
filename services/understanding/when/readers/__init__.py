"""What reads each kind of time out of a text: a module for each kind, whose rules give every reading that begins at a
token.

For whoever lets a further way of telling a time be read: write it into the module of its kind, or add a module to
RULES. A rule finds those of other modules by name, through the scanner; none may keep anything of a text beside it.
"""

from __future__ import annotations

from services.understanding.when.readers import (
    clock,
    customs,
    dates,
    hindi,
    holidays,
    lengths,
    moments,
    numbers,
    numeric,
    parts,
    periods,
    ranges,
    repeats,
    subdivisions,
)

RULES = (
    clock,
    customs,
    dates,
    hindi,
    holidays,
    lengths,
    moments,
    numbers,
    numeric,
    parts,
    periods,
    ranges,
    repeats,
    subdivisions,
)
"""The modules whose rules make up the grammar."""
