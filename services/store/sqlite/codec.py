"""Documents ↔ stored fields, validated both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from services.store.base import DocumentInvalid
from services.store.kinds import Document, kinds

Fields = dict[str, Any]
D = TypeVar("D", bound=Document)

_adapters: dict[type[Document], TypeAdapter[Any]] = {}
"""Made on first use: each takes a millisecond."""


def _adapter(kind: type[Document]) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def validated(document: D) -> D:
    """The same document, its values checked and brought into their normal form. Raises DocumentInvalid."""
    return _parsed(type(document), asdict(document))


def encode(document: Document) -> Fields:
    """What is stored of a validated document: JSON values, without the id, which is the row's key."""
    fields: Fields = _adapter(type(document)).dump_python(document, mode="json")
    del fields["id"]
    return fields


def decode(kind: type[D], doc_id: str, fields: Mapping[str, Any]) -> D:
    """A stored document as its dataclass; fields this program does not know are left aside. Raises DocumentInvalid."""
    return _parsed(kind, {**fields, "id": doc_id})


def completed(kind: str, doc_id: str, fields: Mapping[str, Any]) -> Fields:
    """The stored fields, with what is missing of its kind as by default. Raises DocumentInvalid."""
    if kind not in kinds():
        raise DocumentInvalid(kind=kind, reason="there is no such kind")
    return {**encode(decode(kinds()[kind], doc_id, fields)), **fields}


def _parsed(kind: type[D], values: Mapping[str, Any]) -> D:
    try:
        return cast(D, _adapter(kind).validate_python(values))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DocumentInvalid(kind=kind.kind, reason=f"{where}: {first['msg']}") from error
