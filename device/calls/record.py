"""The record of a call in the store: begun with the call, written with every commitment, closed at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from services.calls.base import (
    CallEnded,
    CallEvent,
    CallSegment,
    CallSummary,
    Commitment,
    Promised,
    SegmentHeard,
    SideMeasured,
)
from services.store.base import CallLine, CallProposal, CallRecord, CallSide, Customer, DocumentStore

_MOST_LINES = 5_000
"""Segments of a transcript; three hours of talk have fewer."""
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of a call when it begins."""

    who: str
    began: datetime
    planned_minutes: float = 0.0
    transcript: bool = False
    """Whether what is said is kept, too."""


class Recording:
    """Writes one call into the store. What it has taken when the process is killed, the next start finds."""

    def __init__(self, store: DocumentStore, opening: Opening) -> None:
        self._store, self._opening = store, opening
        self._lines: list[CallLine] = []
        customers = [each for each in store.find(Customer) if each.name.casefold() == opening.who.casefold()]
        with self._store.transaction("a call", now=opening.began, undoable=False) as tx:
            self._record = tx.add(
                CallRecord(
                    who=opening.who,
                    customer_id=customers[0].id if customers else None,
                    started=opening.began,
                    planned_minutes=opening.planned_minutes,
                )
            )

    @property
    def id(self) -> str:
        """Of the record."""
        return self._record.id

    def take(self, event: CallEvent) -> None:
        """Keep what an event tells: a commitment at once, the rest at the end. Raises what a commit may raise."""
        match event:
            case SegmentHeard(segment) if self._opening.transcript and len(self._lines) < _MOST_LINES:
                self._lines.append(_line(segment))
            case Promised(at_s, index, commitment):
                known = list(self._record.proposals)
                known[index : index + 1] = [proposal(commitment)]
                self._put(replace(self._record, proposals=tuple(known)), at_s)
            case CallEnded(at_s, summary):
                self._put(replace(self._summarized(summary), status="ended", ended=self._at(at_s)), at_s)

    def _summarized(self, summary: CallSummary) -> CallRecord:
        measured = summary.measured
        return replace(
            self._record,
            proposals=tuple(proposal(each) for each in summary.commitments),
            owner=_side(measured.owner),
            other=_side(measured.other),
            silence_s=measured.silence_s,
            overlap_s=measured.overlap_s,
            questions=tuple(each.text[:_LONGEST] for each in summary.open_questions),
            objections=tuple(each.words[:_LONGEST] for each in summary.objections),
            figures=tuple(dict.fromkeys(words[:_LONGEST] for _, words in summary.figures)),
            transcript=tuple(self._lines),
        )

    def _put(self, record: CallRecord, at_s: float) -> None:
        with self._store.transaction("a call", now=self._at(at_s), undoable=False) as tx:
            self._record = tx.put(record)

    def _at(self, at_s: float) -> datetime:
        return self._opening.began + timedelta(seconds=at_s)


def proposal(commitment: Commitment) -> CallProposal:
    """What is proposed for a commitment."""
    return CallProposal(
        by=commitment.by,
        who=commitment.who,
        what=commitment.what[:_LONGEST],
        when=commitment.when[:200],
        due=commitment.due,
        whole_day=commitment.whole_day,
        becomes=commitment.kind,
    )


def close_broken(store: DocumentStore, now: datetime) -> Sequence[CallRecord]:
    """Mark the calls that were going on when the process ended, at the start of the next one. Which these were."""
    left = store.find(CallRecord, lambda fields: fields.get("status") == "going_on")
    if left:
        with store.transaction("calls broken off", now=now, undoable=False) as tx:
            left = [tx.put(replace(each, status="broken_off")) for each in left]
    return left


def forget_calls(store: DocumentStore, *, before: datetime) -> int:
    """Delete what is older, as all words are; how many there were."""
    old = [each for each in store.find(CallRecord) if each.started < before and each.status != "going_on"]
    if old:
        with store.transaction("old calls", undoable=False) as tx:
            for each in old:
                tx.remove(each)
    return len(old)


def _line(segment: CallSegment) -> CallLine:
    return CallLine(by=segment.side, start_s=max(0.0, segment.start_s), text=segment.text[:20_000])


def _side(measured: SideMeasured) -> CallSide:
    told = asdict(measured)
    return CallSide(**{name: told[name] for name in told if name not in ("share", "pace")})
