"""Whether somebody has answered a message: "has she perhaps answered", "any word from Ben", "any answer yet"."""

from __future__ import annotations

import re
from collections.abc import Callable

from services.understanding.base import Command, Slot, Step
from services.understanding.stages.base import Understanding
from services.understanding.stages.names import spoken_names
from services.understanding.vocabulary import VOCABULARY

_SURE = 0.95
Known = Callable[[Understanding, str], bool]
"""Whether words are somebody pointed at, or surely known by name."""
LEAD = (
    r"(?:(?:and|also|then|ok|okay|so|now|right|well|please|oh|ah|yes|yeah|good|great|fine|just|quickly|maybe|perhaps|do"
    r"|but|kindly|(?:could|can|would|will) you(?: please| kindly| just| also| perhaps| quickly| maybe)*"
    r"|i['’]d like you to|i want you to|you (?:can|could|may|might)|we should|go and|go ahead and|don['’]t forget to"
    r"|be so kind and|be a dear and)\b[\s,.!]*)*"
)
WHO = r"(?P<who>[^\W\d_][\w'’. -]{0,60}?)"
_ADVERBS = re.compile(
    r"\b(?:perhaps|maybe|by any chance|actually|even|at all|by now|meanwhile|in the meantime|possibly|finally|happened"
    r" to)\b\s*",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    rf"{LEAD}(?:(?:has|have|did|hasn['’]t|haven['’]t|didn['’]t|is|are) (?P<any>any(?:one|body)?(?: of (?:them"
    rf"|those))?|"
    rf"(?:some|no)(?:one|body)|none of them|they|all of them|{WHO}) (?:already |just |ever |not )?(?:back to me"
    r"|(?:answer|repl|respond|react|confirm)(?:ed|y|ied)?|(?:wr[io]te|written|text(?:ed)?|message[d]?|c[oa]me"
    r"|got(?:ten)?|get|said|say|heard?)"
    r"(?: anything| something)?(?: back| to me)+|see(?:n)? (?:it|that|my message)|read (?:it|that|my message))"
    r"|(?:and )?(?:is there |was there |have we |have i |did we |do we have |got )?(?:any|no|an|some) "
    r"(?:answer|reply|response|word|news|reaction|sign)(?: back)?(?: (?:from|of) (?P<from>[\w'’. -]+?))?"
    r"|(?:and )?(?:anything|nothing)(?: back)?(?: from (?P<anything>[\w'’. -]+?))?"
    r"|(?:and )?what (?:did|does|has) (?P<what>[\w'’. -]+?) (?:say|said|answer|answered|reply|write|replied)(?: back|"
    r" to (?:that|it))*)"
    r"(?:[\s,]+(?:yet|already|so far|now|then|to (?:it|that|me|my message)|about (?:it|that)|back|at all))*",
    re.IGNORECASE,
)


_KNOWS = re.compile(
    rf"{LEAD}(?:(?:does|do) (?P<who>[\w'’. -]+?) (?:already |even )?know|(?:has|have) (?P<told>[\w'’. -]+?) been told"
    rf"|did i (?:already )?(?:tell|let) (?P<i>[\w'’. -]+?)(?: know)?)(?: (?:about|of|that) .+)?(?: yet| already| now)*",
    re.IGNORECASE,
)
""" "Does she know about it": what was sent to her tells."""


def answered(text: str, said: Understanding, known: Known) -> Command | None:
    """ "Has she perhaps answered", "any word from Ben", and of the last message: "any answer yet"."""
    if (knows := _KNOWS.fullmatch(text)) and known(said, who := next(filter(None, knows.groups()))):
        return Command(said.text, (Step("message.query", {"recipients": [who]}),), _SURE, "template")
    found = _ANSWERED.fullmatch(_ADVERBS.sub("", text).strip())
    if found is None:
        return None
    sent, last = said.conversation.sent, said.conversation.last
    behind = last is not None and VOCABULARY[last.steps[-1].action].family == "message"
    who = next((found[group] for group in ("who", "from", "anything", "what") if found[group]), "")
    if who:
        fits = known(said, who) and (found["what"] is None or sent is not None)
        return Command(said.text, (Step("message.query", {"sender": who}),), _SURE, "template") if fits else None
    if not (behind or (found["any"] and sent)):
        return None
    people = spoken_names(sent.slots.get("recipients")) if sent else []
    slots: dict[str, Slot] = {"sender": people[0]} if len(people) == 1 and not found["any"] else {}
    return Command(said.text, (Step("message.query", slots),), _SURE, "template")
