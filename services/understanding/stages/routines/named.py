"""Runs a routine by its name. Other meanings come first, but not before "run the … routine"."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Reference, Step
from services.understanding.stages.base import Understanding

_LONGEST = 100
_POLITE = re.compile(r"^(?:please )+|(?: please)+$")
_SURE = 0.95
_VERBS = {"run": "routine.run", "start": "routine.run", "continue": "routine.continue"}
_RUN = re.compile(r"(?:please )?(?:run|start|do) (?:the |my |our )?", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:(?:now|okay|ok|then|and|can you|could you) )*(?:(?P<verb>run|start|continue) (?:(?:the|my|our) )?(?P<name>.+?)"
    r"(?: routine)?(?: now| again)?|what (?:does|will|is in|happens in) (?:the |my |our )?(?P<asked>.+?)(?: routine)?"
    r"(?: do)?)"
)


def named_routine(said: Understanding) -> Understanding | None:
    """ "Run the good morning routine", "run good morning", "what does good morning do"."""
    named = _NAMED.fullmatch(_plain(said.text)) if len(said.text) <= _LONGEST else None
    if named is None:
        return None
    action = _VERBS[named["verb"]] if named["verb"] else "routine.query"
    return said.found(_called(said, named["name"] or named["asked"], action))


def called_routine(said: Understanding) -> Understanding | None:
    """ "Good morning"."""
    return said.found(_called(said, _plain(said.text), "routine.run")) if len(said.text) <= _LONGEST else None


def clocked_routine(said: Understanding) -> Understanding | None:
    """ "Run good morning every day at seven": what is said of a routine whose name is not said to be one."""
    begun = _RUN.match(said.text) if len(said.text) <= _LONGEST else None
    for routine in said.directory.routines() if begun else ():
        rest = f"{said.text[begun.end() :].rstrip(' .!')} " if begun else ""
        if rest.casefold().startswith(f"{routine.name.casefold()} "):
            command = said.read(f"run the {routine.name} routine{rest[len(routine.name) :]}")
            if command.steps and all(step.action.startswith("routine.") for step in command.steps):
                return said.found(replace(command, text=said.text))
    return None


def _called(said: Understanding, name: str, action: str) -> Command | None:
    for routine in said.directory.routines():
        ways = [way for each in (routine.name, *routine.said) for way in (_plain(each), f"{_plain(each)} routine")]
        if name in ways:
            reference = Reference("name", routine.name, "routine", routine.name, routine.id, "exact")
            step = Step(action, {"name": routine.name}, references=(reference,))
            return Command(said.text, (step,), _SURE, "template")
    return None


def _plain(text: str) -> str:
    return _POLITE.sub("", " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.casefold())))
