"""Somebody talks to the appliance on Monday morning: from the words to the store and back, by the templates alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import pytest

from device.commands.directory import StoreDirectory
from device.commands.families import SENTENCES
from device.commands.responder import Responder
from services.actions.execution.executor import Executor
from services.store.store import Store
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from services.understanding.when import find

ZONE = ZoneInfo("Europe/Berlin")


class Say(Protocol):
    """Says a sentence; returns the reply. `more`: whoever spoke was not done, and goes on a second later."""

    def __call__(self, text: str, *, more: str = "") -> str: ...


class Desk:
    """Where the parser, which takes a second to load, finds the names of the store in use."""

    names: Callable[[], Names] = staticmethod(Names)


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(SENTENCES, names=lambda: Desk.names())  # noqa: PLW0108 (another store, another method)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "equerry.db") as store:
        yield store


@pytest.fixture
def say(store: Store, parser: CommandParser, monkeypatch: pytest.MonkeyPatch) -> Say:
    now = [datetime(2026, 11, 23, 9, 30, tzinfo=ZONE)]
    directory = StoreDirectory(store)
    monkeypatch.setattr(Desk, "names", directory.names)
    responder = Responder(parser, Executor(store, find_when=find, zone=ZONE), lambda: now[0], directory=directory)

    def said(text: str, *, more: str = "") -> str:
        now[0] += timedelta(seconds=10)
        reply = responder.respond(text, client="test").reply.text
        if not more:
            return reply
        now[0] += timedelta(seconds=1)
        with responder.turn("test"):
            understood = responder.understand(f"{text} {more}", client="test", resumes=True)
            return responder.carry_out(understood).reply.text

    return said
