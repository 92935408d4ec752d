"""Meetings, routines, timers and the appliance from spoken sentences, with the real parser, store and responder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.commands.routines import reader
from services.actions.execution.executor import Executor
from services.store.store import Store
from services.understanding.parser import CommandParser
from services.understanding.when import find
from tests.appliance import MockAppliance

ROOT = Path(__file__).parents[3]
ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=ZONE)

TALKS: list[list[tuple[str, str]]] = [
    [
        (
            "Schedule a budget review tomorrow at 3 for an hour in room 5",
            "Scheduled: budget review, tomorrow at 3 PM, 1 hour, room 5.",
        ),
        (
            "Schedule a meeting with Sarah and Mike tomorrow at three",
            "Scheduled: meeting with Sarah and Mike, tomorrow at 3 PM, 30 minutes. "
            "It overlaps with the budget review, 3 PM to 4 PM. You are free from 4 PM to 8 PM.",
        ),
        ("When am I free tomorrow afternoon?", "You are free tomorrow afternoon from noon to 3 PM."),
        (
            "Move my meeting with Sarah to 4",
            "Changed: meeting with Sarah and Mike, tomorrow at 4 PM, 30 minutes.",
        ),
        ("Where is the budget review?", "The budget review: room 5."),
        ("Add Tom to the budget review", "Tom added to the budget review."),
        (
            "Make the budget review 15 minutes longer",
            "Changed: budget review with Tom, tomorrow at 3 PM, 1 hour and 15 minutes, room 5. "
            "It overlaps with the meeting with Sarah and Mike, 4 PM to 4:30 PM. You are free from 4:30 PM to 8 PM.",
        ),
        ("Cancel all my meetings tomorrow", "Cancel both tomorrow: "),
        ("Yes", "Two meetings cancelled tomorrow."),
        ("Undo the last two", "Undone, two commands: two meetings cancelled; changed: budget review."),
        ("How long is the budget review?", "The budget review lasts 1 hour, 3 PM to 4 PM."),
    ],
    [
        ("Schedule a dentist appointment tomorrow", "At what time tomorrow? You are free from 9 AM to 6 PM."),
        ("At 5", "Scheduled: dentist appointment, tomorrow at 5 PM, 30 minutes."),
        (
            "Schedule a sync with Tom tomorrow afternoon",
            "At what time tomorrow afternoon? You are free from noon to 4 PM.",
        ),
        ("Friday at 3 pm", "Scheduled: sync with Tom, Friday at 3 PM, 30 minutes."),
    ],
    [
        (
            "When I say good night, mute and read tomorrow's meetings",
            "When you say “good night”, I will mute and read tomorrow's meetings.",
        ),
        ("Good night.", "Nothing is on your calendar tomorrow."),
        ("What routines do I have?", "One routine: good night."),
        ("Delete the good night routine", "Delete the good night routine?"),
        ("Yes", "Good night routine deleted."),
        ("Good night.", ""),
    ],
    [
        ("Set a pasta timer for 10 minutes", "Pasta timer set for 10 minutes."),
        ("Pause the pasta timer", "Pasta timer paused, 9 minutes and 50 seconds left."),
        ("Add five minutes to the pasta timer", "The pasta timer has 14 minutes and 50 seconds left now."),
        ("Resume the timer", "Pasta timer goes on, 14 minutes and 50 seconds left."),
    ],
    [
        ("Louder", "Volume 80 percent."),
        ("Set the volume to 5", "Volume 50 percent."),
        ("Turn it up, saw's on", "Volume 60 percent."),
        ("Bit more", "Volume 70 percent."),
        ("Too much", "Volume 60 percent."),
        ("A bit less", "Volume 50 percent."),
        ("What's the volume?", "The volume is at 50 percent."),
        ("How warm are you?", "My processor is at 51 degrees Celsius."),
    ],
    [
        ("Create a packing list with socks and shoes", "List created: packing with socks and shoes."),
        ("Are socks on the packing list?", "Yes, socks are on your packing list."),
        ("Tick socks off the packing list", "Ticked socks off your packing list. One item left."),
        ("Delete the packing list", "Delete your packing list with shoes on it?"),
        ("Yes", "Packing list deleted."),
    ],
]


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(ROOT / "config" / "sentences")


@pytest.fixture
def ask(tmp_path: Path, parser: CommandParser) -> Callable[[str], str]:
    """What is answered; ten seconds pass before each sentence."""
    store = Store(tmp_path / "store.db")
    store.open()
    now = [MONDAY]
    directory = StoreDirectory(store)
    executor = Executor(
        store, find_when=find, zone=ZONE, read_commands=reader(parser, directory.names), appliance=MockAppliance()
    )
    responder = Responder(parser, executor, lambda: now[0], directory=directory)

    def said(text: str) -> str:
        now[0] += timedelta(seconds=10)
        return responder.respond(text, client="here").reply.text

    return said


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk[0][0])
def test_a_talk(ask: Callable[[str], str], talk: list[tuple[str, str]]) -> None:
    for text, reply in talk:
        answer = ask(text)
        assert answer.startswith(reply[:-1]) if reply.endswith((": ", "…")) else answer == reply, (text, answer)
