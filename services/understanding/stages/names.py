"""Names in a command become references to the store. What is not sure is told, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.store.base import row_of
from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.links import named
from services.understanding.names.base import Ambiguous, NameFound, Unknown
from services.understanding.names.names import Names
from services.understanding.stages.base import Doubtful, Understanding
from services.understanding.vocabulary import VOCABULARY, EntityKind
from services.understanding.words import word_set

_JOINT = re.compile(r"(\s*,\s*(?:and\s+)?|\s+(?:and|aur|&)\s+)", re.IGNORECASE)
_OTHER = re.compile(r"^(?:the |my |our )?other ", re.IGNORECASE)
_SELF = word_set("me myself i us ourselves my")


def names(said: Understanding) -> Understanding:
    """The command with its references, and what of it is doubtful."""
    near = tuple(mention.id for mention in said.conversation.mentions if mention.id)
    command, doubtful = resolve(said.command, said.names, near)
    return replace(said, command=command, doubtful=doubtful)


def resolve(command: Command, names: Names, near: Sequence[str] = ()) -> tuple[Command, tuple[Doubtful, ...]]:
    """The command with its references, and what could not be resolved. `near`: ids spoken of lately, which win over
    equals.

    What the command itself makes counts as known; what has a reference already is left as it is.
    """
    makers = [step for step in command.steps if VOCABULARY[step.action].makes]
    made = [
        (kind, name.casefold())
        for step in makers
        for kind, name in named(step)[:1]
        if kind == VOCABULARY[step.action].makes  # a meeting without a title makes nobody
    ]
    steps: list[Step] = []
    doubtful: list[Doubtful] = []
    for index, step in enumerate(command.steps):
        found, open_ones = _resolved(step, index, names, near, made, text=command.text)
        steps.append(found)
        doubtful += open_ones
    return replace(command, steps=tuple(steps)), tuple(doubtful)


def _resolved(
    step: Step,
    index: int,
    names: Names,
    near: Sequence[str],
    made: Sequence[tuple[EntityKind, str]],
    *,
    text: str,
) -> tuple[Step, list[Doubtful]]:
    step = _in_project(_several_customers(step, names, near), names, near)
    references = list(step.references)
    doubtful: list[Doubtful] = []
    for slot, kinds in VOCABULARY[step.action].refers.items():
        wanted = tuple(kind for kind in kinds if row_of(kind).resolved)
        if not wanted:
            continue
        for words in spoken_names(step.slots.get(slot)):
            known = any(ref.slot == slot and words in (ref.words, ref.name) and _settled(ref) for ref in references)
            here = any(kind in kinds and _same(words, name) for kind, name in made)
            if known or here or words.casefold() in _SELF:
                continue
            match _other(words, names, wanted, near, text) or names.resolve(words, wanted, near=near):
                case NameFound() as found:
                    references = [ref for ref in references if _settled(ref) or (ref.slot, ref.name) != (slot, words)]
                    references += [
                        Reference(slot, words, entity.kind, entity.name, entity.id, found.how, round(found.score, 3))
                        for entity in found.entities
                    ]
                case resolved:
                    doubtful.append(Doubtful(index, slot, words, wanted, resolved))
    return replace(step, references=tuple(references)), doubtful


def _other(words: str, names: Names, kinds: Sequence[EntityKind], near: Sequence[str], text: str) -> NameFound | None:
    """ "The other Tom": of the two of that name the one who was not spoken of last."""
    name = _OTHER.sub("", words)
    if name == words and not re.search(rf"\bother {re.escape(name)}\b", text, re.IGNORECASE):
        return None
    found = names.resolve(name, tuple(kinds))
    some = found.candidates if isinstance(found, Ambiguous) else ()
    last = next((id_ for id_ in near if any(each.id == id_ for each in some)), None)
    others = [each for each in some if each.id != last]
    return NameFound((others[0],), "alias", 1.0) if last and len(others) == 1 else None


def _several_customers(step: Step, names: Names, near: Sequence[str]) -> Step:
    """ "Credit 100 to Rahul and Priya": two names, where nobody is called so together ("Sharma and Sons")."""
    told = step.slots.get("customer")
    if not isinstance(told, str) or step.references or len(pieces := _JOINT.split(told)) < 3:
        return step
    customers: list[str] = []
    at = 0
    while at < len(pieces):  # names and what stands between them take turns
        ends = range(len(pieces), at, -2)
        end = next(
            (
                end
                for end in ends
                if isinstance(names.resolve("".join(pieces[at:end]), ("customer",), near=near), NameFound)
            ),
            at + 1,
        )
        customers.append("".join(pieces[at:end]))
        at = end + 1
    return replace(step, slots={**step.slots, "customer": customers}) if len(customers) > 1 else step


def _in_project(step: Step, names: Names, near: Sequence[str]) -> Step:
    """ "What's overdue in spring sale", where that is no channel, but a project."""
    told = step.slots.get("channel")
    if not isinstance(told, str) or "project" in step.slots or "project" not in VOCABULARY[step.action].refers:
        return step
    if isinstance(names.resolve(told, ("channel",), near=near), Unknown) and isinstance(
        names.resolve(told, ("project",), near=near), NameFound
    ):
        return replace(
            step, slots={"project" if slot == "channel" else slot: told for slot, told in step.slots.items()}
        )
    return step


def _settled(reference: Reference) -> bool:
    """What was only said in the same command ("them" → Mike) is still to be found in the store, or made."""
    return reference.id is not None or reference.how != "command"


def spoken_names(slot: Slot | None) -> list[str]:
    """The names in a slot."""
    if slot is None:
        return []
    return [slot] if isinstance(slot, str) else [name for name in slot if isinstance(name, str)]


def _same(words: str, name: str) -> bool:
    return words.casefold() == name or set(words.casefold().split()) - {"the", "channel", "project"} == set(
        name.split()
    )
