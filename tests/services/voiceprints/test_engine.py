"""The real encoder on synthetic voices: told apart, enrolled, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from firmware.frame import RATE, Samples
from services.voiceprints.base import EncoderUnusable
from services.voiceprints.enrolment import (
    EnrolmentRefused,
    EnrolmentSentence,
    EnrolmentSentenceUnfit,
    enrolment_sentence,
    nearest,
    voiceprint,
)
from services.voiceprints.scoring import decided, ratios
from services.voiceprints.spoken import voiced_in
from services.voiceprints.wespeaker import FILE, WespeakerEncoder
from tests.voices import speak

pytestmark = pytest.mark.engine

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
ANNA, BEN = "flite:slt", "flite:rms"
SAID = (
    "turn on the light in the kitchen and close the blinds",
    "remind me to call the dentist tomorrow at half past nine",
    "what is on my calendar for the rest of the week",
)
COMMAND = "schedule a meeting with Michael next Tuesday at ten"


@pytest.fixture(scope="module")
def encoder(model_folder: Callable[[str], Path]) -> WespeakerEncoder:
    return WespeakerEncoder(model_folder("wespeaker-resnet34"))


@pytest.fixture(scope="module")
def sentences(encoder: WespeakerEncoder) -> Callable[[str], list[EnrolmentSentence]]:
    def of(voice: str) -> list[EnrolmentSentence]:
        return [
            enrolment_sentence(f"sentence {number}", in_a_room(speak(words, voice)), encoder)
            for number, words in enumerate(SAID, 1)
        ]

    kept = {voice: of(voice) for voice in (ANNA, BEN)}
    return lambda voice: list(kept[voice])


def in_a_room(sound: Samples, room: float = 12.0) -> Samples:
    still = np.random.default_rng(3).normal(0, room, sound.size + RATE).astype(np.int16)
    still[RATE // 2 : RATE // 2 + sound.size] += sound
    return still


def test_each_command_is_of_the_person_who_gave_it_and_a_stranger_is_nobody(
    encoder: WespeakerEncoder, sentences: Callable[[str], list[EnrolmentSentence]]
) -> None:
    prints = [voiceprint(name, sentences(voice), at=NOW, encoder="e") for name, voice in (("Anna", ANNA), ("Ben", BEN))]
    for voice, name in ((ANNA, "Anna"), (BEN, "Ben"), ("piper", None)):
        voiced = voiced_in(in_a_room(speak(COMMAND, voice)))
        who = decided(ratios(encoder.embed(voiced.samples), voiced, prints))
        assert who.name == name, who


@pytest.mark.parametrize("samples", [1, 300, 3000, 20 * RATE])
def test_sound_of_any_length_is_a_point_on_the_sphere(encoder: WespeakerEncoder, samples: int) -> None:
    found = encoder.embed(np.random.default_rng(0).normal(0, 900, samples).astype(np.int16))
    assert (found.shape, found.dtype) == ((256,), np.float32)
    assert np.linalg.norm(found) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    ("sound", "told"),
    [
        (np.zeros(2 * RATE, np.int16), "nobody speaks in it"),
        (np.zeros(0, np.int16), "nobody speaks in it"),
        ("soft", "it is too soft"),
        ("noisy", "there is too much noise"),
        ("loud", "it is too loud"),
        ("the", "it is too short"),
    ],
)
def test_a_sentence_that_tells_nothing_of_a_voice_is_refused(
    encoder: WespeakerEncoder, sound: Samples | str, told: str
) -> None:
    if isinstance(sound, str):
        whole = speak(SAID[0], BEN)
        sound = {
            "soft": lambda: in_a_room((whole / 40).astype(np.int16), 1.0),
            "noisy": lambda: in_a_room(whole, 900.0),
            "loud": lambda: np.clip(in_a_room(whole).astype(np.int32) * 40, -32768, 32767).astype(np.int16),
            "the": lambda: in_a_room(speak("the", BEN)),
        }[sound]()
    with pytest.raises(EnrolmentSentenceUnfit, match=told):
        enrolment_sentence("sentence 1", sound, encoder)


def test_somebody_elses_sentence_is_named(sentences: Callable[[str], list[EnrolmentSentence]]) -> None:
    mixed = [*sentences(ANNA), sentences(BEN)[1]]
    with pytest.raises(EnrolmentRefused, match=r"^Anna was not enrolled. sentence 2 is of another voice"):
        voiceprint("Anna", mixed, at=NOW, encoder="e")


def test_everybody_says_one_sentence(sentences: Callable[[str], list[EnrolmentSentence]]) -> None:
    with pytest.raises(EnrolmentRefused, match="It takes 3 to 5 different sentences, and there are 2"):
        voiceprint("Anna", [sentences(ANNA)[0], sentences(BEN)[1]], at=NOW, encoder="e")


@pytest.mark.parametrize(("count", "told"), [(0, "there is none"), (1, "there is only one"), (2, "there are 2")])
def test_too_few_sentences(sentences: Callable[[str], list[EnrolmentSentence]], count: int, told: str) -> None:
    with pytest.raises(EnrolmentRefused, match=told):
        voiceprint("Anna", sentences(ANNA)[:count], at=NOW, encoder="e")


def test_one_recording_given_three_times(sentences: Callable[[str], list[EnrolmentSentence]]) -> None:
    first = sentences(ANNA)[0]
    with pytest.raises(EnrolmentRefused) as refused:
        voiceprint("Anna", [first] * 3, at=NOW, encoder="e")
    assert str(refused.value) == "Anna was not enrolled. sentence 1 is there twice; say another sentence instead."
    copies = [replace(first, title=f"{number}.wav") for number in (1, 2, 3)]
    with pytest.raises(EnrolmentRefused, match=r"1\.wav and 2\.wav are the same recording"):
        voiceprint("Anna", copies, at=NOW, encoder="e")


def test_somebody_who_sounds_alike_is_found(
    encoder: WespeakerEncoder, sentences: Callable[[str], list[EnrolmentSentence]]
) -> None:
    anna, ben = (voiceprint(name, sentences(voice), at=NOW, encoder="e") for name, voice in (("A", ANNA), ("B", BEN)))
    again = [
        enrolment_sentence(f"sentence {number}", in_a_room(speak(words, ANNA, 0.9)), encoder)
        for number, words in enumerate(SAID)
    ]
    other = replace(anna, name="C", encoder="another", recordings=[np.ones(100, np.float32)])
    found = nearest(voiceprint("Twin", again, at=NOW, encoder="e"), [anna, ben, other])
    assert found is not None
    assert found[0] == "A"
    assert nearest(ben, [anna]) is None


@pytest.mark.parametrize("content", [None, b"", b"no model"])
def test_a_model_that_cannot_be_used_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(EncoderUnusable, match="Run: equerry models verify, then equerry models pull"):
        WespeakerEncoder(tmp_path)


def test_a_model_of_another_kind_is_a_sentence(tmp_path: Path, model_folder: Callable[[str], Path]) -> None:
    (tmp_path / FILE).symlink_to(model_folder("silero-vad") / "silero_vad_v6.onnx")
    with pytest.raises(EncoderUnusable, match="the model is of another kind"):
        WespeakerEncoder(tmp_path)
