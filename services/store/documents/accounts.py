"""Customers, and the money that the ledger tells of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from services.store.documents.fields import Currency, Name, Short
from services.store.kinds import Document, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(Document):
    """Whose money the ledger tells of."""

    about: ClassVar[Kind] = Kind(
        "customer",
        nouns=("customer", "client", "account"),
        plural="customers",
        title="name",
        searched=(),
        shared=True,
        spoken="person",
        indexed=True,
        resolved=True,
        unknown="I don't know a customer {}",
        beside=("customer", "client"),
        asked_as=("customer", "client"),
    )

    name: Name


def _taken_back(doc_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The entry that takes another one back (docs/adr/0005-undo-in-the-ledger.md)."""
    kept = {name: fields.get(name, "") for name in ("customer_id", "customer", "currency")}
    return {**kept, "minor": -fields["minor"], "reason": "reversal", "reverses": doc_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry(Document):
    """One movement of money; never changed, and a balance is their sum."""

    about: ClassVar[Kind] = Kind(
        "entry",
        nouns=("ledger entry",),
        plural="ledger entries",
        title="",
        searched=None,
        shared=True,
        spoken="",
        refers={"customer_id": ()},  # it keeps the name beside the id
        asked_by="ledger.history",
        section="Customers",
        reversal=_taken_back,
    )

    customer_id: str
    minor: int
    """Minor units of the currency (cents, paise): positive adds to the customer's balance."""
    currency: Currency
    """XXX, as ISO 4217 has it, where no currency is involved: plain credits."""
    reason: Literal["credit", "debit", "payment", "reversal"]
    customer: Short = ""
    """The customer's name at that time, so that the entry can be read without the customer."""
    reverses: str | None = None
    """Id of the entry that this one takes back."""
