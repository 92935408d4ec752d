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
from services.understanding.conversation.people import person
from services.understanding.names.base import Entity
from services.understanding.names.sexes import may_be
from services.understanding.stages.base import Understanding
from services.understanding.stages.people.money_words import Marked, marked, spoken_of
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import word_set

_SURE = 0.95
_PRONOUN = re.compile(r"\b(?:she|her|he|him|his)\b", re.IGNORECASE)
_MAYBE = 0.7
_MOST_WORDS = 24
_NO_BOOKING = word_set("""if unless until when whether not never n't doesn't didn't don't hasn't won't isn't can't
    should would could will 'll might may must shall wants want wanted promised promises says said say thinks
    thought hopes
    remind reminder note task tell ask message text send email invite meeting appointment timer alarm list shopping
    tomorrow later who what how why where did does do was were going gonna says ask asked asks minutes minute hours
    hour o'clock percent people kilos""")
_IT = r"(?:enter|book|record|note|put|write|add|log|register|credit|charge|debit)"
_TAB = r"(?:account|tab|bill|slate|book|balance|invoice)"
_PAID = re.compile(
    r"\bWHO(?: 's| 've| has| have| had)?(?: [a-z]+){0,3}? (?:paid|gave|given|handed|dropped|put|brought|transferred"
    r"|wired"
    r"|settled|left|slipped|deposited|returned|repaid|remitted|reimbursed|pays|coughed|forked|shelled)(?: [^ ]+){0,5}?"
    r"(?: ,)? SUM\b"
    r"|\bSUM(?: [a-z]+){0,3}? (?:came|come|arrived|landed|went|got) (?:in|here|through|today|this)\b"
    r"|\b(?:got|received|collected|took|had|have)(?: [a-z]+){0,2} SUM(?: [a-z]+){0,4} (?:from|off) WHO\b"
    r"|\bSUM (?:in )?(?:cash )?(?:from|off) WHO\b"
)
_OWES = re.compile(
    r"\bWHO (?:now |also |still )?(?:owes|owe)(?: (?:me|us))?(?: (?:another|a further|an extra|about))? SUM\b"
    r"|\b(?:i|we)(?: 've| have| just| also)* (?:paid|covered|laid out|advanced|lent|spent|bought|fronted)"
    r"(?: [^ ]+){1,12}? SUM\b(?=.*\b(?:WHO|that|it|top)\b)|\b(?:i|we)(?: 've| have| just| also)* (?:lent"
    r"|advanced) WHO SUM\b"
    rf"|\bSUM\b.*\b(?:on|onto|to|against) (?:WHO 's|WHO|the|that) {_TAB}\b"
    rf"|\b(?:on|onto) (?:WHO 's|WHO|the|that) {_TAB}\b.* SUM\b"
)
_MINE = re.compile(
    r"^(?:[a-z]+ )*(?:i|we)(?: 've| have| just| also)* (?:paid|covered|laid out|advanced|spent|bought|fronted)\b"
)
_LEAD = (
    r"(?:(?:and|also|oh|ah|no|nope|sorry|wait|so|then|plus|actually|hang on|hold on|i mean|i meant|please)(?: ,)? )*"
)
_MORE = re.compile(
    rf"{_LEAD}(?:(?:{_IT}|make that) )?(?:another |a further |an extra )?SUM(?: (?:more|extra|on top|again))?"
    r"(?: (?:for|from|in|on) [^,]{1,40})?"
)
_ADDS = re.compile(r"\b(?:another|further|extra|more|on top|again)\b", re.IGNORECASE)
_NO = re.compile(r"(?:no|nope|sorry|wait|not (?:him|her|them))\b", re.IGNORECASE)
_INSTEAD = re.compile(
    r"(?:(?:no|nope|sorry|wait|actually|oh|ah|oops|i mean|i meant|hang on|hold on|my mistake)(?: ,)? )*"
    r"(?:(?:make|call) (?:it|that)|(?:it|that) (?:was|is|should be|should have been|must be)"
    r"|it 's|that 's|(?<=, )(?:rather )?)"
    r" ?(?:only |just |actually )?SUM(?: (?:,? ?not SUM|instead(?: of SUM)?|rather(?: than SUM)?))?"
)
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
_STILL_ASKS = re.compile(rf"{_LEAD}(?:what about |how about )?WHO{_CROWD}(?: now| then)?")


def money_told(said: Understanding) -> Understanding | None:
    """A payment, a charge or a balance, told in a sentence that no pattern of accounts.py has."""
    seen = marked(said)
    if seen is None or seen.names > 1 or len(seen.text.split()) > _MOST_WORDS:
        return None
    last = said.conversation.last
    behind = last is not None and VOCABULARY[last.steps[-1].action].family in ("ledger", "customer")
    return said.found(
        (_behind(said, seen, last) if behind and last is not None else None)
        or (None if said.text.rstrip().endswith("?") else _booked(said, seen, behind=behind))
    )


def _behind(said: Understanding, seen: Marked, last: Command) -> Command | None:
    """What goes on from the account just spoken of."""
    step = last.steps[-1]
    if _asks(said, seen):
        return _command(said, seen, "ledger.balance", {}, _SURE)
    if not VOCABULARY[step.action].writes or "amount" not in step.slots:
        return None
    if len(seen.sums) == 1 and not seen.names and _MORE.fullmatch(seen.text) and _ADDS.search(said.text):
        return _command(said, seen, step.action, {"amount": _ADDS.sub("", seen.sums[0]).strip()}, _SURE)
    if seen.sums and not seen.names and said.conversation.done and _INSTEAD.fullmatch(seen.text):
        slots = {**step.slots, "amount": seen.sums[0]}
        return instead(with_step(last, len(last.steps) - 1, replace(step, slots=slots)), said.conversation)
    same_one = any(each.id == ref.id for each in seen.customers for ref in step.references)
    if seen.names and not same_one and not seen.sums and _SAME.fullmatch(seen.text):
        return _command(said, seen, step.action, {"amount": step.slots["amount"]}, _SURE)
    return None


def _asks(said: Understanding, seen: Marked) -> bool:
    """Whether the balance is asked for: "so where is he now", "and Weiss?"."""
    if (seen.names or spoken_of(said)) and _WHERE.fullmatch(seen.text):
        return True
    last = said.conversation.last
    asked = last is not None and last.steps[-1].action == "ledger.balance" and len(seen.text.split()) > 1
    return bool(seen.names and (asked or said.text.rstrip().endswith("?")) and _STILL_ASKS.fullmatch(seen.text))


def _booked(said: Understanding, seen: Marked, *, behind: bool) -> Command | None:
    if len(seen.sums) != 1 or _NO_BOOKING & set(seen.text.split()):
        return None
    owes = _OWES.search(seen.text)
    action = "ledger.debit" if owes else "ledger.payment" if _PAID.search(seen.text) else ""
    if not action or (seen.pointed and _MINE.search(seen.text) and not owes):
        return None
    if not seen.names and not (behind and spoken_of(said)) and not (seen.pointed and said.conversation.customer):
        return None
    sure = _SURE if seen.names or spoken_of(said) else _MAYBE
    command = _command(said, seen, action, {"amount": seen.sums[0]}, sure)
    last = said.conversation.last
    rather = _NO.match(said.text) and behind and last is not None and VOCABULARY[last.steps[-1].action].writes
    return instead(command, said.conversation) if rather else command  # "no, Krüger paid fifty"


def _command(said: Understanding, seen: Marked, action: str, slots: dict[str, Slot], sure: float) -> Command:
    """The step, of the customer named, else of the one spoken of."""
    whom: Entity | Mention | None = seen.customers[0] if len(seen.customers) == 1 else None
    if not seen.names:
        pronoun = _PRONOUN.search(said.text)
        pointed = person(said.conversation, pronoun.group(), ("customer",)) if pronoun else None
        focus = said.conversation.customer
        fits = focus is None or pronoun is None or may_be(pronoun.group(), focus.name)
        whom = focus if fits else pointed
    named = whom.name if whom else seen.words
    references = (Reference("customer", seen.words, "customer", whom.name, whom.id, "context"),) if whom else ()
    step = Step(action, {"customer": named, **slots} if named else slots, references=references)
    return Command(said.text, (step,), sure, "template")
