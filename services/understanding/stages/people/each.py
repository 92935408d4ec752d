"""A price said for one of several: "two tables, six hundred each" is twelve hundred."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import VOCABULARY, Step
from services.understanding.slots.amounts import amount_of, number_of
from services.understanding.stages.base import Understanding

_MOST = 1_000
"""Things of one price; more is a sum that was heard as a count."""
_APIECE = r"(?: (?:euros?|dollars?|pounds?|rupees?|francs?|bucks?))?,? (?:each|apiece|a piece|per piece|per head)\b"
_COUNT = r"\b(?P<count>\w+) (?P<things>(?!euros?\b|dollars?\b|hundred\b|thousand\b)[a-z][\w'’ -]{1,40}?)"


def each_of_them(said: Understanding) -> Understanding:
    """The command with what all of them come to."""
    steps = tuple(_for_all(said.text, step) for step in said.command.steps)
    return said if steps == said.command.steps else replace(said, command=replace(said.command, steps=steps))


def _for_all(text: str, step: Step) -> Step:
    one = step.slots.get("amount")
    if VOCABULARY[step.action].family != "ledger" or not isinstance(one, str):
        return step
    price = re.escape(one)
    each = re.compile(rf"{_COUNT}[,;:]?(?: at| for| of| they're| it's)? (?:at )?{price}{_APIECE}", re.IGNORECASE)
    told = (each.match(text, word.start()) for word in re.finditer(r"\w+", text))
    counts = [count for found in told if found and (count := number_of(found["count"])) is not None]
    amount = amount_of(one)
    if len(counts) != 1 or amount is None or not 1 < counts[0] <= _MOST or counts[0] % 1:
        return step
    currency = f" {amount.currency}" if amount.currency else ""
    return replace(step, slots={**step.slots, "amount": f"{counts[0] * amount.value:f}{currency}"})
