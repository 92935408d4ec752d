"""Around one microphone: whose words they are, by voice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from device.calls.live.table import TableVoices
from device.voiceprints.book import VoiceprintBook
from device.voiceprints.recognition import VoiceRecognition
from firmware.frame import RATE, Samples
from services.calls.base import Promised, SegmentHeard, Side
from services.store.store import Store
from services.voiceprints.base import Who
from services.voiceprints.enrolment import enrolment_sentence, voiceprint
from services.voiceprints.wespeaker import WespeakerEncoder
from tests.live_calls import CallDesk, Sounds, Voices
from tests.voices import speak

NAMES: dict[Side, str] = {"owner": "You", "other": "Henderson"}
SOUND = np.ones(RATE, np.int16)
ANNA = Who("Anna", 0.95, (("Anna", 0.95), ("Ben", 0.01)))
BEN = Who("Ben", 0.9, (("Ben", 0.9), ("Anna", 0.05)))


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (ANNA, ("owner", "You")),
        (BEN, ("other", "Ben")),
        (Who(None, 0.9, (("Anna", 0.06), ("Ben", 0.04))), ("other", "Henderson")),
        (Who(None, 0.3, (("Anna", 0.65), ("Ben", 0.05))), ("owner", "You")),
        (Who(None, 0.0), ("other", "Henderson")),
        (None, ("other", "Henderson")),
    ],
    ids=["the owner", "somebody known", "nobody known", "likely the owner", "too little", "nobody enrolled"],
)
def test_whose_words_they_are(who: Who | None, told: tuple[Side, str]) -> None:
    voices = Voices(who_now=who)
    assert TableVoices(voices, voices.is_owner, NAMES)("other", SOUND) == told


@pytest.mark.parametrize(
    ("owners", "side"),
    [(("Ben",), "owner"), (("Anna", "Ben"), "other"), ((), "other")],
    ids=["has the owner's role", "two have it", "nobody has it"],
)
def test_the_owner_is_the_first_with_that_role_else_the_first(owners: tuple[str, ...], side: Side) -> None:
    voices = Voices(owners=owners, who_now=BEN)
    assert TableVoices(voices, voices.is_owner, NAMES)("other", SOUND)[0] == side


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "equerry.db") as store:
        yield store


def test_a_talk_around_a_table_has_two_sides(store: Store) -> None:
    voices = Voices()
    desk = CallDesk(store, sounds=Sounds(sides=("other",)), voices=voices)
    with desk.running():
        desk.begin()
        voices.who_now = BEN
        desk.say("owner", "I'll send you the drawings by Friday.")  # into the one microphone
        voices.who_now = ANNA
        desk.say("owner", "I'll ring the quarry tomorrow.")
        desk.end()
    told = [(each.segment.side, each.segment.speaker) for each in desk.of(SegmentHeard)]
    assert told == [("other", "Ben"), ("owner", "You")]
    assert [each.commitment.who for each in desk.of(Promised)] == ["Ben", "You"]
    assert [each.by for each in desk.record.proposals] == ["other", "owner"]
    assert desk.record.owner.talk_s > 1 and desk.record.other.talk_s > 1


def test_whispers_wait_for_a_pause_as_it_may_be_the_owner_who_speaks(store: Store) -> None:
    desk = CallDesk(store, sounds=Sounds(sides=("other",)), voices=Voices(who_now=BEN))
    with desk.running():
        desk.begin()
        desk.recogniser.texts = ["How much would that cost us?"]
        desk.sound("owner", 2.0, voice=True)
        desk.sound("owner", 0.72, voice=False)
        desk.sound("owner", 2.0, voice=True)
        desk.settle()
        assert not desk.asides
        desk.sound("owner", 1.5, voice=False)
        desk.until(lambda: desk.asides)


def test_around_a_table_nobody_is_told_to_be_silent_while_the_owner_speaks(store: Store) -> None:
    desk = CallDesk(store, sounds=Sounds(sides=("other",)), voices=Voices(who_now=ANNA))
    with desk.running():
        desk.begin()
        desk.say("owner", "Let me begin.")
        desk.sound("owner", 70.0, voice=False)
        desk.settle()
        assert desk.notices == []


ENROLLED = (
    "turn on the light in the kitchen and close the blinds",
    "remind me to call the dentist tomorrow at half past nine",
    "what is on my calendar for the rest of the week",
)
SAID = (
    "I'll send you the quote by Friday, and the drawings with it.",
    "That sounds fair, but it is more than we wanted to pay.",
    "Who would come, and when would they begin?",
    "Yes, that works for me.",
)


def in_a_room(sound: Samples) -> Samples:
    still = np.random.default_rng(3).normal(0, 12.0, sound.size + RATE).astype(np.int16)
    still[RATE // 2 : RATE // 2 + sound.size] += sound
    return still


@pytest.mark.engine
def test_real_voices_are_parted_at_a_small_cost(tmp_path: Path, model_folder: Callable[[str], Path]) -> None:
    encoder, book = WespeakerEncoder(model_folder("wespeaker-resnet34")), VoiceprintBook(tmp_path / "voiceprints.json")
    for name, voice in (("Anna", "flite:slt"), ("Ben", "flite:rms")):
        spoken = [enrolment_sentence(words, in_a_room(speak(words, voice)), encoder) for words in ENROLLED]
        book.add(voiceprint(name, spoken, at=datetime(2026, 11, 25, tzinfo=UTC), encoder="wespeaker-resnet34"))
    voices = TableVoices(
        VoiceRecognition(book, lambda: encoder, model="wespeaker-resnet34"), lambda name: name == "Anna", NAMES
    )
    wanted = {"flite:slt": ("owner", "You"), "flite:rms": ("other", "Ben"), "piper": ("other", "Henderson")}
    told, seconds = [], []
    for voice, whose in wanted.items():
        for words in SAID:
            sound = in_a_room(speak(words, voice))
            began = time.process_time()
            told.append(voices("other", sound)[0] == whose[0])
            seconds.append(time.process_time() - began)
    print(f"sides right: {sum(told)} of {len(told)}; processor seconds each: {np.median(seconds):.3f}")
    assert sum(told) >= len(told) - 1
    assert np.median(seconds) < 1.0
