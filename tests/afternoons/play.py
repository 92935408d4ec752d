"""Plays an afternoon: a fresh store, the clock of the afternoon, and the appliance's own way from a text to a reply."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, cast

from device.clock import Clock
from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.configuration.house import currency_of
from device.configuration.settings import Settings
from device.dials.appliance import ThisAppliance
from device.turn.rows.open_ear import MOST_MISSED
from device.wiring.basis import zone_of
from device.wiring.commands import build_parser, build_responder
from services.actions.base import Reply, Response
from services.actions.execution.doubt import is_for_us
from services.store.base import (
    Channel,
    Customer,
    Item,
    LedgerEntry,
    Meeting,
    Note,
    Person,
    Project,
    Task,
    Transaction,
)
from services.store.documents import TodoList
from services.store.store import Store
from services.understanding.base import Parser
from services.understanding.names.names import Names
from services.understanding.reserved import closes
from services.understanding.stages.base import unread
from tests.afternoons.judge import Verdict, judge
from tests.appliance import MockAppliance
from tests.tables import table

FOLDER = Path(__file__).parent
HALVES = ("open", "kept")
PAUSE = 20
"""Seconds between two turns where nothing else is told."""
CLIENT = "microphone"

Manner = Literal["wake", "open", "answer"]
"""A turn is said with the wake word, into an ear that opened by itself, or as the answer to a question."""
Hears = Callable[[str, int, Manner], tuple[str, float]]
"""From what is said in which turn, and how, to what is heard, and how surely."""


@dataclass(frozen=True, slots=True)
class Played:
    """One turn, as it went."""

    number: int
    turn: Mapping[str, Any]
    heard: str
    response: Response
    verdict: Verdict
    manner: Manner = "wake"
    lost: bool = False
    """Said into the open ear it was passed over, and said again with the wake word."""


@dataclass(slots=True)
class OpenEar:
    """Whether one may speak without the wake word (docs/sessions.md)."""

    lasts: float
    """Seconds that the ear stays open; 0: all is said with the wake word, or typed."""
    open: bool = False
    missed: int = 0

    def manner(self, after: float | None, *, awaited: bool) -> Manner:
        """How the next turn is said, so many seconds after the one before; None: behind it."""
        if not self.lasts:
            return "wake"
        if awaited:
            return "answer"
        if self.open and (after is None or after <= self.lasts):
            return "open"
        self.open, self.missed = True, 0
        return "wake"

    def met(self, text: str) -> None:
        """It was carried out."""
        self.missed = 0
        self.open = not closes(text)

    def passed_over(self) -> None:
        """It was not: the second in a row closes the ear, and so does the wake word that follows."""
        self.missed += 1
        self.open = self.missed < MOST_MISSED


def afternoons(half: str) -> list[Path]:
    """The files of one half."""
    return sorted((FOLDER / half).glob("*.yaml"))


def as_said(text: str, _: int, __: Manner) -> tuple[str, float]:
    """Typed: heard as it is."""
    return text, 1.0


def reader(settings: Settings, *, model: bool) -> tuple[Parser, list[StoreDirectory]]:
    """A parser for many afternoons, and the directories of their stores: it knows the names of the last."""
    here: list[StoreDirectory] = []

    def names() -> Names:
        return here[-1].names() if here else Names()

    return build_parser(settings, model=model, names=names), here


def play(
    path: Path,
    data: Path,
    settings: Settings,
    reads: tuple[Parser, list[StoreDirectory]],
    hears: Hears = as_said,
    *,
    open_s: float = 0.0,
) -> Iterator[Played]:
    """Turn by turn, on a store of its own in `data`. `open_s`: seconds for which the ear stays open behind a turn."""
    afternoon = table(path)
    parser, here = reads
    now = [datetime.fromisoformat(afternoon["now"])]
    settings = settings.model_copy(update={"paths": settings.paths.model_copy(update={"data": data})})
    with Store(data / "equerry.db") as store:
        with store.transaction("known", now=now[0] - timedelta(days=3), undoable=False) as tx:
            _know(tx, afternoon.get("known") or {}, settings)
        here.append(StoreDirectory(store))
        clock = cast(Clock, SimpleNamespace(now=lambda: now[0], believed=True))
        appliance = cast(ThisAppliance, MockAppliance())
        responder = build_responder(settings, store, parser, here[-1], appliance=appliance, clock=clock)
        yield from _turns(responder, afternoon["turns"], now, hears, OpenEar(open_s))


def _turns(
    responder: Responder, turns: Sequence[Mapping[str, Any]], now: list[datetime], hears: Hears, ear: OpenEar
) -> Iterator[Played]:
    awaited = False
    for number, turn in enumerate(turns, 1):
        now[0] += timedelta(seconds=turn.get("after", PAUSE))
        if turn.get("only_if_asked") and not awaited:
            continue
        manner = ear.manner(turn.get("after"), awaited=awaited)
        heard, surely = hears(str(turn["say"]), number, manner)
        response = _responded(responder, heard, surely, unasked=manner == "open")
        if lost := response is None:
            ear.passed_over()
            if "ignores" not in turn:  # one says it again, with the wake word
                heard, surely = hears(str(turn["say"]), number, "wake")
                response = _responded(responder, heard, surely)
                ear.met(heard)
        else:
            ear.met(heard)
        response = response or Response(unread(""), (), Reply(""))
        awaited = response.reply.awaits
        yield Played(number, turn, heard, response, judge(turn, response), manner, lost)


def _responded(responder: Responder, heard: str, surely: float, *, unasked: bool = False) -> Response | None:
    """As the jobs do (device/jobs/jobs.py). None: it was not meant for us."""
    with responder.turn(CLIENT):
        said = responder.understand(heard, client=CLIENT, confidence=surely)
        going_on = heard if said.goes_on and said.conversation.done else ""
        if unasked and not closes(heard) and not is_for_us(said.command, going_on=going_on):
            return None
        return responder.carry_out(said)


def _know(tx: Transaction, known: Mapping[str, Any], settings: Settings) -> None:
    """What the store of this person held already."""
    people = {row["name"]: tx.add(Person(**_tuples(row))).id for row in known.get("people", ())}
    for row in known.get("customers", ()):
        customer = tx.add(Customer(name=row["name"]))
        if balance := row.get("balance"):
            tx.add(
                LedgerEntry(
                    customer_id=customer.id,
                    customer=customer.name,
                    minor=-round(balance * 100),
                    currency=currency_of(settings) or "EUR",
                    reason="debit" if balance > 0 else "credit",
                )
            )
    for name in known.get("projects", ()):
        tx.add(Project(name=name))
    for row in known.get("channels", ()):
        tx.add(
            Channel(name=row["name"], members=tuple(people[name] for name in row.get("members", ()) if name in people))
        )
    for name, items in known.get("lists", {}).items():
        made = tx.add(TodoList(name=name))
        for item in items:
            tx.add(Item(list_id=made.id, name=str(item)))
    for row in known.get("tasks", ()):
        due = row.get("due")
        task = Task(title=row["title"], assignees=tuple(row.get("assignees", ())))
        at = datetime.fromisoformat(str(due)) if due else None
        due = at and (at if at.tzinfo else at.replace(tzinfo=zone_of(settings)))
        tx.add(replace(task, due=due, due_grain="day") if due else task)
    for row in known.get("meetings", ()):
        start = datetime.fromisoformat(str(row["start"]))
        with_ = tuple(row.get("attendees", ()))
        tx.add(
            Meeting(
                title=row["title"],
                start=start,
                end=start + timedelta(minutes=row.get("minutes", 60)),
                attendees=with_,
                attendee_ids=tuple(people[name] for name in with_ if name in people),
                location=row.get("location", ""),
            )
        )
    for text in known.get("notes", ()):
        tx.add(Note(content=str(text)))


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
