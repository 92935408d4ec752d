"""JSON: every document as the store has it, to be read by other programs or imported again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from services.exchange.base import MOST, EntryNotUnderstood, Incoming, Read, TooMuch
from services.store.base import Document, Reader
from services.store.base import kinds as known_kinds

FORMAT = 1


def written(reader: Reader, kinds: Collection[str], now: datetime) -> str:
    """{"equerry": 1, "exported": …, "documents": {kind: [{"id": …, …}]}}, the oldest first."""
    documents = {
        kind: [
            {"id": id_, **row}
            for id_, row in sorted(reader.rows(document).items(), key=lambda each: (each[1]["created"], each[0]))
        ]
        for kind, document in known_kinds().items()
        if kind in kinds
    }
    whole = {
        "equerry": FORMAT,
        "exported": now.isoformat(timespec="seconds"),
        "documents": {k: d for k, d in documents.items() if d},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def read(text: str, path: Path) -> Read:
    """What `written` wrote; fields that this program does not know are left aside. Raises EntryNotUnderstood,
    TooMuch.
    """
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise EntryNotUnderstood(path=path, where=f"line {error.lineno}", reason=error.msg) from error
    except RecursionError as error:
        raise EntryNotUnderstood(path=path, where="line 1", reason="it is nested too deeply") from error
    documents = whole.get("documents") if isinstance(whole, dict) and whole.get("equerry") == FORMAT else None
    if not isinstance(documents, dict):
        raise EntryNotUnderstood(
            path=path, where="line 1", reason='it is no export of ours: {"equerry": 1, "documents": …}'
        )
    incoming: list[Incoming] = []
    for kind, rows in documents.items():
        document = known_kinds().get(kind)
        if document is None or not isinstance(rows, list):
            raise EntryNotUnderstood(path=path, where=f"documents.{kind}"[:60], reason="there is no such kind")
        incoming += [_incoming(document, row, f"documents.{kind}[{index}]", path) for index, row in enumerate(rows)]
    if len(incoming) > MOST:
        raise TooMuch(path=path, most=f"{MOST} documents")
    return Read(tuple(incoming))


def _incoming(kind: type[Document], row: Any, where: str, path: Path) -> Incoming:
    if not isinstance(row, Mapping) or not isinstance(row.get("id"), str) or not 0 < len(row["id"]) <= 64:
        raise EntryNotUnderstood(path=path, where=where, reason="it has no id")
    known = {each.name for each in fields(kind)}
    try:
        return Incoming(kind(**{name: value for name, value in row.items() if name in known}), where)
    except TypeError as error:  # a field without which there is no such document
        raise EntryNotUnderstood(path=path, where=where, reason=str(error).partition(") ")[2] or str(error)) from error
