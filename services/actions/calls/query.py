"""What is asked about calls that were followed."""

from __future__ import annotations

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.calls.page import proposal_told, told_of
from services.actions.calls.which import calls_with
from services.actions.matching import words
from services.actions.wording import enumerated, excerpt, listed, sentence
from services.store.base import CallRecord

_READ_ALOUD = 3


def query(call: Call) -> Done:
    """Slots: name (on the other side), what (promises; mine or theirs), about (words that were said). Of the latest
    call. Raises Refused.
    """
    record = calls_with(call, "name")[-1]
    if about := call.text("about"):
        return _said(record, about)
    if "promise" in (what := call.text("what")):
        return _promised(record, what)
    told = [f"The call with {record.who} was {call.say(record.started)}", *told_of(record)]
    open_ = [each for each in record.proposals if each.state == "proposed"]
    told += [f"To be decided: {listed([proposal_told(each) for each in open_[:_READ_ALOUD]])}"] if open_ else []
    return Done(" ".join(sentence(each) for each in told), about=(record,))


def _promised(record: CallRecord, what: str) -> Done:
    by = "owner" if "mine" in what else "other" if "theirs" in what else ""
    found = [each for each in record.proposals if by in ("", each.by) and each.state != "dropped"]
    if not found:
        who = {"owner": "You promised nothing", "other": f"{record.who} promised nothing", "": "Nothing was promised"}[
            by
        ]
        return Done(f"{who} on the call with {record.who}", about=(record,))
    return Done(
        f"On the call with {record.who}: {enumerated([proposal_told(each) for each in found])}", about=(record,)
    )


def _said(record: CallRecord, about: str) -> Done:
    """The words of the other side; of the owner's where only these have them."""
    if not record.transcript:
        raise Refused(
            "call.no_transcript",
            f"Of the call with {record.who} no words were kept. With transcript = true in [calls] they are, from the"
            " next call on",
        )
    wanted = {word.casefold().rstrip("s") for word in words(about)} - {"the", "a", "an", "about", "of"}
    lines = [line for line in record.transcript if wanted & {word.casefold().rstrip("s") for word in words(line.text)}]
    theirs = [line for line in lines if line.by == "other"] or lines
    if not theirs:
        return Done(f"Nothing was said about {about} on the call with {record.who}", about=(record,))
    told = [f"“{excerpt(line.text)}”" for line in theirs[:_READ_ALOUD]]
    return Done(f"{record.who if theirs[0].by == 'other' else 'You'} said: {' '.join(told)}", about=(record,))
