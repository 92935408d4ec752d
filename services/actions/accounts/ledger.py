"""The ledger of customers: balance, credit, debit, payment, history.

Entries are only ever added, and a balance is their sum; undo adds an entry that takes one back
(docs/adr/0005-undo-in-the-ledger.md).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Literal, NamedTuple

from services.actions.accounts.money import CREDITS, MOST, Money, exact, said, standing, totals
from services.actions.accounts.statement import StatementLine, statements
from services.actions.base import Refused, Unanswered, required
from services.actions.call import Action, Call, Done, family
from services.actions.people.known import EVERYONE, known
from services.actions.times import span
from services.actions.wording import counted, listed, paged, proper
from services.actions.wording import told as sentences
from services.store.base import Customer, LedgerEntry

Reason = Literal["credit", "debit", "payment"]

_READ_ALOUD = 3
_OWING_ALOUD = 5
"""Customers told of at once: who has not paid is wanted whole."""
_WHOLE = frozenset(
    ("the whole balance", "the balance", "the lot", "the whole lot", "everything", "it all", "all of it")
)
"""Amounts that are what is owed."""
_HALF = "half the balance"
_BOUND = re.compile(
    r"\b(?:(?P<more>more than|over|above|at least)|(?P<less>less than|under|below)) (?P<sum>[^,.?!]+)", re.IGNORECASE
)
_LARGE = 10_000_000
"""Major units (dollars, rupees); more at once is probably misheard."""
_TAKES_OFF = re.compile(r"\b(?:take|knock|get|took|knocked)\b.{1,40}\boff\b", re.IGNORECASE)
"""Said of somebody who owes, it makes the debt less."""
_MINUS = re.compile(r"(?<![\w-])[-−–]\s?[^\w\s]?\d|\b(?:minus|negative)\s+\w", re.IGNORECASE)


class _Kind(NamedTuple):
    """A kind of entry: its sign, the question before it, the reply, and its name in a statement."""

    sign: int
    ask: str
    done: str
    noun: str


_KINDS: Mapping[str, _Kind] = {
    "credit": _Kind(1, "Credit {money} to {name}", "{money} credited to {name}", "credit of {}"),
    "debit": _Kind(-1, "Charge {money} to {name}", "{money} charged to {name}", "charge of {}"),
    "payment": _Kind(1, "Book {money} as paid by {name}", "{money} booked as paid by {name}", "payment of {}"),
    "reversal": _Kind(1, "", "", "correction of {}"),
}


def balance(call: Call) -> Done:
    """Slots: customer. Without one, who owes and who has credit."""
    if not call.names("customer"):
        return overview(call)
    customers = known(call, "customer", Customer)
    told = [standing(each.name, list(totals(entries_of(call, each)).values())) for each in customers]
    return Done(". ".join(told), about=tuple(customers))


def history(call: Call) -> Done:
    """Slots: customer, when. The last entries, and the balance after them."""
    customer = _the_customer(call)
    found = call.found("when")
    sheets = statements(entries_of(call, customer), span(found) if found else None)
    lines = sorted(
        (line for sheet in sheets for line in sheet.told), key=lambda line: (line.at, line.entry.id), reverse=True
    )
    when = f" {proper(call.text('when'))}" if found else ""
    if not lines:
        return Done(f"{customer.name} has no entries{when}", about=(customer,))
    head = f"{customer.name} has {counted(len(lines), 'entry', 'entries')}{when}"
    told = paged(head, [_told(call, line) for line in lines[:_READ_ALOUD]], len(lines), "last")
    closing = standing(customer.name, [sheet.closing for sheet in sheets if sheet.lines or sheet.closing.minor])
    return Done(f"{told}. {closing}{' after that' if found else ''}", about=(customer,))


def overview(call: Call) -> Done:
    """Who owes, the most first, and how much together; who has credit, unless a bound or the most was asked for."""
    by_customer: dict[str, Counter[str]] = {}
    for fields in call.tx.rows(LedgerEntry).values():
        by_customer.setdefault(fields["customer_id"], Counter())[fields["currency"]] += fields["minor"]
    sums = {id_: [Money(minor, currency) for currency, minor in held.items()] for id_, held in by_customer.items()}
    open_ones = [(each, sums.get(each.id, [])) for each in call.tx.find(Customer)]
    owing = sorted(((each, held) for each, held in open_ones if _least(held) < 0), key=lambda one: _least(one[1]))
    having = [(each, held) for each, held in open_ones if _least(held) >= 0 and any(money.minor for money in held)]
    if not owing and not having:
        return Done("Every balance is zero" if open_ones else "You have no customers yet")
    if owing and re.search(r"\bmost\b", call.said, re.IGNORECASE):
        most, held = owing[0]
        return Done(f"{standing(most.name, held)}, the most of all", about=(most,))
    if bound := _bound(call):
        owing, having = [one for one in owing if bound(-_least(one[1]))], []
        if not owing:
            return Done("Nobody owes that")
    told = [_several(owing, "owes", "owe")] if owing else []
    if len(owing) > 1:
        together: Counter[str] = Counter()
        for _, held in owing:
            together.update({money.currency: money.minor for money in held if money.minor < 0})
        told.append(f"Together {listed([said(Money(minor, currency)) for currency, minor in together.items()])}")
    told += [_several(having, "has credit", "have credit")] if having else []
    return Done(sentences(told), about=tuple(each for each, _ in [*owing, *having][:_OWING_ALOUD]))


def _bound(call: Call) -> Callable[[Decimal], bool] | None:
    """Whether a sum is more, or less, than what was said; None where nothing was."""
    found = _BOUND.search(call.said)
    words = found["sum"].split() if found else []
    told = next(filter(None, (call.read_amount(" ".join(words[:end])) for end in range(len(words), 0, -1))), None)
    if found is None or told is None:  # "more than five thousand at the moment"
        return None
    value = told.value
    return (lambda owed: owed > value) if found["more"] else (lambda owed: owed < value)


def entries_of(call: Call, customer: Customer) -> list[LedgerEntry]:
    """Oldest first."""
    return call.tx.find(LedgerEntry, lambda fields: fields["customer_id"] == customer.id)


def book(reason: Reason, call: Call) -> Done:
    """Slots: customer, amount, currency. A debit takes off the balance, which is owed below zero; the others add."""
    kind = _KINDS[reason]
    customers = _customers(call)
    if reason == "debit" and _TAKES_OFF.search(call.said) and all(_owes(call, each) for each in customers):
        reason, kind = "credit", _KINDS["credit"]
    booked = [(each, _amount(call, each, kind)) for each in customers]
    names = listed([each.name for each in customers])
    made = []
    for customer, money in booked:
        entry = LedgerEntry(
            customer_id=customer.id,
            customer=customer.name,
            minor=kind.sign * money.minor,
            currency=money.currency,
            reason=reason,
        )
        made.append(call.tx.add(entry))
    money = booked[0][1]
    same = len({each for _, each in booked}) == 1
    each_one = " each" if len(customers) > 1 else ""
    done = kind.done.format(money=f"{said(money)}{each_one}", name=names)
    if not same:  # their own currencies
        done = ". ".join(kind.done.format(money=said(each), name=customer.name) for customer, each in booked)
    after = [
        standing(customer.name, list(totals(entries_of(call, customer)).values()))
        for customer in customers[:_READ_ALOUD]
    ]
    return Done(f"{done}. {'. '.join(after)}", done, tuple(made), about=tuple(customers))


_REASONS: Sequence[Reason] = ("credit", "debit", "payment")
ACTIONS: Mapping[str, Action] = {
    **family("ledger", balance, history),
    **{f"ledger.{reason}": partial(book, reason) for reason in _REASONS},
}


def _customers(call: Call) -> list[Customer]:
    required(call.names("customer"), "ledger.no_customer", "For which customer?")
    if any(words.casefold() in EVERYONE for words in call.names("customer")):
        customers = call.tx.find(Customer)
        if not customers:
            raise Refused("customer.none", "You have no customers yet")
        call.confirm(f"Book that for all {counted(len(customers), 'customer')}?")
        return customers
    return known(call, "customer", Customer)


def _the_customer(call: Call) -> Customer:
    if call.names("customer"):
        return known(call, "customer", Customer)[0]
    customers = call.tx.find(Customer)
    if len(customers) != 1:
        ask = "Of which customer?" if customers else "You have no customers yet"
        raise Refused("ledger.no_customer", ask, awaits=bool(customers))
    return customers[0]


def _amount(call: Call, customer: Customer, kind: _Kind) -> Money:
    """The amount, in its currency. Raises Unanswered where it is none, Unconfirmed where it is hardly meant."""
    words = call.text("amount")
    if words.casefold() in _WHOLE:
        return _owed(call, customer)
    if words.casefold() == _HALF:
        return _half(_owed(call, customer))
    told = call.read_amount(words) if words else None
    if told is None:
        heard = f"I didn't understand how much: “{words}”. " if words else ""
        raise Unanswered("ledger.amount", f"{heard}How much?")
    if told.value == 0:
        raise Unanswered("ledger.zero", "Zero changes nothing. How much?")
    currency = told.currency or _currency(call, customer)
    money = exact(told.value, currency)
    if money is None:
        raise Unanswered("ledger.too_fine", f"{words} is finer than the smallest coin. How much?")
    if money.minor > MOST:
        raise Unanswered("ledger.too_much", "That is more than I can book. How much?")
    asked = kind.ask.format(money=said(money), name=customer.name)
    if _MINUS.search(f"{words} {call.said}"):
        call.confirm(f"I heard a minus. {asked}?")
    if told.value >= _LARGE:
        call.confirm(f"{asked}? That is a lot")
    return money


def _owes(call: Call, customer: Customer) -> bool:
    return any(money.minor < 0 for money in totals(entries_of(call, customer)).values())


def _owed(call: Call, customer: Customer) -> Money:
    """All that a customer owes. Raises Refused where that is nothing, Unanswered where it is in several currencies."""
    open_ones = [money for money in totals(entries_of(call, customer)).values() if money.minor < 0]
    if not open_ones:
        raise Refused("ledger.nothing_owed", f"{customer.name} owes nothing")
    if len(open_ones) > 1:
        raise Unanswered("ledger.amount", f"{standing(customer.name, open_ones)}. How much?")
    return Money(-open_ones[0].minor, open_ones[0].currency)


def _half(owed: Money) -> Money:
    """Half of it. Raises Unanswered where that is finer than the smallest coin."""
    if owed.minor % 2:
        raise Unanswered("ledger.amount", f"Half of {said(owed)} is finer than the smallest coin. How much?")
    return Money(owed.minor // 2, owed.currency)


def _currency(call: Call, customer: Customer) -> str:
    """The currency said; else the customer's only one, that of the settings, the customer's last, or plain credits."""
    if words := call.text("currency"):
        told = call.read_amount(f"1 {words}")
        if told is None or told.currency is None:
            raise Unanswered("ledger.currency", f"I don't know the currency “{words}”. In which currency?")
        return told.currency
    used = [entry.currency for entry in entries_of(call, customer)]
    return used[-1] if used and (len(set(used)) == 1 or not call.currency) else call.currency or CREDITS


def _least(sums: Sequence[Money]) -> Decimal:
    return min((money.major for money in sums), default=Decimal(0))


def _several(customers: Sequence[tuple[Customer, Sequence[Money]]], one: str, more: str) -> str:
    told = [
        f"{each.name}, {listed([said(money) for money in sums if money.minor])}"
        for each, sums in customers[:_OWING_ALOUD]
    ]
    return paged(f"{counted(len(customers), 'customer')} {one if len(customers) == 1 else more}", told, len(customers))


def _told(call: Call, line: StatementLine) -> str:
    """yesterday, payment of 500 rupees."""
    money = Money(line.entry.minor, line.entry.currency)
    what = _KINDS[line.entry.reason].noun.format(said(money))
    return f"{call.say(line.at, whole_day=True)}, {what}{', taken back' if line.taken_back else ''}"
