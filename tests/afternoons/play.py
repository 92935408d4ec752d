"""Plays an afternoon: a fresh store, the clock of the afternoon, and the appliance's own way from a text to a reply."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from device.clock import Clock
from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.configuration.house import currency_of
from device.configuration.settings import Settings
from device.dials.appliance import ThisAppliance
from device.wiring.basis import zone_of
from device.wiring.commands import build_parser, build_responder
from services.actions.base import Response
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
from tests.afternoons.judge import Verdict, judge
from tests.appliance import MockAppliance
from tests.tables import table

FOLDER = Path(__file__).parent
HALVES = ("open", "kept")
PAUSE = 20
"""Seconds between two turns where nothing else is told."""
CLIENT = "microphone"

Hears = Callable[[str, int], tuple[str, float]]
"""From what is said in which turn to what is heard, and how surely."""


@dataclass(frozen=True, slots=True)
class Played:
    """One turn, as it went."""

    number: int
    turn: Mapping[str, Any]
    heard: str
    response: Response
    verdict: Verdict


def afternoons(half: str) -> list[Path]:
    """The files of one half."""
    return sorted((FOLDER / half).glob("*.yaml"))


def as_said(text: str, _: int) -> tuple[str, float]:
    """Typed: heard as it is."""
    return text, 1.0


def reader(settings: Settings, *, model: bool) -> tuple[Parser, list[StoreDirectory]]:
    """A parser for many afternoons, and the directories of their stores: it knows the names of the last."""
    here: list[StoreDirectory] = []

    def names() -> Names:
        return here[-1].names() if here else Names()

    return build_parser(settings, model=model, names=names), here


def play(
    path: Path, data: Path, settings: Settings, reads: tuple[Parser, list[StoreDirectory]], hears: Hears = as_said
) -> Iterator[Played]:
    """Turn by turn, on a store of its own in `data`."""
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
        yield from _turns(responder, afternoon["turns"], now, hears)


def _turns(
    responder: Responder, turns: Sequence[Mapping[str, Any]], now: list[datetime], hears: Hears
) -> Iterator[Played]:
    awaited = False
    for number, turn in enumerate(turns, 1):
        now[0] += timedelta(seconds=turn.get("after", PAUSE))
        if turn.get("only_if_asked") and not awaited:
            continue
        heard, surely = hears(str(turn["say"]), number)
        response = responder.respond(heard, client=CLIENT, confidence=surely)
        awaited = response.reply.awaits
        yield Played(number, turn, heard, response, judge(turn, response))


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
