"""Money told in passing: who gave or owes how much is read by the verb and the sum, whatever stands between them.

"Oh nice, she just gave me a tenner", "five thousand came in this morning", "and twenty more". Only of a customer who is
named, pointed at, or was spoken of last; what is planned, wondered or reported of others is none.
"""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.changes import instead, with_step
from services.understanding.conversation.memory import Mention
from services.understanding.conversation.people import in_focus
from services.understanding.names.base import Entity
from services.understanding.stages.base import Understanding
from services.understanding.stages.money.marks import Marked, marked, spoken_of
from services.understanding.stages.money.right import right_customer, right_sum
from services.understanding.stages.money.standing import asks_standing
from services.understanding.stages.money.ways import way
from services.understanding.vocabulary import VOCABULARY

_SURE = 0.95
_MAYBE = 0.7
_MOST_WORDS = 24
_IT = r"(?:enter|book|record|note|put|write|add|log|register|credit|charge|debit)"
_LEAD = (
    r"(?:(?:and|also|oh|ah|no|nope|sorry|wait|so|then|plus|actually|hang on|hold on|i mean|i meant|please)(?: ,)? )*"
)
_MORE = re.compile(
    rf"{_LEAD}(?:(?:{_IT}|make that) )?(?:another |a further |an extra )?SUM(?: (?:more|extra|on top|again))?"
    r"(?: (?:for|from|in|on) [^,]{1,40})?"
)
_ADDS = re.compile(r"\b(?:another|further|extra|more|on top|again)\b", re.IGNORECASE)
_NO = re.compile(r"(?:no|nope|sorry|wait|not (?:him|her|them))\b", re.IGNORECASE)
_SAME = re.compile(
    rf"{_LEAD}(?:WHO (?:gets |paid |has |pays |owes )?(?:the same|likewise)(?: amount| again| too)?"
    r"|(?:the )?same (?:for|from|to|on) WHO"
    r"|WHO (?:too|as well|also))"
)
_WHERE = re.compile(
    rf"{_LEAD}(?:now|WHO (?:now|then|at the moment|these days)"
    r"|WHO (?:'s|'re|is|are) (?:now |then )?at SUM(?: now| then| again)?"
    r"|(?:what|how much)(?: is| 's)? (?:still )?(?:remains?|remaining|left over|still open there|left to pay"
    r"|the remainder)"
    r"(?: to (?:pay|be paid))?(?: then| now| there)?|what does (?:it|that) (?:come to|amount to|bring WHO to) now"
    r"|(?:is|are) WHO (?:now )?at SUM(?: now| then)?)"
)
_CROWD = r"(?: (?:gentlemen|people|lot|guys|folks|lads|ladies|crowd|bunch|boys|girls|family|team|brothers|themselves))?"
_AND_SOMEBODY = re.compile(r"\bWHO and [a-z]+(?= [,.]|$)|\b[a-z]+ and WHO(?! ['a-z])")
""" "Credit 100 to Rahul and Karo": somebody beside whom nobody knows."""
_STILL_ASKS = re.compile(rf"{_LEAD}(?:what about |how about )?WHO{_CROWD}(?: now| then)?")


def money_goes_on(said: Understanding) -> Understanding | None:
    """What goes on from the account that was spoken of just now."""
    last = said.conversation.last
    if said.told or said.conversation.customer is None or not (last is None or _is_account(last)):
        return None
    if last and (better := _of_the_other(said, last)):
        return said.found(better)
    seen = _seen(said)
    if seen is None:
        return None
    found = _behind(said, seen, last) if last else None
    return said.found(found or (None if said.text.rstrip().endswith("?") else _booked(said, seen, behind=True)))


def money_told(said: Understanding) -> Understanding | None:
    """A payment, a charge or a balance, told in a sentence that no pattern of accounts.py has."""
    seen = _seen(said)
    if seen is None:
        return None
    last = said.conversation.last
    if last and (other := _of_another(said, seen, last)):
        return said.found(other)
    pointed = seen.pointed and spoken_of(said) is not None
    if asks_standing(seen.text, behind=False, meant=bool(seen.names) or pointed):
        return said.found(_command(said, seen, "ledger.balance", {}, _SURE))
    plain = said.read_plainly(said.text)
    if said.text.rstrip().endswith("?") or (plain.source == "template" and _is_account(plain)):
        return None  # a sentence of ours has it
    return said.found(_booked(said, seen, behind=False))


def _seen(said: Understanding) -> Marked | None:
    seen = marked(said)
    return seen if seen and seen.names < 2 and len(seen.text.split()) <= _MOST_WORDS else None


def _is_account(command: Command) -> bool:
    return bool(command.steps) and VOCABULARY[command.steps[-1].action].family in ("ledger", "customer")


def _behind(said: Understanding, seen: Marked, last: Command) -> Command | None:
    step = last.steps[-1]
    if _asks(said, seen):
        return _command(said, seen, "ledger.balance", {}, _SURE)
    if not VOCABULARY[step.action].writes or "amount" not in step.slots:
        return None
    if better := _put_right(said, seen, last):
        return better
    if len(seen.sums) == 1 and not seen.names and _MORE.fullmatch(seen.text) and _ADDS.search(said.text):
        return _command(said, seen, step.action, {"amount": _ADDS.sub("", seen.sums[0]).strip()}, _SURE)
    return None


def _of_another(said: Understanding, seen: Marked, last: Command) -> Command | None:
    """The last command for another customer: "Weiss the same", "and Weiss?"."""
    step = last.steps[-1]
    same_one = any(each.id == ref.id for each in seen.customers for ref in step.references)
    if not seen.names or same_one or seen.sums or not _is_account(last):
        return None
    if VOCABULARY[step.action].writes and "amount" in step.slots and _SAME.fullmatch(seen.text):
        return _command(said, seen, step.action, {"amount": step.slots["amount"]}, _SURE)
    asked = step.action == "ledger.balance" and len(seen.text.split()) > 1
    asks = (asked or said.text.rstrip().endswith("?")) and _STILL_ASKS.fullmatch(seen.text)
    return _command(said, seen, "ledger.balance", {}, _SURE) if asks else None


def _of_the_other(said: Understanding, last: Command) -> Command | None:
    """The last booking, of another customer: "no sorry, that was Sundermann, not Pohl"."""
    seen, step = marked(said), last.steps[-1]
    meant = right_customer(seen) if seen and said.conversation.done and "amount" in step.slots else None
    if seen is None or meant is None or not any(ref.id == seen.each[1].id for ref in step.references):
        return None
    references = (Reference("customer", meant.name, "customer", meant.name, meant.id, "exact"),)
    better = replace(step, slots={**step.slots, "customer": meant.name}, references=references)
    return instead(with_step(last, len(last.steps) - 1, better), said.conversation)


def _put_right(said: Understanding, seen: Marked, last: Command) -> Command | None:
    """The last booking with another sum: "four thousand eight hundred, sorry, I misread it"."""
    step = last.steps[-1]
    if seen.names or not said.conversation.done or said.text.rstrip().endswith("?"):
        return None
    amount = right_sum(seen)
    if not amount:
        return None
    better = replace(step, slots={**step.slots, "amount": amount})
    return instead(with_step(last, len(last.steps) - 1, better), said.conversation)


def _asks(said: Understanding, seen: Marked) -> bool:
    """Whether the balance is asked for: "so where is he now"."""
    if not seen.names and not spoken_of(said):
        return False
    asks = said.text.rstrip().endswith("?")
    return bool(_WHERE.fullmatch(seen.text)) or asks_standing(seen.text, behind=True, meant=True, asks=asks)


def _booked(said: Understanding, seen: Marked, *, behind: bool) -> Command | None:
    told = way(seen.text, pointed=seen.pointed) if len(seen.sums) == 1 else None
    if told is None or _AND_SOMEBODY.search(seen.text):
        return None
    known = spoken_of(said) is not None
    pointed = seen.pointed and said.conversation.customer is not None
    if not seen.names and not (known and (behind or told.ordered)) and not pointed:
        return None
    last = said.conversation.last
    if last is None and not seen.names and not told.ordered and not seen.pointed:
        return None
    sure = _SURE if (seen.names or known) and not told.guessed else _MAYBE
    command = _command(said, seen, told.action, {"amount": seen.sums[0]}, sure)
    rather = _NO.match(said.text) and behind and last is not None and VOCABULARY[last.steps[-1].action].writes
    return instead(command, said.conversation) if rather else command  # "no, Krüger paid fifty"


def _command(said: Understanding, seen: Marked, action: str, slots: dict[str, Slot], sure: float) -> Command:
    """The step, of the customer named, else of the one pointed at or spoken of."""
    whom: Entity | Mention | None = seen.customers[0] if len(seen.customers) == 1 else None
    if not seen.names:
        whom = in_focus(said.conversation, said.text)
    named = whom.name if whom else seen.words
    references = (Reference("customer", seen.words, "customer", whom.name, whom.id, "context"),) if whom else ()
    step = Step(action, {"customer": named, **slots} if named else slots, references=references)
    return Command(said.text, (step,), sure, "template")
