"""What is asked about calls that were followed."""

from __future__ import annotations

from collections.abc import Sequence

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.calls.heard import heard_about
from services.actions.calls.page import proposal_told, told_of
from services.actions.calls.which import calls_with
from services.actions.wording import enumerated, listed, sentence
from services.store.base import CallRecord

_READ_ALOUD = 3


def query(call: Call) -> Done:
    """Slots: name (on the other side), what (promises; mine or theirs), about (words that were said, on the latest
    call that has them). Of the latest call. Raises Refused.
    """
    records = calls_with(call, "name")
    if about := call.text("about"):
        return _said(call, records, about)
    record = records[-1]
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


def _said(call: Call, records: Sequence[CallRecord], about: str) -> Done:
    """The words of the other side; of the owner's where only these have them."""
    latest = records[-1]
    if not any(each.transcript for each in records):
        raise Refused(
            "call.no_transcript",
            f"Of the call with {latest.who} no words were kept. With transcript = true in [calls] they are, from the"
            " next call on",
        )
    heard = heard_about(records, about)
    if heard is None:
        return Done(f"Nothing was said about {about} on the call with {latest.who}", about=(latest,))
    when = f"On the call {call.say(heard.record.started)}, " if heard.record is not latest else ""
    return Done(f"{when}{heard.told}", about=(heard.record,))
