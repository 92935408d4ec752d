"""Refusals and their wording: who may not do what, and who may. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.actions.base import Refused, Unanswered
from services.actions.wording import listed
from services.understanding.base import VOCABULARY


class Denied(Refused):
    """{words}"""

    def __init__(self, reason: str, words: str) -> None:
        """`reason`: policy.role, policy.bounds, policy.everything, policy.yes, policy.private or policy.code."""
        super().__init__(reason, words)


class Unproven(Unanswered):
    """{words}"""

    def __init__(self, *, again: bool = False) -> None:
        """The spoken code is asked for; `again`: what was said was not it."""
        super().__init__("code", "That's not the code. What is it?" if again else "What's the code?")
        self.again = again


_DOING: Mapping[str, str] = {
    "appliance.say": "have something said aloud",
    "appliance.listen": "open the microphone from afar",
    "appliance.stop": "stop what is being said",
    "appliance.mute": "mute the microphone",
    "appliance.unmute": "open the microphone",
    "appliance.ask": "have a question asked aloud",
    "appliance.settings": "change settings",
    "appliance.documents": "write into what devices keep in step",
    "appliance.update": "install updates",
}
"""What others ask of the appliance from outside; of commands the vocabulary tells it."""
_VERBS: Mapping[str, str] = {"query": "ask about", "update": "change", "adjust": "change", "focus": "ask about"}


def doing(action: str) -> str:
    """What family.verb does, to follow "can't": delete tasks, move money."""
    family, _, verb = action.partition(".")
    plural = (
        f"{family}es" if family.endswith(("s", "ch")) else f"{family[:-1]}ies" if family.endswith("y") else f"{family}s"
    )
    row = VOCABULARY.get(action)
    return (row.deed if row else _DOING.get(action)) or f"{_VERBS.get(verb, verb)} {plural}"


def sentence_of(called: str, actions: Sequence[str], ask: Sequence[str]) -> str:
    """ "Guests can't move money or delete tasks. Ask a member or the owner." """
    what = listed(list(dict.fromkeys(doing(action) for action in actions)), "or")
    whom = listed(list(dict.fromkeys(each for each in ask if each)), "or")
    return f"{called} can't {what}." + (f" Ask {whom}" if whom else "")


def too_many(count: int, noun: str, most: int) -> str:
    """ "That is 51 steps at once, and 50 are the most. Say it in parts." """
    return f"That is {count:,} {noun} at once, and {most:,} {'is' if most == 1 else 'are'} the most. Say it in parts."
