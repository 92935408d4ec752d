"""What there is only one of under its name, however many devices it is made on at the same time."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from services.store.base import Customer, TodoList, Transaction, natural_id

D = TypeVar("D", TodoList, Customer)


def made(tx: Transaction, document: D) -> D:
    """Keep a new list or customer, under the id that it has by its name on every device; a fresh one where something
    else has that,
    having been called so once. Raises DocumentInvalid."""
    doc_id = natural_id(document.kind, document.name)
    return tx.add(document) if tx.get(type(document), doc_id) else tx.keep(replace(document, id=doc_id))
