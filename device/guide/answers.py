"""What an answer to the guide means, whether spoken or typed. Pure."""

from __future__ import annotations

import re
from typing import Literal

from services.understanding.reserved import reserved
from services.understanding.reserved import yes_or_no as answered
from services.understanding.words import phrases

Way = Literal["later", "skip", "again"]

LONGEST = 60
"""Letters of a name."""
_MOST_WORDS = 6
_LATER = frozenset(
    phrases(
        """later|not now|maybe later|another time|some other time|stop|stop it|cancel|abort|quit|exit|enough|
    leave me alone|goodbye|bye| skip the setup|skip setup|skip the guide|skip everything|skip all|stop the setup|
    cancel the setup|end the setup|leave the setup| continue later|let's do it later|let's do that later|do it later|
    ask me later|ask me again later|i have no time"""
    )
)
_SKIP = frozenset(
    phrases(
        """skip|skip it|skip that|skip this|skip this step|skip the step|skip this one|next|next step|next one|go on|
    move on|pass| none of your business|i don't want to say|i won't tell you"""
    )
)
_TYPED = {"y": True, "n": False, "wrong": False}
_NO = re.compile(r"\s*(?:no|nope|nah|wrong)\b[\s,.!;:-]+(?P<rest>.+)", re.IGNORECASE)
_LEADS = re.compile(
    r"(?:(?:hi|hello|hey|well|um|uh|oh|okay|ok|yes|yeah|no|nope|sorry|please|actually|i said|not \w+)\b[\s,.!;:-]*)*"
    r"(?:(?:my (?:first |full )?name(?:'s| is| would be)|(?:the )?name(?:'s| is)|you (?:can|may|should) call me|"
    r"(?:just |people |they )?call me|i am called|i'm called|i am|i'm|im|it is|it's|its|this is|that's|that is|"
    r"call it|name it|let's call it|(?:it|the project) (?:shall|should|will|can) be (?:called|named)|the project is"
    r" called)\b[\s,:]+)?",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[\s,.!?;:]+(?:please|thanks|thank you|if you like)[\s.!?]*$", re.IGNORECASE)


def way_of(text: str, *, yes_or_no: bool = False) -> Way | None:
    """How the guide shall go on, where it is no answer. "Not now" and "never mind" answer a yes-or-no question."""
    said = _bare(text)
    action = step.action if (step := reserved(text)) else ""
    if action == "control.repeat":
        return "again"
    if said in _SKIP:
        return "skip"
    if yes_or_no and action in ("control.deny", "control.cancel"):
        return None
    if said in _LATER or action in ("control.stop", "control.cancel"):
        return "later"
    return None


def yes_or_no(text: str) -> bool | None:
    """None: neither. As everywhere (services/understanding/reserved.py), but that a letter does where it is typed, and
    "no, Hannah" is a no: `behind_no` has the rest."""
    said = _TYPED.get(_bare(text), answered(text))
    return False if said is None and _NO.match(text) else said


def behind_no(text: str) -> str:
    """ "No, Hannah" → Hannah; empty where nothing follows the no."""
    found = _NO.match(text)
    return name_in(found["rest"]) if found and yes_or_no(found["rest"]) is None else ""


def name_in(text: str) -> str:
    """The name in "my name is Anna."; empty where there is none that one could be called by."""
    said = _ENDS.sub("", text.strip())
    named = said[found.end() :] if (found := _LEADS.match(said)) else said
    name = re.sub(r"\s+", " ", named.strip(' \t\r\n,.!?;:"“”()'))
    if (
        not re.search(r"[^\W\d_]", name)
        or not name.isprintable()
        or len(name) > LONGEST
        or len(name.split()) > _MOST_WORDS
    ):
        return ""
    return "" if reserved(name) else name


def spelled(name: str) -> str:
    """ "Anna" → A, N, N, A: so that one hears what was understood."""
    return ", ".join(letter.upper() for letter in name if letter.isalnum())


def _bare(text: str) -> str:
    said = " ".join(re.sub(r"[^\w' ]", " ", text.casefold().replace("’", "'")).split())
    return said.removeprefix("please ").removesuffix(" please").replace("set up", "setup")
