"""All that follows the name of a new routine belongs to it: none of it is done now, none of it is lost."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Step
from services.understanding.stages.base import Understanding

_SURE = 0.95
_NAME = r"[\"“']?(?P<name>[^,.:;\"“”]{1,40}?)[\"”']?"
_THEN = (
    r"(?:then|you should|you shall|you must|you will|you have to|you need to|please|i want you to|i'd like you to"
    r"|do the following|do this)"
)
_SAID = re.compile(
    r"(?:(?:make |create |add |set up )?(?:a |an? )?new (?:routine|macro|shortcut)[\s,.:;–—-]+)?"
    r"(?:please )?(?:when|whenever|every time|each time|any ?time|if|as soon as|once) i (?:say|tell you|shout|call"
    rf"(?: out)?),? {_NAME}(?: routine)?(?:\s*[,.:;–—-]+\s+(?:{_THEN}[\s,:]+)?|\s+{_THEN}[\s,:]+)(?P<steps>.+)",
    re.IGNORECASE,
)
""" "When I say Monday routine, list my tasks, then tell the team good morning"."""
_MADE = re.compile(
    r"(?:(?:please|can you|could you|i want|i'd like|i would like|i need|let's|to)\s+)*"
    r"(?:(?:make|create|set up|build|add|save|define|record|teach you|learn)\s+)?(?:me |us )?(?:an? |another )?"
    rf"(?:new )?(?:routine|macro|shortcut)(?:\s+(?:called|named|titled))?,? {_NAME}"
    r"(?:\s*[,.:;–—]+\s+|\s+(?=(?:that|which|it|to|where|so that|with)\s))"
    r"(?:(?:that|which|it|to|and|where you|so that you|with|should|shall|will|must|then|the steps)[\s:]+)*"
    r"(?P<steps>.+)",
    re.IGNORECASE,
)
""" "Make me a routine called closing up that reads out tomorrow's meetings"; "routine eod: tasks due, volume 20"."""
_OTHER_NAME = re.compile(r".*\b(?:on|at|every|for|each)\b.*", re.IGNORECASE)
_LEADS = re.compile(
    rf"^[\s,.:;–—\"”'-]*(?:(?:routine\b|{_THEN}|that|which|to|and|it should|it shall|it)[\s,.:;–—-]+)*", re.IGNORECASE
)


def new_routine(said: Understanding) -> Understanding | None:
    """Where its name ends is said by a mark, or by "that", "then", "you should"."""
    text = said.text.strip()
    made = _SAID.fullmatch(text) or _MADE.fullmatch(text)
    if made is None or _OTHER_NAME.fullmatch(made["name"]):
        return None
    slots = {"name": made["name"].strip(), "steps": made["steps"].strip().rstrip(".")}
    return said.found(Command(said.text, (Step("routine.create", slots),), _SURE, "template"))


def with_all_steps(command: Command) -> Command:
    """A new routine that was read with only a part of its steps, the others as orders of their own: with all of them.

    "When I say night mute and set an alarm" has no mark behind the name; the words behind it are all steps.
    """
    made = next((step for step in command.steps if step.action == "routine.create"), None)
    name = str(made.slots.get("name", "")) if made else ""
    if made is None or len(command.steps) < 2 or not name or made is not command.steps[0]:
        return command
    at = command.text.casefold().find(name.casefold())
    told = str(made.slots.get("steps", ""))
    begins = command.text.casefold().find(told.casefold(), at + len(name)) if told and at >= 0 else -1
    rest = command.text[begins:] if begins >= 0 else _LEADS.sub("", command.text[at + len(name) :]) if at >= 0 else ""
    if not rest.strip():
        return command
    whole = replace(made, slots={**made.slots, "steps": rest.strip().rstrip(".")})
    return replace(command, steps=(whole,))
