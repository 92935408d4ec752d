"""Money of somebody who is no customer yet: "the Roths paid me, forty", "Weber has paid thirty in cash".

Whoever is no customer is asked about first, and a sum that was paid is nothing else: no length of a timer, no time.
"""

from __future__ import annotations

import re

from services.understanding.base import Command, Step
from services.understanding.names.base import Ambiguous, NameFound
from services.understanding.slots.amounts import amount_of
from services.understanding.stages.base import Understanding
from services.understanding.words import FILLERS, word_set

_SURE = 0.9
_LONGEST = 120
_PAID = re.compile(
    rf"(?:(?:{FILLERS}|by the way)\b[\s,]*)*(?P<many>the )?(?P<who>(?:(?:mr|mrs|ms|dr)\.? )?[^\W\d_][\w-]+)"
    r"(?: have| has|['’]ve|['’]s)?(?: just| already| finally)? paid(?: me| us)?(?: back)?[\s,:]+(?P<sum>[^,.;:?]+?)"
    r"(?: (?:in )?cash| up ?front| in advance| by card| today| just now)*[\s.!]*",
    re.IGNORECASE,
)
_NOBODY = word_set("""i we you he she they it who that this these those somebody someone everybody everyone nobody have
    has not the customer client lady gentleman people all both""")


def unknown_payer(said: Understanding) -> Understanding | None:
    """The payment, for the action to ask whether there is such a customer; None where one is known."""
    found = _PAID.fullmatch(said.text.strip()) if said.told is None and len(said.text) <= _LONGEST else None
    if found is None or found["who"].casefold() in _NOBODY or amount_of(found["sum"]) is None:
        return None
    who = found["who"].removesuffix("s") if found["many"] else found["who"]
    if any(isinstance(said.names.resolve(each, ("customer",)), NameFound | Ambiguous) for each in (who, found["who"])):
        return None
    step = Step("ledger.payment", {"customer": who, "amount": found["sum"]})
    return said.found(Command(said.text, (step,), _SURE, "template"))
