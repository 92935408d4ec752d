"""The record of a call as a page: only what was measured and said."""

from __future__ import annotations

from services.actions.pages.document import Chart, Report, ReportSection
from services.actions.wording import counted, duration
from services.store.base import CallProposal, CallRecord

_YOU = "You"


def report_of(call: CallRecord) -> Report:
    """The page of a call."""
    parts = (
        ReportSection("Talk", chart=_talk(call)),
        ReportSection(
            "Commitments",
            ("Who", "What", "When", "Becomes", ""),
            tuple((each.who, each.what, each.when, each.becomes, each.state) for each in call.proposals),
        ),
        _lines("Questions left open", call.questions),
        _lines("Objections", call.objections),
        _lines("Numbers and dates", call.figures),
        ReportSection(
            "What was said",
            ("At", "Who", "Words"),
            tuple((_clock(line.start_s), _side(line.by, call), line.text) for line in call.transcript),
        ),
    )
    return Report(f"Call with {call.who}", told_of(call), tuple(part for part in parts if part.rows or part.chart))


def told_of(call: CallRecord) -> tuple[str, ...]:
    """What is said of a call, in sentences."""
    told = []
    if call.ended is not None:
        lasted = duration(round((call.ended - call.started).total_seconds() / 60) * 60 or 60)
        planned = f", {duration(60 * call.planned_minutes)} were planned" if call.planned_minutes else ""
        told.append(f"It took {lasted}{planned}.")
    if call.status == "broken_off":
        told.append("It was broken off, for I was stopped in the middle of it.")
    if both := call.owner.talk_s + call.other.talk_s:
        told.append(f"You spoke {100 * call.owner.talk_s / both:.0f} percent of the time.")
    told += [f"{counted(len(call.questions), 'question').capitalize()} stayed open."] if call.questions else []
    told += [
        f"There {'was' if len(call.objections) == 1 else 'were'} {counted(len(call.objections), 'objection')}."
    ] * bool(call.objections)
    return tuple(told)


def proposal_told(proposal: CallProposal) -> str:
    """You send the quote, by Friday; Tom Henderson calls back: as it is read out."""
    who = "you" if proposal.by == "owner" else proposal.who
    when = f", {proposal.when}" if proposal.when else ""
    return f"{who}: {proposal.what}{when}"


def _talk(call: CallRecord) -> Chart | None:
    sides = ((_YOU, call.owner.talk_s), (call.who, call.other.talk_s))
    if not any(seconds for _, seconds in sides):
        return None
    return Chart("Talk", "bars", tuple(name for name, _ in sides), tuple(round(each) for _, each in sides), unit="s")


def _lines(title: str, lines: tuple[str, ...]) -> ReportSection:
    return ReportSection(title, ("",), tuple((line,) for line in lines))


def _side(by: str, call: CallRecord) -> str:
    return _YOU if by == "owner" else call.who


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
