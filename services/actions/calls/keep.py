"""What was promised on a call becomes tasks, meetings and reminders, once the owner says so; or is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.actions.base import Refused, Unanswered
from services.actions.call import Call, Done
from services.actions.calls.page import proposal_told
from services.actions.calls.which import calls_with, meant
from services.actions.times import alarm, deadline
from services.actions.wording import counted, enumerated, listed
from services.store.base import CallProposal, CallRecord, Document, Meeting, Reminder, Task
from services.understanding.base import Found

_READ_ALOUD = 5
_HOUR = timedelta(hours=1)


def keep(call: Call) -> Done:
    """Slots: which (all, the first and the third, the quote), name (whose call), direction (remove: drop them; through:
    ask for each; later: decide on none). Of the latest call that has proposals to be decided. Raises Refused,
    Unanswered.
    """
    record = _undecided(call)
    places = [index for index, each in enumerate(record.proposals) if each.state == "proposed"]
    open_ = [record.proposals[place] for place in places]
    direction = call.text("direction")
    if direction == "later":
        return Done(f"All right. {_waiting(len(open_))}", about=(record,))
    chosen = _chosen(open_, call.text("which"), through="through" in direction)
    dropped = "remove" in direction
    made = [] if dropped else [_made(call, record, open_[index]) for index in chosen]
    proposals = list(record.proposals)
    for index in chosen:
        proposals[places[index]] = replace(open_[index], state="dropped" if dropped else "kept")
    record = call.tx.put(replace(record, proposals=tuple(proposals)))
    words = f"{'Dropped' if dropped else 'Kept'}: {listed([proposal_told(open_[index]) for index in chosen])}"
    left = [each for index, each in enumerate(open_) if index not in chosen]
    done = Done(words, words[0].lower() + words[1:], (*made, record), about=tuple(made))
    if "through" in direction:
        return replace(done, words=words.partition(":")[0], asks=f"Next, {_asked(left[0])}" if left else "")
    return replace(done, words=f"{words}. {_waiting(len(left))}" if left else words)


def _chosen(open_: Sequence[CallProposal], which: str, *, through: bool) -> list[int]:
    """The places of those that are meant. Raises Unanswered, also where they are to be asked for one by one."""
    if not which and through:
        raise Unanswered("call.which", f"{counted(len(open_), 'promise').capitalize()}. First, {_asked(open_[0])}")
    if not which:
        raise Unanswered("call.which", f"{_counted(open_)}. Keep {'it' if len(open_) == 1 else 'them'}?")
    if chosen := meant(which, [f"{proposal_told(each)} {each.what}" for each in open_]):
        return chosen
    raise Unanswered("call.which", f"I found no such promise. {_counted(open_)}. Which ones?")


def _asked(proposal: CallProposal) -> str:
    return f"{proposal_told(proposal)}. Keep it?"


def _waiting(count: int) -> str:
    return f"{counted(count, 'promise').capitalize()} {'is' if count == 1 else 'are'} left"


def _undecided(call: Call) -> CallRecord:
    for record in reversed(calls_with(call, "name")):
        if any(each.state == "proposed" for each in record.proposals):
            return record
    raise Refused("call.decided", "There is no promise of a call to be decided")


def _counted(proposals: Sequence[CallProposal]) -> str:
    told = enumerated([proposal_told(each) for each in proposals[:_READ_ALOUD]])
    return f"{counted(len(proposals), 'promise').capitalize()}: {told}"


def _made(call: Call, record: CallRecord, proposal: CallProposal) -> Document:
    """The document that a proposal becomes; its time is read as it was meant then."""
    then = record.started.astimezone(call.zone)
    found = next(iter(call.find_when(proposal.when, then)), None) if proposal.when else None
    if proposal.becomes == "meeting" and (start := _hour(found)) is not None:
        title = f"{proposal.what} with {record.who}" if record.who not in proposal.what else proposal.what
        return call.tx.add(Meeting(title=title, start=start, end=start + _HOUR, attendees=(record.who,)))
    if proposal.becomes == "reminder" and found is not None and (rings := alarm(found, then)) and rings > call.now:
        return call.tx.add(Reminder(title=proposal.what, due=rings))
    due = deadline(found, then) if found is not None else None
    return call.tx.add(
        Task(
            title=proposal.what,
            assignees=(proposal.who,) if proposal.by == "other" and proposal.who else (),
            due=due.at if due else None,
            due_grain="day" if due and due.whole_day else "minute",
        )
    )


def _hour(found: Found | None) -> datetime | None:
    return found.start if found is not None and found.grain in ("minute", "hour", "second") else None
