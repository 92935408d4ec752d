"""What is no order to the appliance: what is said to somebody in the room, a plain statement, a greeting.

"Clara, could you close the door?", "tomorrow I will go and buy some bread", "bye".
"""

from __future__ import annotations

import re

from services.understanding.base import Command, Step
from services.understanding.cannot import CONDITION, ONTO_A_LIST_AGAIN, cannot
from services.understanding.names.base import NameFound
from services.understanding.reserved import closes
from services.understanding.stages.base import Stage, Understanding
from services.understanding.vocabulary import VOCABULARY

_IF = re.compile(CONDITION, re.IGNORECASE)
_AGAIN = re.compile(ONTO_A_LIST_AGAIN, re.IGNORECASE)
_UNSURE = 0.9
"""Below a precise sentence."""
_CALLED = re.compile(
    r"(?:(?:oh|ah|hey|no|yes|okay|ok)[\s,]+)?(?P<name>(?:(?:mr|mrs|ms|dr)\.? )?[\w']+)(?P<mark>[,!])?\s+"
    r"(?P<rest>(?:can|could|would|will|was|were|are|is|have|did|do|don't|come|go|look|wait|stop|please|what|where)\b.+)",
    re.IGNORECASE,
)
_TO_YOU = re.compile(
    r"(?:can|could|would|will|have|did|do|are|were) you\b|(?:come|look|wait|go) (?:here|over|on|a|in|and|up)\b", re.I
)
_TELLS = re.compile(
    r"(?:(?:tomorrow|today|tonight|later|yesterday|then|next \w+|on \w+day|this \w+"
    r"|in the (?:morning|evening))[\s,]+)?"
    r"(?:i|we|she|he|they)"
    r"(?:'ll| will| am going to| are going to| is going to|'m going to|'re going to| went| was| were"
    r"| had| bought| think| thought| guess| suppose)\b.+",
    re.IGNORECASE,
)
"""A plain statement; "I have to" and "we need" are wishes."""
_TAKEN_BACK = re.compile(
    r".{3,}(?:[.!?;]\s+(?:(?:no|oh|ah|actually|wait|then|well|ok|okay|so)[\s,]+)*"
    r"|,?\s+(?:(?:oh|ah|actually|wait)[\s,]+)*(?:no|wait|actually)[\s,]+)"
    r"(?:don't|do not|forget it|forget that|never ?mind|leave it|scrap that|skip it|let it be)(?:\s*[,.;].*)?[.!]?",
    re.IGNORECASE,
)
""" "Put fifteen down for her, no forget it, she's paying now": nothing is wanted any more."""
_LET_BE = re.compile(r"\b(?:leave it|forget (?:it|that)|never ?mind|let it be)[.!]?\s*$", re.IGNORECASE)
"""Said of nothing that is there: "scrap that" may mean what was made before."""
_GREETS = re.compile(
    r"(?:(?:all right|okay|ok|right|well|and|so)[\s,]+)?(?:good (?:night|morning|evening|afternoon)|hello|hi|see you"
    r"(?: later| tomorrow| soon)?|thanks?(?: you)?(?: very much| a lot)?|cheers|ta|great|perfect|lovely|very good|nice"
    r"|wonderful|brilliant|good|i'm (?:fine|good|ok|okay|all right))"
    r"(?:[\s,]+(?:equerry|then|everyone|all|thanks?(?: you)?))*",
    re.IGNORECASE,
)


_MEETS = re.compile(
    r"(?:(?:all right|okay|ok|right|well|and|so|oh|hey)[\s,]+)*"
    r"(?:(?:a )?(?:very )?good (?:night|morning|evening|afternoon)|morning(?: all)?|hello|hi(?: there)?"
    r"|see you(?: later| tomorrow| soon)?|(?:that's|that is|that was|that'll be|this is) (?:me|us|it from me|it|me all)"
    r"(?: done| finished| sorted| through| off)?(?: for (?:today|now|tonight|the day))?"
    r"|(?:i'm|i am|we're|we are) (?:(?:all )?(?:done|finished) (?:for|with you for) (?:today|now|tonight|the day)"
    r"|off(?: home| now| to bed)?|out(?: of here)?|going home|heading (?:home|off|out)|leaving)"
    r"|(?:i'm |let's )?call(?:ing)? it a day|(?:over and out|signing off|laters))"
    r"(?:[\s,]+(?:now|then|everyone|everybody|all|equerry|thanks?(?: you)?|bye|cheers|later|laters|folks|love))*",
    re.IGNORECASE,
)
""" "Good morning", "that's me done", "I'm off home": no time, and nothing that is finished."""


def greeting(said: Understanding, stage: Stage) -> Understanding | None:
    """Who comes or goes says nothing of what was spoken of: what `stage` reads in it alone, else quiet."""
    words = said.text.strip(" .!?")
    if said.told or not _MEETS.fullmatch(words) or said.conversation.question:
        return None
    return stage(said) or said.found(Command(said.text, (Step("control.stop"),), 1.0, "reserved"))


def unsaid(said: Understanding) -> Understanding | None:
    """ "Put it on Paul's tasks, no, on Ben's. Ah, leave it": nothing of it is wanted any more."""
    if said.told or not _LET_BE.search(said.text) or not _TAKEN_BACK.fullmatch(said.text.strip()):
        return None
    return said.found(Command(said.text, (Step("control.cancel"),), 1.0, "reserved"))


def not_ours(said: Understanding) -> Understanding | None:
    """Nothing, where that is sure."""
    if said.told:
        return None
    if _TAKEN_BACK.fullmatch(said.text.strip()):
        return said.found(Command(said.text, (Step("control.cancel"),), 1.0, "reserved"))
    if _is_called(said):
        return said.found(_nothing(said.text))
    if _TELLS.fullmatch(said.text.strip(" .!")):
        command = said.read(said.text)
        writes = any(VOCABULARY[step.action].writes for step in command.steps)
        return said.found(_nothing(said.text)) if writes and command.confidence < _UNSURE else None
    return None


def beyond_us(said: Understanding) -> Understanding | None:
    """Nothing, of an order that nobody here can follow, and that is no command by itself."""
    asks = cannot(said.text) and said.told is None and not said.directory.home_talks()
    return said.found(Command(said.text, (), 0.0, "none")) if asks else None


def conditional(said: Understanding) -> Understanding | None:
    """Nothing, of an order that hangs on what somebody else may do: "if she does, push it to Tuesday"."""
    return said.found(Command(said.text, (), 0.0, "none")) if _IF.match(said.text) and said.told is None else None


def onto_a_list_again(said: Understanding) -> Understanding | None:
    """Nothing, of a list that is to be written on by the calendar."""
    asks = _AGAIN.fullmatch(said.text.strip(" .!?")) and said.told is None
    return said.found(Command(said.text, (), 0.0, "none")) if asks else None


def farewell(said: Understanding) -> Understanding | None:
    """ "Bye", "that's it", "good morning", where it means nothing else: quiet."""
    words = said.text.strip(" .!?")
    if not (closes(words) or _GREETS.fullmatch(words)):
        return None
    return said.found(Command(said.text, (Step("control.stop"),), 1.0, "reserved"))


def _nothing(text: str) -> Command:
    return Command(text, (), 1.0, "none")


def _is_called(said: Understanding) -> bool:
    """Whether somebody else is spoken to: a known name, then a question to them."""
    called = _CALLED.fullmatch(said.text.strip())
    if called is None or not (called["mark"] or _TO_YOU.match(called["rest"])):
        return False
    if not _TO_YOU.match(called["rest"]) and not said.text.rstrip().endswith("?"):
        return False
    return isinstance(said.names.resolve(called["name"], ("person",)), NameFound)
