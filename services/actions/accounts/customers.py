"""Customers: create, query, focus. Their money is in ledger.py."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from services.actions.accounts.ledger import entries_of, overview
from services.actions.accounts.money import standing, totals
from services.actions.base import Refused, required
from services.actions.call import Call, Done, family
from services.actions.people.known import bare_name, known, titled
from services.actions.selection import made
from services.actions.wording import counted, listed, spoken
from services.store.base import Customer

_READ_ALOUD = 8
_SAME_NAME = 90.0
"""rapidfuzz ratio from which two names may be two spellings of one."""
_ABOUT_MONEY = frozenset(
    (
        *("owe", "owes", "owed", "owing", "debt", "debts", "credit", "balance", "paid", "pay", "settled", "behind"),
        *("arrears", "outstanding", "open", "unpaid", "together", "altogether", "total"),
        *("second", "third", "next", "over", "above", "under", "below", "more", "less", "least"),
    )
)


def create(call: Call) -> Done:
    """Slots: name. Asks where there is a similar one."""
    name = required(
        titled(bare_name(spoken(call.text("name")), Customer)) if call.text("name") else "",
        "customer.no_name",
        "What is the customer's name?",
    )
    customers = call.tx.find(Customer)
    near = max(customers, key=lambda each: fuzz.ratio(each.name.casefold(), name.casefold()), default=None)
    if near and near.name.casefold() == name.casefold():
        raise Refused("customer.exists", f"There is a customer {near.name} already")
    if near and fuzz.ratio(near.name.casefold(), name.casefold()) >= _SAME_NAME:
        call.confirm(f"There is a customer {near.name} already. Shall I add {name} too?")
    customer = made(call.tx, Customer(name=name))
    return Done(f"Customer added: {name}", f"customer added: {name}", (customer,))


def query(call: Call) -> Done:
    """Slots: name. Without one, who they are, or who owes, if that is what was asked."""
    if call.names("name"):
        return _standing(call)
    if _ABOUT_MONEY & set(re.findall(r"[a-z]+", call.said.casefold())):
        return overview(call)
    customers = sorted(call.tx.find(Customer), key=lambda each: each.name.casefold())
    if not customers:
        return Done("You have no customers yet")
    more = f", and {len(customers) - _READ_ALOUD} more" if len(customers) > _READ_ALOUD else ""
    names = [each.name for each in customers[:_READ_ALOUD]]
    told = f"{', '.join(names)}{more}" if more else listed(names)
    return Done(f"You have {counted(len(customers), 'customer')}: {told}", about=tuple(customers[:_READ_ALOUD]))


def focus(call: Call) -> Done:
    """Slots: name. The conversation then remembers the customer: "add 100 credit" needs no name."""
    required(call.names("name"), "customer.no_name", "Which customer?")
    return _standing(call)


ACTIONS = family("customer", create, query, focus)


def _standing(call: Call) -> Done:
    customers = known(call, "name", Customer)
    told = [standing(each.name, list(totals(entries_of(call, each)).values())) for each in customers]
    return Done(". ".join(told), about=tuple(customers))
