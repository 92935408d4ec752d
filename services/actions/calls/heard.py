"""What was said on calls, where the words were kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from services.actions.call import Call, Done
from services.actions.calls.which import calls_named
from services.actions.matching import words
from services.actions.times import span
from services.actions.wording import excerpt
from services.store.base import CallLine, CallRecord

QUERY = "call.query"
_READ_ALOUD = 3
_SMALL = frozenset(("any", "anything", "what", "when", "who", "how", "with", "about", "by", "so", "will")) | frozenset(
    ("is", "it", "be", "are", "was", "i", "me", "you", "he", "she", "we", "us", "they")
)
"""Words that tell nothing of what is spoken of."""


class HeardOnCall(NamedTuple):
    """Lines of one side, and the call they were said on."""

    record: CallRecord
    lines: Sequence[CallLine]

    @property
    def told(self) -> str:
        """Tom Henderson said: “Delivery takes two weeks.”"""
        who = self.record.who if self.lines[0].by == "other" else "You"
        return f"{who} said: {' '.join(f'“{excerpt(line.text)}”' for line in self.lines[:_READ_ALOUD])}"


def heard_about(records: Sequence[CallRecord], about: str, *, theirs: bool = False) -> HeardOnCall | None:
    """Of the latest call, which is the last of these, on which somebody said that: the lines with most of its words,
    the other side's; the owner's where only these have them, unless it is to be `theirs`.
    """
    wanted = _telling(about)
    for record in reversed(records):
        fits = [
            (len(wanted & _telling(line.text)), line) for line in record.transcript if line.by == "other" or not theirs
        ]
        most = max((count for count, _ in fits), default=0)
        lines = [line for count, line in fits if count == most > 0]
        if lines:
            return HeardOnCall(record, [line for line in lines if line.by == "other"] or lines)
    return None


def on_a_call(call: Call) -> Done | None:
    """For message.query: what its sender said about its content on a call; None where that is not asked for, nobody
    said so, or whoever asks may not know of calls.
    """
    who, about = call.text("sender"), call.text("content")
    if not (who and about) or not call.may(QUERY):
        return None
    found = call.found("when")
    records = [each for each in calls_named(call, who) if found is None or span(found).holds(each.started)]
    heard = heard_about(records, about, theirs=True)
    if heard is None:
        return None
    return Done(f"On the call {call.say(heard.record.started)}, {heard.told}", about=(heard.record,))


def _telling(text: str) -> set[str]:
    return {word.rstrip("s") for word in words(text) if word not in _SMALL}
