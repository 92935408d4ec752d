"""What was written to whom: "what exactly did you write them", "read me back what you sent the shift leads", "did that
message go out".
"""

from __future__ import annotations

import re

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.names.base import NameFound
from services.understanding.stages.base import Understanding
from services.understanding.stages.names import spoken_names
from services.understanding.stages.people.members import SEVERAL, known_people, several
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS

_SURE = 0.95
_LEAD = rf"(?:(?:{FILLERS}|please|but|(?:can|could|would|will) you(?: please)?)\b[\s,.]*)*"
_WHO = r"(?P<who>[^\W\d_][\w'’-]*(?:(?:,? and |, | )[^\W\d_][\w'’-]*){0,5}?)"
_AT_SOME_TIME = (
    r"(?:,? (?:earlier|before|before that|just now|now|last|last time|exactly|again|then|back then|word for word"
    r"|literally|(?:this|that) (?:morning|afternoon)|today|yesterday|so far|back))*"
)
_WENT_OUT = re.compile(
    r"(?:did|has|have|is) (?:that|the|my|our|this)(?: last)? (?:message|note|text)(?: to (?:the )?(?P<who>.+?))?"
    r" (?:go out|gone out|go through|gone through|been sent|get sent|sent|out|get there|arrive|arrived|go off)"
    r"(?: yet| already| all right| okay| ok)*",
    re.IGNORECASE,
)
_WROTE = r"(?:tell|told|write|wrote|written|text|texted|send|sent|message|messaged|post|posted|say|said|put)"
_WRITTEN = re.compile(
    rf"{_LEAD}(?:(?:read|show|tell|give|repeat)(?: me| us)?(?: back| again)? |remind me |how did (?:i|you|we) put"
    r" (?:that|it)(?: now| again| exactly)*,? ?)?"
    r"what (?:was it |is it |was that )?(?:that )?(?:exactly |else |all )*(?:did |have |had )?(?:i|you|we)(?:'ve|'d)?"
    rf"(?: have| had| did| do| just| last| exactly| actually)* {_WROTE}(?: to| in| into| at)?"
    rf"(?: (?:{SEVERAL}|(?:the )?{_WHO}))??(?: channel| group)?{_AT_SOME_TIME}(?:,? about (?P<what>[^,]+?))?"
    rf"{_AT_SOME_TIME}",
    re.IGNORECASE,
)
_PUT_IT = re.compile(rf"{_LEAD}how (?:exactly )?did (?:i|you|we) (?:put|word|phrase) (?:that|it){_AT_SOME_TIME}", re.I)
_THEM = ("them", "they", "him", "her")


def asked_of_messages(text: str, said: Understanding) -> Command | None:
    """Of whom is named, or who was written to last."""
    text = text.rstrip("? ")
    if found := _WENT_OUT.fullmatch(text):
        sent = said.conversation.sent
        who = [found["who"]] if found["who"] else spoken_names(sent.slots.get("recipients")) if sent else []
        return _query(said, who) if who else None
    found = _WRITTEN.fullmatch(text) or _PUT_IT.fullmatch(text)
    if found is None:
        return None
    groups = found.groupdict()
    named = groups.get("who") or groups.get("several") or ""
    if not named or groups.get("several") or (named.casefold() in _THEM and not _is_met(said, named)):
        return _last_sent(said, several(said, groups.get("several") or ""), groups.get("what") or "")
    channel = said.names.resolve(named, ("channel",))
    if isinstance(channel, NameFound) and channel.how in ("exact", "alias"):
        who = [channel.entity.name]
    else:
        who = known_people(said, named)
    return _query(said, who, groups.get("what") or "") if who else None


def _is_met(said: Understanding, pronoun: str) -> bool:
    """Whether "her" is somebody who was named since the last message."""
    sent = said.conversation.sent
    if sent is None:
        return True
    to = {*spoken_names(sent.slots.get("recipients")), *(ref.name for ref in sent.references)}
    heard = next((each for each in said.conversation.heard if each.kind == "person"), None)
    return pronoun.casefold() in ("him", "her") and heard is not None and heard.name not in to


def _last_sent(said: Understanding, who: list[str], about: str) -> Command | None:
    """To whom the last message went, where messages or whoever got it are spoken of."""
    sent, last = said.conversation.sent, said.conversation.last
    if who:
        return _query(said, who, about)
    if sent is None or last is None or VOCABULARY[last.steps[-1].action].family not in ("message", "channel"):
        return None
    kept = tuple(ref for ref in sent.references if ref.slot == "recipients")
    return _query(said, spoken_names(sent.slots.get("recipients")), about, kept)


def _query(said: Understanding, who: list[str], about: str = "", of: tuple[Reference, ...] = ()) -> Command:
    slots: dict[str, Slot] = {"recipients": who, **({"content": about} if about else {})}
    return Command(said.text, (Step("message.query", slots, references=of),), _SURE, "template")
