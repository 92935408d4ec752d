"""Two people on a whole appliance with real engines, by sound: each hears their own tasks, and a voice is learnt by
answering what it asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from device.configuration.load import load
from device.turn import events as on
from device.voiceprints.book import ENCODER, NAME, VoiceprintBook
from device.voiceprints.enrolling import READ_ALOUD
from device.wiring.ear import load_encoder
from firmware.frame import RATE
from services.store.base import Person, Task
from services.voiceprints.enrolment import enrolment_sentence, voiceprint
from tests.voices import speak, turn
from tests.whole_appliance import MODELS, WholeAppliance

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]
QUIET = np.zeros(RATE, np.int16)
PEOPLE = {"Anna": ("espeak:en-us+f2", "water the plants"), "Ben": ("flite:rms", "order new chairs")}


def enrol(folder: Path) -> None:
    """Anna and Ben, from what they would read aloud."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = load({"EQUERRY_PATHS__DATA": str(folder), "EQUERRY_PATHS__MODELS": MODELS})
    encoder, book = load_encoder(settings), VoiceprintBook(folder / NAME)
    for name, (voice, _) in PEOPLE.items():
        said = [enrolment_sentence(text, speak(text, voice), encoder) for text in READ_ALOUD]
        book.add(voiceprint(name, said, at=datetime.now(UTC), encoder=ENCODER))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeAppliance]:
    folder = tmp_path_factory.mktemp("two") / "desk"
    enrol(folder)
    with WholeAppliance(folder, "desk", None) as appliance:
        with appliance.store.transaction("seed", undoable=False) as tx:
            for name, (_, title) in PEOPLE.items():
                tx.add(Person(name=name))
                tx.add(Task(title=title, created_by=name))
        appliance.ready()
        yield appliance


@pytest.mark.parametrize("name", PEOPLE)
def test_each_hears_their_own_tasks(desk: WholeAppliance, name: str) -> None:
    voice, title = PEOPLE[name]
    desk.forget()
    desk.microphone.play(turn("What are my tasks?", voice=voice))
    desk.until(lambda: desk.of(on.Replied))
    (replied,) = desk.of(on.Replied)
    assert title in replied.response.reply.text
    assert not any(other in replied.response.reply.text for _, other in PEOPLE.values() if other != title)
    (heard,) = desk.of(on.FinalHeard)
    assert heard.final.who.name == name


def test_a_voice_is_learnt_by_saying_sentences(desk: WholeAppliance) -> None:
    with desk.store.transaction("seed", undoable=False) as tx:
        tx.add(Person(name="Mike"))
    desk.forget()
    desk.daemon.inbox.put(on.TextGiven("learn Mike's voice"))
    for number, text in enumerate(READ_ALOUD, 1):
        desk.until(lambda number=number: len(desk.of(on.QuestionAsked)) == number and desk.phase == "asking")
        assert desk.of(on.QuestionAsked)[-1].text.endswith(text)
        desk.microphone.play(np.concatenate((QUIET, speak(text, "flite:awb"), QUIET)))
    desk.until(lambda: desk.of(on.Announced))
    assert desk.of(on.Announced)[-1].text.startswith("I know Mike's voice now")
    assert [each.name for each in VoiceprintBook(desk.settings.paths.data / NAME).read()] == [*PEOPLE, "Mike"]
