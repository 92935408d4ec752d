"""What is never taken literally: "delete all tasks", "remove everyone", "drop table". The words are in roles.toml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from services.actions.policy.roles import NeverLiterally
from services.understanding.base import VOCABULARY, Command, Slot, Step

_BETWEEN = 4
"""Words that may stand between verb and "all": delete (each and) every (one)."""
_FREE = frozenset(("create", "send", "start", "share", "add", "breakdown"))
"""Verbs that keep words and delete nothing; their slots are no commands."""
_DELETES = frozenset(("delete", "remove", "cancel", "undo"))
_ALIKE = str.maketrans(
    {
        **dict(zip("аеорсухіјѕһԁոӏ", "aeopcyxijshdnl", strict=True)),  # Cyrillic, Armenian
        **dict(zip("αεοιρυνκτ", "aeoipuvkt", strict=True)),  # Greek
        **dict(zip("0134", "olea", strict=True)),
    }
)
"""Letters of other alphabets, and digits, that look like our small letters."""


def folded(text: str, invisible: str = "") -> str:
    """Small letters and digits, single blanks, no accents or lookalikes. `invisible` replaces what has no width."""
    plain = unicodedata.normalize("NFKD", text)
    seen = "".join(_seen(each, invisible) for each in plain)
    return " ".join(re.findall(r"[^\W_]+", seen.casefold().translate(_ALIKE)))


class Literally:
    """The words of roles.toml as one expression."""

    def __init__(self, words: NeverLiterally) -> None:
        doing, everything = _any([form for verb in words.doing for form in _forms(verb)]), _any(words.all)
        gap = rf"(?: \w+){{0,{_BETWEEN}}}? "
        near = [rf"{doing}{gap}{everything}", rf"{everything}{gap}{doing}"] if words.doing and words.all else []
        one_of = [*near, *([_any(words.phrases)] if words.phrases else [])]
        self._spared = re.compile(rf"\b{_any(words.spared)}\b") if words.spared else None
        self._found = re.compile(rf"\b(?:{'|'.join(one_of)})\b") if one_of else None

    def says(self, text: str) -> bool:
        """Whether a text contains words that are never taken literally."""
        if self._found is None:
            return False
        forms = {folded(text), folded(text, invisible=" ")}
        return any(self._found.search(self._spared.sub("…", said) if self._spared else said) for said in forms)

    def means(self, command: Command) -> bool:
        """Whether a command is one of these, whatever it was parsed as. One that only asks, keeps or sends is not."""
        if not any(step.action not in VOCABULARY or VOCABULARY[step.action].writes for step in command.steps):
            return False
        if not self.says(command.text):
            return any(self._aims_at_all(step, command.source == "explicit") for step in command.steps)
        rest = f" {folded(command.text)} "
        for words in sorted(
            (folded(words) for step in command.steps for words in self._apart(step)), key=len, reverse=True
        ):
            rest = rest.replace(f" {words} ", " … ", 1) if words else rest
        return self.says(rest)

    def _apart(self, step: Step) -> list[str]:
        """Words of a step that are no command: all that it keeps or sends, else names with such words."""
        verb = step.action.partition(".")[2]
        if step.action not in VOCABULARY or verb in _DELETES:
            return []
        words = [each for value in step.slots.values() for each in _texts(value)]
        return words if verb in _FREE else [each for each in words if self.says(each)]

    def _aims_at_all(self, step: Step, anywhere: bool) -> bool:
        """A deleting verb whose subject is "all" of its family; in an explicit command, in any slot."""
        action = VOCABULARY.get(step.action)
        family, _, verb = step.action.partition(".")
        subjects = [step.slots.get(action.subject, "")] if action and action.subject else []
        words = [each for value in (step.slots.values() if anywhere else subjects) for each in _texts(value)]
        return verb in _DELETES and any(self.says(f"{verb} {each} {family}s") for each in words)


def _seen(letter: str, invisible: str) -> str:
    match unicodedata.category(letter):
        case "Cf":
            return invisible
        case "Mn" | "Me":
            return ""
        case _:
            return letter


def _any(words: Sequence[str]) -> str:
    return "(?:" + "|".join(re.escape(folded(each)) for each in sorted(words, key=len, reverse=True)) + ")"


def _forms(verb: str) -> list[str]:
    """A verb as it may be said: delete, deletes, deleted, deleting; drop, dropped."""
    first, _, rest = verb.partition(" ")
    stem = first.removesuffix("e")
    forms = {
        first,
        f"{first}s",
        f"{first}es",
        f"{stem}ed",
        f"{stem}ing",
        f"{first}{first[-1:]}ed",
        f"{first}{first[-1:]}ing",
    }
    return [f"{form} {rest}".strip() for form in forms]


def _texts(value: Slot) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each if isinstance(each, str) else " ".join(each.values()) for each in value]
