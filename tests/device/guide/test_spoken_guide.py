"""The guide by voice on a whole appliance with real engines: somebody with Piper's voice answers what it asks, in real
time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.control.client import request
from device.guide.base import State
from device.guide.progress import ProgressFile
from device.turn import events as on
from device.voiceprints.book import VoiceprintBook
from device.voiceprints.enrolling import READ_ALOUD
from services.store.documents import Person, Project, Task
from services.store.store import Store
from tests.voices import turn
from tests.whole_appliance import Shared, WholeAppliance

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]
BEGINS = {"EQUERRY_GUIDE__ENABLED": "true", "EQUERRY_ENDPOINT__BEGIN_S": "2.0", "EQUERRY_VOICE__CACHE_MIB": "0"}


@pytest.fixture(scope="module")
def shared(model_folder: Callable[[str], Path]) -> Shared:
    """Loaded once."""
    model_folder("piper-en-us-joe")
    return Shared.loaded()


class Desk:
    """A new appliance, and somebody who answers."""

    def __init__(self, appliance: WholeAppliance, folder: Path) -> None:
        self.appliance = appliance
        self.folder = folder

    def asked(self, words: str) -> None:
        """Until it has asked this, and listens."""
        self.appliance.until(lambda: any(words in each.text for each in self.appliance.of(on.QuestionAsked)), within=60)
        self.appliance.until(lambda: self.appliance.phase == "asking", within=60)
        self.appliance.forget()

    def told(self, words: str) -> None:
        """Until it says this."""
        self.appliance.until(lambda: any(words in each.text for each in self.appliance.of(on.Announced)), within=60)

    def says(self, text: str) -> None:
        """Into the open ear."""
        self.appliance.microphone.play(turn(text, wake="", lead=0.7, tail=1.0))

    def wakes(self) -> None:
        """The wake word alone, once all is said."""
        self.appliance.until(lambda: self.appliance.phase == "idle", within=60)
        self.appliance.forget()
        self.appliance.microphone.play(turn("hey jarvis", wake="", lead=0.3, tail=0.5))

    @property
    def kept(self) -> dict[str, object]:
        """guide.json."""
        kept: dict[str, object] = json.loads((self.folder / "guide.json").read_text())
        return kept


@pytest.fixture
def desk(tmp_path: Path, shared: Shared) -> Iterator[Desk]:
    with WholeAppliance(tmp_path / "desk", "desk", None, shared=shared, environ=BEGINS) as appliance:
        yield Desk(appliance, tmp_path / "desk")


def test_a_new_device_is_set_up_by_voice(desk: Desk) -> None:
    desk.asked("What is your name?")
    desk.says("My name is Anna.")
    desk.asked("Did you say Anna? I spell it A, N, N, A.")
    assert not desk.appliance.documents(Person), "nothing without a yes"
    desk.says("Yes, please.")
    desk.told("Good to meet you, Anna.")
    for number in range(3):
        desk.told(("Say it now", "Once more", "And a third time")[number])
        desk.wakes()
    desk.asked("Say a sentence")
    desk.says("Tomorrow I will go and buy some bread.")
    desk.asked("I hear you well")
    desk.says("Yes.")
    desk.asked("What shall it be called?")
    desk.says("Call it garden.")
    desk.asked("Is that right where you are?")
    desk.says("No.")
    desk.asked("Which city are you in")
    desk.says("I'm in Berlin.")
    desk.asked("as in Berlin. Is that right?")
    desk.says("Yes, please.")
    desk.told("Until you say hey jarvis")
    desk.told("That was all, Anna.")
    desk.appliance.until(lambda: desk.kept["step"] == "" and desk.appliance.phase == "idle", within=60)
    (anna,), (garden,) = desk.appliance.documents(Person), desk.appliance.documents(Project)
    assert (anna.name, anna.role, garden.name) == ("Anna", "owner", "Garden")
    assert [task.project_id for task in desk.appliance.documents(Task)] == [garden.id] * 3
    assert desk.appliance.status()["guide"]["done"]
    assert (desk.folder / "time_zone").read_text() == "Europe/Berlin\n"
    undone = request(desk.folder, {"request": "command", "text": "undo", "client": "microphone"})
    assert undone["ok"] and not desk.appliance.documents(Task) and not desk.appliance.documents(Project)
    assert desk.appliance.documents(Person) == [anna]


def test_it_learns_the_voice_of_the_owner_and_goes_on(tmp_path: Path, model_folder: Callable[[str], Path]) -> None:
    """Only engines of one's own know voices."""
    model_folder("wespeaker-resnet34")
    (tmp_path / "desk").mkdir()
    ProgressFile(tmp_path / "desk").save(State("voice", owner="Anna"))
    with Store(tmp_path / "desk" / "equerry.db") as store, store.transaction("seed", now=datetime.now(UTC)) as tx:
        tx.add(Person(name="Anna", role="owner"))
    spoken = [(each, turn(each, wake="", lead=0.5, tail=1.0)) for each in READ_ALOUD]  # at once: silence ends a lesson
    with WholeAppliance(tmp_path / "desk", "desk", None, environ=BEGINS) as appliance:
        desk = Desk(appliance, tmp_path / "desk")
        desk.asked("Shall I learn your voice, Anna")
        desk.says("Yes.")
        for sentence, sound in spoken:
            desk.asked(sentence)
            appliance.microphone.play(sound)
        desk.told("I know Anna's voice now")
        desk.asked("Shall I make a project")
        assert desk.kept["step"] == "project"
        (anna,) = VoiceprintBook(tmp_path / "desk" / "voiceprints.json").read()
        assert anna.name == "Anna" and len(anna.recordings) == len(READ_ALOUD)


def test_it_waits_for_a_command_and_is_quiet_where_nobody_answers(desk: Desk) -> None:
    desk.asked("What is your name?")
    desk.appliance.microphone.play(turn("What time is it?", lead=0.1, tail=1.0))
    desk.appliance.until(lambda: any(each.response.outcomes for each in desk.appliance.of(on.Replied)), within=60)
    desk.appliance.until(lambda: len(desk.appliance.of(on.QuestionAsked)) == 2, within=60)  # the command was no silence
    desk.appliance.until(lambda: desk.kept["waiting"] and desk.appliance.phase == "idle", within=60)
    desk.appliance.forget()
    desk.appliance.microphone.play(turn("Continue the setup.", tail=1.0))
    desk.asked("What is your name?")
    desk.says("Later.")
    desk.told("All right. Say, continue the setup, whenever you like.")
    desk.appliance.until(lambda: desk.kept["waiting"] and desk.appliance.phase == "idle", within=60)
    assert desk.kept["step"] == "name" and not desk.appliance.documents(Person)
