"""The real models, on spoken words."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from firmware.frame import FRAME_SAMPLES, RATE, Frame, Samples
from services.speech.finals.whisper import WhisperFinals
from services.speech.voice.varied import VariedPiper
from services.wake.base import Detection, Guard, WakeModelUnusable, WakeSettings
from services.wake.features import CONTEXT, FeatureModels, FeatureStream
from services.wake.models import available, feature_models
from services.wake.openwakeword import OpenWakeWord
from services.wake.second_look import SecondLook
from services.wake.teaching import lesson
from services.wake.teaching.bank import load_bank
from services.wake.teaching.clips import WordTake
from services.wake.teaching.fit import FitPlan
from services.wake.teaching.takes import take_of
from tests.voices import installed, speak

pytestmark = pytest.mark.engine

Folders = Callable[[str], Path]


@pytest.fixture(scope="session")
def folder(model_folder: Folders) -> Path:
    """The wake word models."""
    return model_folder("openwakeword")


@pytest.fixture(scope="session")
def jarvis(folder: Path) -> OpenWakeWord:
    """Hears "hey jarvis"."""
    return OpenWakeWord(folder, {"hey_jarvis": WakeSettings()})


def room(seconds: float, level: float = 15.0, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).normal(0, level, int(seconds * RATE)).astype(np.int16)


def frames(samples: Samples) -> Iterator[Frame]:
    for i in range(len(samples) // FRAME_SAMPLES):
        yield Frame(samples[i * FRAME_SAMPLES : (i + 1) * FRAME_SAMPLES], i)


def heard(detector: OpenWakeWord, samples: Samples) -> list[Detection]:
    detector.reset()
    return [detection for frame in frames(samples) if (detection := detector.process(frame))]


def test_it_is_asked_whose_voice_the_word_is_but_not_through_its_own(folder: Path) -> None:
    asked: list[Samples] = []

    def nobody(sound: Samples) -> bool:
        asked.append(sound)
        return False

    word = np.concatenate((room(2.0), speak("hey jarvis"), room(1.0)))
    detector = OpenWakeWord(folder, {"hey_jarvis": WakeSettings()}, may_wake=nobody)
    assert heard(detector, word) == []
    assert {each.size for each in asked} == {round(1.5 * RATE)}
    assert max(np.abs(each).max() for each in asked) > 1000
    asked.clear()
    detector.guard(Guard())
    assert len(heard(detector, word)) == 1 and asked == []


def test_a_detection_has_its_sound_only_where_that_is_wanted(jarvis: OpenWakeWord, folder: Path) -> None:
    word = np.concatenate((room(3.0), speak("hey jarvis"), room(1.0)))
    keeping = OpenWakeWord(folder, {"hey_jarvis": WakeSettings()}, keep_sound=True, may_wake=lambda _: True)
    (with_sound,), (without,) = heard(keeping, word), heard(jarvis, word)
    assert without.sound is None and with_sound == without and with_sound.sound is not None
    end = round(with_sound.at * RATE)
    assert np.array_equal(with_sound.sound, word[end - round(2.2 * RATE) : end])


@pytest.mark.parametrize("voice", ["piper", "espeak:en-gb", "espeak:en-us", "flite:rms"])
def test_the_wake_word_is_heard_once_soon_after_its_end(jarvis: OpenWakeWord, voice: str) -> None:
    if not installed(voice):
        pytest.skip(f"{voice} is not installed")
    word = speak("hey jarvis", voice)
    detections = heard(jarvis, np.concatenate((room(1.5), word, room(2.0, seed=1))))
    end = 1.5 + len(word) / RATE
    assert [d.word for d in detections] == ["hey_jarvis"]
    assert end - 0.4 < detections[0].at < end + 0.5


@pytest.fixture(scope="session")
def own(folder: Path, model_folder: Folders, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with "hey matilda", learnt from six recordings of two voices, quickly: less of everything."""
    if not all(map(installed, KNOWN)):
        pytest.skip("flite and espeak-ng are not installed")
    with pytest.MonkeyPatch.context() as less:
        for name, value in (("TAKES", 5), ("VOICES", 8), ("NEAR", 12), ("_PLAN", FitPlan(hidden=(16,), rounds=4))):
            less.setattr(lesson, name, value)
        takes = [take_of(np.concatenate((room(0.5), speak("hey matilda", *each), room(0.5)))) for each in LEARNT_FROM]
        assert all(isinstance(take, WordTake) for take in takes)
        bank = load_bank(Path("config/wake/ordinary.npz"))[::3]
        material = lesson.Material("hey matilda", "hey_matilda", [t for t in takes if isinstance(t, WordTake)], bank)
        onnxruntime.set_seed(22)  # what Piper varies by itself: else each run learns another word
        voice = VariedPiper(model_folder("piper-en-us-joe"))
        ears = WhisperFinals(model_folder("equerry-ears"))
        head = lesson.teach(material, feature_models(folder), voice, told=lambda *_: None, ears=ears)
    path = tmp_path_factory.mktemp("words")
    (path / "hey_matilda.npz").write_bytes(head.packed())
    return path


KNOWN = ("flite:rms", "espeak:en-us")
LEARNT_FROM = [(voice, speed) for voice in KNOWN for speed in (0.85, 1.0, 1.15)]
"""Two people, three times each; the ears write down what they say."""


def test_a_word_that_was_learnt_is_heard_beside_a_shipped_one_and_neither_is_the_other(folder: Path, own: Path) -> None:
    both = OpenWakeWord(folder, {"hey_jarvis": WakeSettings(), "hey_matilda": WakeSettings()}, own=own)

    def found(text: str, voice: str, speed: float = 1.0) -> list[str]:
        sound = np.concatenate((room(1.5), speak(text, voice, speed), room(1.5, seed=1)))
        return [each.word for each in heard(both, sound)]

    for voice in KNOWN:
        for speed in (0.9, 1.05):  # at which it did not hear them before
            assert found("hey matilda", voice, speed) == ["hey_matilda"], voice
        assert "hey_matilda" not in found("hey jarvis", voice), voice
    for other in ("hey there", "good morning everybody", "what a beautiful day it was", "the water is cold"):
        assert found(other, "flite:rms") == [], other


def test_of_a_learnt_word_that_they_know_the_ears_are_asked_and_more_is_heard_and_less_by_mistake(
    folder: Path, own: Path, model_folder: Folders
) -> None:
    words, ears = {"hey_matilda": WakeSettings()}, WhisperFinals(model_folder("equerry-ears"))
    by_head, by_both = OpenWakeWord(folder, words, own=own), OpenWakeWord(folder, words, own=own, ears=ears)
    voices = [voice for voice in ("piper", "flite:awb", "flite:slt", "espeak:en-gb", *KNOWN) if installed(voice)]

    def count(detector: OpenWakeWord, *texts: str) -> int:
        sounds = [
            np.concatenate((room(1.5, level), speak(text, voice), room(1.5, level, 1)))
            for text in texts
            for voice in voices
            for level in (15.0, 600.0)
        ]
        return sum(bool(heard(detector, sound)) for sound in sounds)

    near = ("hey vanilla", "hey Godzilla", "hey my builder", "hey tell the")
    assert count(by_both, "hey matilda") >= count(by_head, "hey matilda") > 0
    assert 3 * count(by_both, *near) <= count(by_head, *near)


def test_words_that_were_learnt_are_among_those_there_are(folder: Path, own: Path) -> None:
    assert available(folder, own) == sorted([*available(folder), "hey_matilda"])
    with pytest.raises(WakeModelUnusable, match=r"choose from: .*hey_matilda"):
        OpenWakeWord(folder, {"hey_otto": WakeSettings()}, own=own)


def test_a_damaged_word_is_told_and_those_before_stay(folder: Path, own: Path, tmp_path: Path) -> None:
    detector = OpenWakeWord(folder, {"alexa": WakeSettings()}, own=tmp_path)
    (tmp_path / "hey_matilda.npz").write_bytes((own / "hey_matilda.npz").read_bytes()[:5000])
    with pytest.raises(WakeModelUnusable, match="damaged"):
        detector.listen_for(["hey_matilda"])
    assert detector.words == ("alexa",)


def test_a_word_at_the_very_start_of_a_stream_is_heard(jarvis: OpenWakeWord) -> None:
    assert heard(jarvis, np.concatenate((speak("hey jarvis"), room(1.0))))


@pytest.mark.parametrize("offset", [0, 160, 333, 640, 1000, 1279])
def test_it_does_not_matter_where_in_a_frame_the_word_begins(jarvis: OpenWakeWord, offset: int) -> None:
    lead = room(1.5)[: RATE + offset]
    assert len(heard(jarvis, np.concatenate((lead, speak("hey jarvis"), room(1.0))))) == 1


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(5 * RATE, dtype=np.int16),
        room(5.0, 15.0),
        room(5.0, 3000.0),
        (8000 * np.sin(2 * np.pi * 440 * np.arange(5 * RATE) / RATE)).astype(np.int16),
    ],
    ids=["silence", "hiss", "noise", "tone"],
)
def test_what_is_no_word_is_not_heard(jarvis: OpenWakeWord, sound: Samples) -> None:
    assert heard(jarvis, sound) == []


def test_other_sentences_are_not_heard(jarvis: OpenWakeWord) -> None:
    for sentence in ("add milk to the shopping list", "the weather in paris is nice today", "hello there, how are you"):
        assert heard(jarvis, np.concatenate((room(1.0), speak(sentence), room(1.0)))) == []


def test_several_words_listen_at_once(folder: Path) -> None:
    both = OpenWakeWord(folder, {"hey_jarvis": WakeSettings(), "alexa": WakeSettings()})
    sound = np.concatenate((room(1.0), speak("alexa"), room(2.0), speak("hey jarvis"), room(1.0)))
    assert [d.word for d in heard(both, sound)] == ["alexa", "hey_jarvis"]


def test_no_words_hear_nothing(folder: Path) -> None:
    none = OpenWakeWord(folder, {})
    assert heard(none, speak("hey jarvis")) == []
    assert none.near_misses == {}


def test_another_word_listens_from_the_next_frame_on(folder: Path) -> None:
    detector = OpenWakeWord(folder, {"hey_jarvis": WakeSettings(threshold=0.4)})
    sound = np.concatenate((room(1.0), speak("alexa"), room(2.0), speak("hey jarvis"), room(1.0)))
    assert [d.word for d in heard(detector, sound)] == ["hey_jarvis"]
    detector.listen_for(["alexa"])
    assert detector.words == ("alexa",)
    assert [d.word for d in heard(detector, sound)] == ["alexa"]
    assert set(detector.near_misses) == {"hey_jarvis", "alexa"}, "counts stay"
    detector.listen_for(["hey_jarvis", "alexa"])
    assert [d.word for d in heard(detector, sound)] == ["alexa", "hey_jarvis"]


def test_a_word_that_is_not_there_changes_nothing(folder: Path) -> None:
    detector = OpenWakeWord(folder, {"hey_jarvis": WakeSettings()})
    with pytest.raises(WakeModelUnusable):
        detector.listen_for(["alexa", "../../etc/passwd"])
    assert detector.words == ("hey_jarvis",)
    assert set(detector.near_misses) == {"hey_jarvis"}
    assert heard(detector, np.concatenate((room(1.0), speak("hey jarvis"), room(1.0))))


def test_the_threshold_is_tuned_while_it_listens(folder: Path) -> None:
    detector = OpenWakeWord(folder, {"hey_jarvis": WakeSettings()}, second_look=None)
    sound = np.concatenate((room(1.0), speak("hey jarvis"), room(1.0)))
    assert heard(detector, sound)
    detector.tune(0.9999)
    assert heard(detector, sound) == []
    detector.tune(0.5)
    detector.listen_for(["alexa"])
    assert detector.threshold == 0.5
    assert heard(detector, np.concatenate((room(1.0), speak("alexa"), room(1.0))))


def test_after_a_reset_the_same_sound_gives_the_same_again(jarvis: OpenWakeWord) -> None:
    sound = np.concatenate((room(1.0), speak("hey jarvis"), room(1.0)))
    first = heard(jarvis, sound)
    assert heard(jarvis, room(2.0, 2000.0)) == []
    assert heard(jarvis, sound) == first


def test_streamed_features_are_those_of_the_whole_sound(folder: Path, jarvis: OpenWakeWord) -> None:
    models = shared(jarvis)
    sound = room(4.0, 1000.0)
    stream = FeatureStream(models, 16)
    for frame in frames(sound):
        stream.push(frame.samples)
    whole = models.spectra(np.concatenate((np.zeros(CONTEXT, dtype=np.int16), sound)))
    windows = np.stack([whole[len(whole) - 76 - 8 * i : len(whole) - 8 * i] for i in range(15, -1, -1)])
    np.testing.assert_allclose(stream.last(16)[0], models.embeddings(windows), atol=0.05)


def test_a_second_look_after_a_long_wait_is_the_same_as_one_kept_up_to_date(jarvis: OpenWakeWord) -> None:
    models = shared(jarvis)
    late, steady = SecondLook(models, 16), SecondLook(models, 16)
    for frame in frames(room(5.0, 1000.0)):
        late.follow(frame.samples)
        steady.follow(frame.samples)
        steady.look()
    late.look()
    np.testing.assert_array_equal(late.last(16), steady.last(16))


def test_noise_hides_fewer_words_from_two_looks_than_from_one(folder: Path) -> None:
    """In a voice of which it hides some: none of Piper's."""
    if not installed("flite:rms"):
        pytest.skip("flite:rms is not installed")
    words = {"hey_jarvis": WakeSettings()}
    once, twice = OpenWakeWord(folder, words, second_look=None), OpenWakeWord(folder, words)
    voices = [voice for voice in ("piper", "espeak:en-us", "espeak:en-gb", "flite:rms") if installed(voice)]
    sounds = [noisy(voice, seed) for voice in voices for seed in range(8)]
    missed_once, missed_twice = (sum(not heard(detector, sound) for sound in sounds) for detector in (once, twice))
    assert missed_twice < missed_once


def noisy(voice: str, seed: int) -> Samples:
    word = np.concatenate((room(1.5, seed=seed), speak("hey jarvis", voice), room(1.0, seed=seed + 100)))
    return np.clip(word + np.random.default_rng(seed).normal(0, 900, len(word)), -32768, 32767).astype(np.int16)


def shared(detector: OpenWakeWord) -> FeatureModels:
    return detector._shared


def test_the_words_to_choose_from_are_those_with_a_model(folder: Path) -> None:
    assert {"alexa", "hey_jarvis", "hey_mycroft"} <= set(available(folder))


def test_an_unknown_word_is_named_with_the_choices(folder: Path) -> None:
    with pytest.raises(WakeModelUnusable, match=r"hello_bob.*alexa, hey_jarvis.*equerry models"):
        OpenWakeWord(folder, {"hello_bob": WakeSettings()})


def test_a_word_can_not_climb_out_of_its_folder(folder: Path) -> None:
    with pytest.raises(WakeModelUnusable, match="no such word"):
        OpenWakeWord(folder, {"../openwakeword/alexa": WakeSettings()})


@pytest.mark.parametrize("name", ["melspectrogram.onnx", "embedding_model.onnx", "hey_jarvis_v0.1.onnx"])
@pytest.mark.parametrize("harm", ["missing", "empty", "truncated", "text", "other"])
def test_a_harmed_model_is_named(folder: Path, tmp_path: Path, name: str, harm: str) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "models"))
    model = copy / name
    if harm == "missing":
        model.unlink()
    elif harm == "other":
        shutil.copy(copy / ("alexa_v0.1.onnx" if name == "melspectrogram.onnx" else "melspectrogram.onnx"), model)
    else:
        model.write_bytes({"empty": b"", "truncated": model.read_bytes()[:100_000], "text": b"not a model"}[harm])
    with pytest.raises(WakeModelUnusable) as caught:
        OpenWakeWord(copy, {"hey_jarvis": WakeSettings()})
    assert caught.value.code == "wake.model"
    assert name.partition("_v")[0] in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(WakeModelUnusable, match="missing"):
        OpenWakeWord(tmp_path / "nowhere", {"hey_jarvis": WakeSettings()})
