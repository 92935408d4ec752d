"""More of the last answer: "more", "go on", "what else"; which ones, where it told how many: "which ones are those";
which of them are so or so: "which ones are Tom's".
"""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.conversation.people import people_in
from services.understanding.stages.base import Understanding
from services.understanding.words import phrases, split_words

SKIP = "skip"
"""The slot that tells a question how much of its answer was told before."""
PAGED = frozenset(("task.query", "project.query", "search.query"))
"""Questions that know it."""

_MORE = frozenset(
    phrases("""more | more please | go on | please go on | keep going | continue | carry on | next | the next |
        next ones | the next ones | next three | the next three | what else | anything else | what more | and then |
        and the rest | the rest | the others | and the others | tell me more | show me more | read on | read more |
        read me more | show more | list more | give me more | some more | any more | and more | show the rest |
        tell me the rest | show me the rest | read the rest | what are the others | aur | aur batao | aage | aur kya""")
)


_WHICH = re.compile(
    r"(?:and |so )*(?:(?:which|what)(?: (?:ones|tasks|jobs|meetings|reminders|alarms|timers|notes))?"
    r" (?:are|were|would) (?:those|they|these|that)(?: be)?|(?:name|list) (?:them|those)(?: all)?|namely"
    r"|(?:which|what) ones)(?: exactly| then| please| again| again please)*",
    re.I,
)
_OF_THEM = re.compile(
    r"(?:(?:and|so|okay|ok|but|now) )*(?:which|what|any|are any)(?: (?:ones?|of (?:them|those|these)))"
    r" (?:(?:is|are)(?P<are>n['’]?t)? |(?:have|has) )(?P<what>[^?]+)",
    re.I,
)
_HIS = re.compile(r"^(.+)['’]s$")
_COUNTS = re.compile(r"\bhow many\b|\bmost\b", re.I)


def which_ones(said: Understanding) -> Understanding | None:
    """The last question once more, as one of which there are; of whoever has the most, theirs."""
    last = said.conversation.last
    if last is None or last is not said.conversation.asked or not _WHICH.fullmatch(said.text.strip(" .!?")):
        return None
    if len(last.steps) != 1 or not _COUNTS.search(last.text):
        return None
    step = last.steps[0]
    if step.action == "task.query" and "assignees" not in step.slots:
        who = people_in(said.conversation.reply, said.names)[:1] if "most" in last.text.casefold() else []
        step = replace(step, slots={**step.slots, **({"assignees": [who[0].name]} if who else {})})
    return said.found(replace(last, text=said.text, steps=(step,)), "talk")


def which_of_them(said: Understanding) -> Understanding | None:
    """Of tasks that were told, a question about them all with these words."""
    last = said.conversation.last
    match = _OF_THEM.fullmatch(said.text.strip(" .!?"))
    if last is None or match is None or match["are"] or [step.action for step in last.steps] != ["task.query"]:
        return None
    what = _HIS.sub(r"for \1", match["what"])
    asked = said.read(f"which tasks are {what}")
    if [step.action for step in asked.steps] != ["task.query"]:
        return None
    return said.found(replace(asked, text=said.text), "talk")


def more(said: Understanding) -> Understanding | None:
    """The last question once more, in its own words, behind what was told of its answer."""
    conversation, last = said.conversation, said.conversation.last
    words = " ".join(word.text for word in split_words(said.text)) if len(said.text) < 40 else ""
    if last is None or not conversation.done or words not in _MORE or len(last.steps) != 1:
        return None
    step = last.steps[0]
    if step.action not in PAGED or not conversation.listed:
        return None
    told = int(str(step.slots.get(SKIP, 0))) + len(conversation.listed)
    again = replace(last, steps=(replace(step, slots={**step.slots, SKIP: str(told)}),))
    return said.found(again, "talk")
