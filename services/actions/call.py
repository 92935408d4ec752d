"""What an action is called with: the slots as spoken, the transaction, and the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from services.actions.base import Appliance, FindWhen, ReadAmount, ReadCommands, Unanswered, Unconfirmed, Works
from services.actions.execution.outside import Outside
from services.actions.execution.progress import What
from services.actions.wording import moment
from services.files.base import Content, Files
from services.insight.base import Insight
from services.store.base import Document, Transaction
from services.understanding.base import Command, Found, Reference, Slot


@dataclass(frozen=True, slots=True)
class Done:
    """What an action did, for its outcome."""

    words: str
    """For the reply."""
    label: str = ""
    """What undo says was undone; empty where nothing was changed."""
    changed: tuple[Document, ...] = ()
    about: tuple[Document, ...] = ()
    """What a question was answered with, in the order of the words; by default `changed`."""
    asks: str = ""
    """A question that goes on from here: its answer completes the same command once more."""
    after: tuple[Callable[[], None], ...] = ()
    """What is done to the appliance itself, once everything is committed: the one way to do so."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was done for a step before the transaction."""

    content: Mapping[str, Content] = field(default_factory=dict)
    """Content kept from the inbox, by its name there; any step of the command may use it."""
    result: object = None
    """What else there is for its own action."""


Made = Mapping[int, Prepared]
"""What was prepared for the steps of a command, by their index."""


def nothing_read(texts: Sequence[str], _: datetime) -> list[Command]:
    """Where there is no parser, no sentence is a command."""
    return [Command(text, (), 0.0, "none") for text in texts]


@dataclass(frozen=True, slots=True)
class Call:
    """One step about to be done."""

    said: str
    """The whole command as it was spoken."""
    slots: Mapping[str, Slot]
    tx: Transaction
    now: datetime
    """In the device's zone."""
    zone: tzinfo
    find_when: FindWhen
    references: tuple[Reference, ...] = ()
    """What the names in the slots stand for."""
    confirmed: bool = False
    """Somebody said yes: a question asked by the action itself is answered."""
    read_amount: ReadAmount = lambda _: None
    currency: str = ""
    """ISO 4217: the currency of amounts told without one; empty where the settings name none."""
    files: Files | None = None
    """The inbox and the content store; None where the device has neither."""
    brought: Mapping[str, Content] = field(default_factory=dict)
    """Content kept from the inbox before the transaction, by its name there."""
    prepared: object = None
    """The result of its own preparation, if there was one."""
    changes_before: bool = False
    """Earlier steps change documents, so what a preparation reads of the store may differ from what the step will find.
    """
    done_before: str = ""
    """What the steps done before it say, for a message that tells of them."""
    appliance: Appliance | None = None
    """None where there is only a store."""
    read_commands: ReadCommands = nothing_read
    carry_out: Callable[[Command, Made], Sequence[Done]] = lambda *_: ()
    """Does the steps of another command within this one, with what was prepared. Raises what they raise."""
    prepare_all: Callable[[Sequence[Command]], Sequence[Made]] = lambda commands: [{} for _ in commands]
    """For a preparation: prepares steps of other commands side by side, for `carry_out`. Failed ones are left out."""
    part: Callable[[What, int, int, str], None] = lambda *_: None
    """Tells the progress of an action in parts: what of the part, its index, how many there are, what it is or did."""
    may: Callable[[str], bool] = lambda _: True
    """Whether whoever gives the command may do family.verb, too."""
    client: str = ""
    """Who gives the command: microphone, console, mqtt:<name>, voice:<name>@microphone."""
    speaker: str = ""
    """Whose voice it is, by the name that the contacts have; empty where that is not known."""
    works: Works | None = None
    """Commands that run now; None where commands do not run side by side."""
    insight: Insight | None = None
    """Past turns; None where they are not kept."""

    outside: Outside | None = None
    """The house; None where none is connected."""

    def confirm(self, question: str) -> None:
        """Raises Unconfirmed until somebody has said yes."""
        if not self.confirmed:
            raise Unconfirmed(question)

    def unclear(self, reason: str, when: str, ask: str) -> Unanswered:
        """For a time that was said and is none."""
        return Unanswered(reason, f"I didn't understand when: “{when}”. {ask}")

    def passed(self, reason: str, at: datetime, ask: str, *, whole_day: bool = False) -> Unanswered:
        """For a time that has passed where it must lie ahead."""
        return Unanswered(reason, f"{self.say(at, whole_day=whole_day)} has already passed. {ask}")

    def meant(self, slot: str) -> tuple[Reference, ...]:
        """What a slot refers to, where that is in the store."""
        return tuple(ref for ref in self.references if ref.slot == slot and ref.id is not None)

    def text(self, slot: str) -> str:
        """The words of a slot; empty where it has none."""
        return ", ".join(self.texts(slot))

    def texts(self, slot: str) -> tuple[str, ...]:
        """The values of a slot, names as the store has them ("sara" → Sarah Chen)."""
        value = self.slots.get(slot, ())
        values = (value,) if isinstance(value, str) else tuple(_named(part) for part in value)
        known: dict[str, list[str]] = {}
        for ref in self.references:
            if ref.slot == slot and ref.how != "command":
                known.setdefault(ref.words, []).append(ref.name)
        named = [name for part in values for name in known.get(part, [part])]
        return tuple(part.strip() for part in dict.fromkeys(named) if part.strip())

    def names(self, slot: str) -> list[str]:
        """The values of a slot as they were spoken."""
        value = self.slots.get(slot, ())
        parts = (value,) if isinstance(value, str) else tuple(part for part in value if isinstance(part, str))
        return [part.strip() for part in parts if part.strip()]

    def rows(self, slot: str) -> tuple[Mapping[str, str], ...]:
        """The values of a slot as rows with a `name` and whatever else was said of each (quantity)."""
        value = self.slots.get(slot, ())
        parts: Sequence[str | Mapping[str, str]] = (value,) if isinstance(value, str) else value
        rows = ({"name": part} if isinstance(part, str) else {**part, "name": _named(part)} for part in parts)
        return tuple(row for row in rows if row["name"].strip())

    def found(self, *slots: str) -> Found | None:
        """The first time expression in these slots, in their order."""
        return next((found[0] for slot in slots if (found := self._times(slot))), None)

    def occasion(self) -> Found | None:
        """`when` and `recurrence` together: "at 8" and "every Monday" are one repetition."""
        found = self._times("recurrence", "when")
        return next((each for each in found if each.kind == "recurrence"), found[0] if found else None)

    def _times(self, *slots: str) -> Sequence[Found]:
        """The times in these slots; one that only the tense of the whole sentence puts into the past is past."""
        words = " ".join(part for slot in slots for part in self.texts(slot))
        found = self.find_when(words, self.now) if words else ()
        if not found or words not in self.said or not _comes(found[0], self.now):
            return found
        whole = [each for each in self.find_when(self.said, self.now) if self.said[slice(*each.span)] in words]
        return whole if whole and not _comes(whole[0], self.now) else found

    def say(self, at: datetime, *, whole_day: bool = False) -> str:
        """An instant as it is said now."""
        return moment(at, self.now, self.zone, whole_day=whole_day)


Action = Callable[[Call], Done]
"""Does one step inside its transaction. Raises Refused, a StoreError or a FileError; everything is rolled back then."""

Prepare = Callable[[Call], Prepared]
"""Does what takes long for a step, before the transaction: keeps files, makes pages, reads sentences. Preparations run
side by side, each on its own thread; `tx` is read-only and shows what is committed. What is not clear yet is left to
the action, which must do without what was not prepared. Raises what an action may raise; if the command fails, what was
made is of no effect.
"""


def family(name: str, *verbs: Action) -> Mapping[str, Action]:
    """The actions of a family, family.verb → function, by the names of its functions."""
    return {f"{name}.{verb.__name__}": verb for verb in verbs}


def _comes(found: Found, now: datetime) -> bool:
    """Whether a time lies ahead."""
    at = found.start or found.end
    return found.kind in ("instant", "interval") and at is not None and at > now


def _named(part: str | Mapping[str, str]) -> str:
    """A row's own words, whatever its parser calls them."""
    if isinstance(part, str):
        return part
    return next((part[key] for key in ("name", "item", "text", "value") if key in part), "")
