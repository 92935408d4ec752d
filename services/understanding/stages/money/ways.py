"""Which way money goes that is told beside other things, by the words of its clauses: "adler took plates, that's ninety
more" is charged, "give them fifty as goodwill" credited, "twenty of that she's given me already" paid.

The clause with the sum says it, else an order beside it ("put that on"), else what else is told. Pure; the text has
its sums and customers as marks (marks.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.understanding.words import FILLERS, word_set

TAB = r"(?:account|tab|bill|slate|book|balance|invoice)"
_ON_WHAT = rf"(?: WHO(?: 's {TAB})?| (?:the|that|this) {TAB}| there| it)?"
_IT = r"(?:it|that|this|the lot|the amount)"
_LEAD = rf"(?:(?:{FILLERS}|but|please|just|rather|can you|could you|would you|let us|let's)(?: ,)? )*"
_MUCH = r"(?:SUM|(?:another|a further|an extra|the|about) SUM)"
_GIVES = (
    r"(?:paid|gave|given|handed|dropped|put|brought|sent|transferred|wired|settled|left|slipped|deposited|returned"
    r"|repaid|remitted|reimbursed|pays|pay|coughed|forked|shelled)"
)
_HAVING = r"(?: 's| 've| has| have| had| just| now| already| also| finally| only| all)*"
_CREDIT = re.compile(
    rf"\b(?:credit(?:ed)?|goodwill|discount|rebate|refund(?:ed)?|deduct|subtract|compensation)\b"
    rf"|\bSUM (?:[a-z]+ )?off(?=$| (?:for|as|because|since|it|that|this|then|please|now|again|too|the {TAB})\b)"
    rf"|\b(?:knock|take) off {_MUCH}$"
)
_WE_PAID = re.compile(rf"^{_LEAD}(?:(?:i|we)(?: 've| have| just| also| already)* )?paid WHO (?:back )?{_MUCH}\b")
""" "Paid him two hundred": not by him."""
_OWED = re.compile(r"\b(?:i|we)(?: still| also)* owe WHO SUM\b")
_DEBIT = re.compile(
    rf"\b(?:charge|bill|debit|invoice)\b(?: [^ ]+){{0,4}}? SUM\b"
    rf"|(?<!had )(?<!has )(?<!have )(?<!got )\bSUM(?: [a-z]+){{0,2}} (?:on|onto|against){_ON_WHAT}$"
    rf"|\bput(?: [a-z]+)? (?:[a-z]+ )?SUM (?:on|onto|to|against|down for) (?:WHO|the {TAB})\b"
    rf"|^{_LEAD}{_MUCH}(?: more| extra)? for WHO$"
    r"|\bWHO (?:(?:now|also|still) )*(?:owes|owe)(?: (?:me|us))?(?: (?:another|a further|an extra|about))? SUM\b"
    r"|\b(?:i|we)(?: 've| have| just| also)* (?:lent|advanced) WHO SUM\b"
)
_ON_A_TAB = re.compile(
    rf"\bSUM\b.*\b(?:on|onto|to|against) (?:WHO 's|WHO|the|that) {TAB}\b"
    rf"|\b(?:on|onto) (?:WHO 's|WHO|the|that) {TAB}\b.* SUM\b"
)
_CAME_TO = re.compile(r"\bWHO 's (?:[a-z]+ ){1,3}(?:comes|came) to SUM\b")
_LAID_OUT = re.compile(
    r"\b(?:i|we)(?: 've| have| just| also)* (?:paid|covered|laid out|advanced|lent|spent|bought|fronted)"
    r"(?: [^ ]+){1,12}? SUM\b(?=.*\b(?:WHO|that|it|top)\b)"
)
""" "I've paid the courier eighteen, put it on theirs"."""
_MINE = re.compile(
    r"^(?:[a-z]+ )*(?:i|we)(?: 've| have| just| also)* (?:paid|covered|laid out|advanced|spent|bought|fronted)\b"
)
_PAID = re.compile(
    rf"\bWHO(?: [a-z]+){{0,3}}?{_HAVING}(?: [a-z]+){{0,3}}? {_GIVES}(?: [^ ]+){{0,5}}? SUM\b"
    r"|\bSUM(?: [a-z]+){0,3} (?:came|come|arrived|landed|went|got) (?:in|here|through|today|this|from)\b"
    r"|\b(?:got|received|collected|took|had|have)(?: [a-z]+){0,2} SUM(?: [a-z]+){0,4} (?:from|off) WHO\b"
    rf"|\bSUM (?:in )?(?:cash )?(?:from|off) WHO\b(?! 's {TAB})"
    rf"|^{_LEAD}(?:(?:just|already|finally) )?{_GIVES}(?: (?:me|us))? SUM\b"
    rf"|\b{_GIVES}(?: (?:me|us))? {_MUCH} of (?:it|that|this)\b"
    rf"|\bSUM(?: of (?:it|that|this|which))?(?: that| which)? WHO{_HAVING} {_GIVES}\b"
    r"|\bhere (?:is|are|'s|comes?) SUM\b|\b(?:came|here|round|by|up|in) with SUM\b"
    r"|\bSUM(?: [a-z]+)? (?:(?:in )?cash|by card|by transfer|by cheque)\b"
)
_GOODS = re.compile(
    rf"\bWHO{_HAVING} (?:took|takes?|taken|had(?! to\b)|bought|buys?|got|gets|ordered|orders?|collected"
    r"|fetched|picked up)\b"
)
""" "Adler took two boxes of plates": what they cost stands beside it."""
_NOT_PAID = re.compile(r"\bunpaid\b|\b(?:not|n't|never|nothing)(?: yet| been)* paid\b|\bstill to pay\b|\bpays? later\b")
_GAVE_IT = re.compile(rf"\bWHO{_HAVING} {_GIVES}(?: (?:me|us))? {_IT}\b")
_PAID_FOR = re.compile(rf"\bWHO{_HAVING} {_GIVES} (?:(?:me|us|the|WHO)\b)")
_BARE = re.compile(
    rf"{_LEAD}(?:(?:that|it) (?:is|was)|that 's|it 's|is|makes|for|at|costs?)? ?{_MUCH}"
    r"(?: (?:more|extra|altogether|in all|now|then|again|please))*"
)
_ON = re.compile(
    rf"{_LEAD}(?:(?:put|stick|chalk|write|add|book) (?:the|a|an|WHO 's) (?:[a-z]+ ){{1,4}}?(?:on|onto|to)"
    rf" (?:WHO 's|the) {TAB}|(?:put|stick|chalk|write|add) {_IT}(?: down)? (?:on|onto|to|against|down for)"
    rf"(?: (?:to )?WHO(?: 's {TAB})?| the {TAB}| there| top)?|charge (?:WHO )?(?:for )?{_IT}(?: to WHO)?"
    rf"|(?:(?:it|that) )?(?:goes|can go|has to go|should go|to go) on(?: to)?(?: WHO(?: 's {TAB})?| the {TAB})?)"
    r"(?: too| as well| instead| then)*"
)
_TO_GO_ON = re.compile(r"\b(?:to go|goes|go|should go) on\b")
_OFF = re.compile(
    rf"{_LEAD}(?:(?:take|knock) {_IT} off(?: WHO(?: 's {TAB})?| the {TAB}| there)?|credit (?:WHO )?{_IT}(?: to WHO)?)"
)
_IN = re.compile(
    rf"{_LEAD}(?:put|book|enter|log|record|note|register|write) {_IT}(?: in| down| up)?"
    r"(?P<whom> (?:for|from|as paid by) WHO)?(?: please| too| as well| then)*"
)
_NEVER = word_set("if unless until when whether maybe perhaps what how why where")
"""With one of these in any clause it is planned, wondered or asked."""
_NO_MONEY = word_set("minutes minute hours hour o'clock percent people kilos tomorrow later")
"""With one of these the clause of the sum is about another one, or about what is to come."""
_NO_BOOKING = word_set("""not never n't doesn't didn't don't hasn't won't isn't can't should would could will 'll might
    may must shall wants want wanted promised promises says said say thinks thought hopes remind reminder note task
    tell ask message text send email invite meeting appointment timer alarm list shopping did does do was were going
    gonna asked asks""")
"""The same in the clause of the sum, where nothing beside it orders that it be booked."""
_ASKS = re.compile(rf"{_LEAD}(?:what|which|how|who|where|why|do|does|did|has|have|(?:is|are)(?! (?:[a-z]+ )?SUM))\b")
_BOOKED_SO = rf"(?:{_IT}(?: (?:in|on|onto|down|up|off|to|against|too|please)\b.*)?$|(?:{_IT} )?(?:{_MUCH})\b)"
_OTHER_ORDER = re.compile(
    rf"{_LEAD}(?:(?:remind|tell|text|message|send|ask|call|ring|set|start|stop|move|push|shift|cancel|delete|create"
    rf"|schedule|invite|new)\b|(?:note|make|book|add|put|write|log)\b(?! {_BOOKED_SO}))"
)


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking that was told."""

    action: str
    ordered: bool
    """It was said that it shall be booked, not only what happened."""
    guessed: bool = False
    """It may be no booking at all: "Ebner's new lock came to 62"."""


def way(text: str, *, pointed: bool) -> Booking | None:
    """Which action books the one sum of the text; None where that is not clear."""
    parts = re.split(r" [,.](?: |$)", text)
    money = [each for each in parts if "SUM" in each.split()]
    others = [each for each in parts if each not in money]
    if len(money) != 1 or money[0].split().count("SUM") != 1 or not _may_be(parts, money[0]):
        return None
    ordered = _order(others)
    if not ordered and _NO_BOOKING & set(_NOT_PAID.sub("", money[0]).split()):
        return None
    if pointed and _MINE.search(text) and not (ordered or _DEBIT.search(text) or _ON_A_TAB.search(text)):
        return None
    action = _of_clause(money[0]) or (ordered if ordered != _BOOKS else "") or _of_all(text, money[0], others)
    if not action and not ordered and _CAME_TO.search(money[0]):
        return Booking("ledger.debit", ordered=False, guessed=True)
    return Booking(action or "ledger.payment", bool(ordered)) if action or ordered else None


def _may_be(parts: list[str], money: str) -> bool:
    """Whether nothing says that it is planned, asked, another order or no money."""
    words = {word for each in parts for word in each.split()}
    if _NEVER & words or _NO_MONEY & set(money.split()):
        return False
    return not any(is_other(each) for each in parts)


def is_other(clause: str) -> bool:
    """Whether a clause asks, or orders something that is no booking."""
    return bool(_ASKS.match(clause) or (_OTHER_ORDER.match(clause) and not _ON.fullmatch(clause)))


_BOOKS = "books"
"""Only that it shall be booked, not how."""


def _order(others: list[str]) -> str:
    for each in others:
        if _ON.fullmatch(each):
            return "ledger.debit"
        if _OFF.fullmatch(each):
            return "ledger.credit"
        if found := _IN.fullmatch(each):
            return "ledger.payment" if found["whom"] else _BOOKS
    return ""


def _of_clause(clause: str) -> str:
    if _CREDIT.search(clause) or _OWED.search(clause):
        return "ledger.credit"
    if _DEBIT.search(clause) or _ON_A_TAB.search(clause) or _WE_PAID.search(clause):
        return "ledger.debit"
    return "ledger.payment" if _PAID.search(clause) else ""


def _of_all(text: str, money: str, others: list[str]) -> str:
    beside = " , ".join(others)
    if others and _BARE.fullmatch(money) and re.search(r"\bfor WHO$", others[-1]):
        return "ledger.debit"  # "first lesson for her, thirty two"
    if _LAID_OUT.search(text) or _ON_A_TAB.search(text) or _TO_GO_ON.search(beside):
        return "ledger.debit"
    if _GOODS.search(text) and (_NOT_PAID.search(text) or _BARE.fullmatch(money) or re.search(r"\bfor SUM\b", money)):
        return "ledger.debit"
    paid = _GAVE_IT.search(beside) or (_PAID_FOR.search(beside) and _BARE.fullmatch(money))
    return "ledger.payment" if paid else ""
