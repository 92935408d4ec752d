"""Turn entries in the journal: written, read, asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any, get_args

from services.insight.base import KIND, Result, Summary, Targets, TurnEntry
from services.insight.summary import sum_up
from services.store.base import Journal, JournalEntry

_RESULTS: tuple[str, ...] = get_args(Result)


def fields_of(entry: TurnEntry) -> dict[str, Any]:
    """For the journal, which has the time beside them; what is empty is left out."""
    fields: dict[str, Any] = {
        "client": entry.client,
        "result": entry.result,
        "source": entry.source,
        "text": entry.text,
        "heard": entry.heard if entry.heard is None else round(entry.heard, 3),
        "understood": round(entry.understood, 3),
        "actions": list(entry.actions),
        "code": entry.code,
        "stages": {stage: round(seconds, 4) for stage, seconds in (entry.stages or {}).items()},
        "total": entry.total if entry.total is None else round(entry.total, 4),
        "first": entry.first,
        "near_misses": entry.near_misses or None,
        "who": entry.who,
        "sureness": entry.sureness if entry.sureness is None else round(entry.sureness, 3),
    }
    return {name: value for name, value in fields.items() if value is not None and value not in ([], {})}


def entry_of(at: datetime, fields: Mapping[str, Any]) -> TurnEntry | None:
    """What was kept; fields that a newer program wrote are left out. None for a result that this one does not know."""
    if fields.get("result") not in _RESULTS:
        return None
    return TurnEntry(
        at,
        str(fields.get("client", "")),
        fields["result"],
        str(fields.get("source", "none")),
        fields.get("text"),
        fields.get("heard"),
        float(fields.get("understood", 0.0)),
        tuple(fields.get("actions", ())),
        fields.get("code"),
        dict(fields.get("stages", {})),
        fields.get("total"),
        fields.get("first"),
        int(fields.get("near_misses", 0)),
        fields.get("who"),
        fields.get("sureness"),
    )


def entries_of(rows: Iterable[JournalEntry]) -> list[TurnEntry]:
    """Of the journal's entries of our kind."""
    return [entry for row in rows if (entry := entry_of(row.at, row.fields)) is not None]


class JournalInsight:
    """Past turns, from the journal (services.insight.base.Insight)."""

    def __init__(self, journal: Journal, targets: Targets) -> None:
        self._journal = journal
        self._targets = targets

    def between(self, since: datetime | None, until: datetime | None, zone: tzinfo) -> Summary:
        return sum_up(entries_of(self._journal.rows(KIND, since=since, until=until)), self._targets, zone)
