"""Finals on a real Whisper: commands are understood, sounds are not, long sound is, broken models are named."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jiwer
import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.frame import FRAME_SAMPLES, RATE, Frame, Samples
from services.speech.base import Final, Hypothesis, SpeechModelUnusable, no_hints
from services.speech.finals import whisper
from services.speech.finals.whisper import WhisperFinals, better, doubts, silent, windows
from services.speech.finals.whisper_model import Decoded, Encoded, WhisperModel
from services.speech.partials.rolling import RollingPartials
from tests.doubles.speech import ScriptedFinals
from tests.voices import installed, pink_noise, speak, take

engine = pytest.mark.engine

SENTENCES = (
    "The quick brown fox jumps over the lazy dog.",
    "Please send the quarterly report to the whole team.",
    "We will meet in the small office at nine.",
    "The weather has been very cold this winter.",
    "She bought apples and bread at the market.",
    "My brother lives in a house near the river.",
    "The train to the city leaves every hour.",
    "He forgot to water the plants last week.",
)


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z']+", text.lower()))


def command(text: str, voice: str = "piper", **how: float) -> Samples:
    """What an endpointer hands over: 0.3 s before speech, 0.7 s after."""
    return take(text, wake="", voice=voice, lead=0.3, tail=0.7, **how).samples  # type: ignore[arg-type]


def monologue(seconds: float) -> tuple[Samples, str]:
    """Sentences over and over with pauses of half a second."""
    pause = np.zeros(RATE // 2, np.int16)
    parts, said, size = [], [], 0
    for index in range(10_000):
        if size >= seconds * RATE:
            break
        parts += [speak(SENTENCES[index % len(SENTENCES)]), pause]
        said.append(SENTENCES[index % len(SENTENCES)])
        size += parts[-2].size + pause.size
    sound = np.concatenate(parts)
    return (sound + pink_noise(sound.size, -66.0)).astype(np.int16), " ".join(said)


@pytest.fixture(scope="module")
def finals(model_folder: Callable[[str], Path]) -> WhisperFinals:
    return WhisperFinals(model_folder("whisper-tiny.en"))


@engine
@pytest.mark.parametrize("voice", ["piper", "espeak:en-us", "flite:slt"])
@pytest.mark.parametrize(
    "said",
    [
        "Create a task to call the bank tomorrow.",
        "Set a timer for five minutes.",
        "Add bread and butter to the shopping list.",
        "What are my tasks for today?",
        "Remind me to water the plants.",
    ],
)
def test_commands_are_understood(finals: WhisperFinals, said: str, voice: str) -> None:
    if not installed(voice):
        pytest.skip(f"{voice} is not installed")
    final = finals.transcribe(command(said, voice))
    assert jiwer.wer(plain(said), plain(final.text)) <= 0.35, final
    assert final.dropped is None
    assert 0.3 < final.confidence <= 1.0
    assert len(final.segments) == 1
    assert final.passes[0] == "fast"


@engine
@pytest.mark.parametrize("said", ["create a task", "create a task to call Anna", "new task buy printer paper"])
def test_a_task_is_not_a_test(finals: WhisperFinals, said: str) -> None:
    assert "task" in finals.transcribe(command(said)).text.lower()


@engine
@pytest.mark.parametrize("said", ["Thank you.", "Yes.", "No.", "Stop."])
def test_a_short_word_clearly_said_survives(finals: WhisperFinals, said: str) -> None:
    final = finals.transcribe(command(said))
    assert plain(final.text) == plain(said), final


@engine
def test_noise_at_15_db(finals: WhisperFinals) -> None:
    final = finals.transcribe(command("Add bread and butter to the shopping list.", snr_db=15))
    assert "shopping list" in final.text.lower()


def sounds() -> dict[str, Samples]:
    time = np.arange(3 * RATE) / RATE
    rng = np.random.default_rng(3)
    chords = sum(np.sin(2 * np.pi * pitch * time) for pitch in (262, 330, 392)) * (np.sin(2 * np.pi * 2 * time) > 0)
    scale = np.sin(2 * np.pi * 262 * 2 ** (np.floor(time * 4) / 12) * time)
    made = {
        "nothing": time * 0,
        "hiss": rng.normal(0, 20, time.size),
        "white noise": rng.normal(0, 3000, time.size),
        "pink noise": pink_noise(time.size, -30),
        "a tone": 8000 * np.sin(2 * np.pi * 440 * time),
        "chords": 2500 * chords,
        "a scale": 8000 * scale,
        "hum": 4000 * np.sign(np.sin(2 * np.pi * 50 * time)),
        "clicks": 20_000.0 * (np.arange(time.size) % 8000 < 20),
        "clipped noise": np.sign(rng.normal(0, 1, time.size)) * 32_767,
    }
    return {name: np.clip(sound, -32768, 32767).astype(np.int16) for name, sound in made.items()}


@engine
@pytest.mark.parametrize("name", list(sounds()))
@pytest.mark.parametrize("hurry", [False, True])
def test_nothing_is_executed_for_what_is_no_speech(finals: WhisperFinals, name: str, hurry: bool) -> None:
    final = finals.transcribe(sounds()[name], hurry=hurry)
    assert final.text == "", final
    assert final.dropped is not None
    assert finals.partial(sounds()[name]) == ""


@engine
@pytest.mark.parametrize("count", [0, 1, 100, 400, 1600])
def test_hardly_any_sound(finals: WhisperFinals, count: int) -> None:
    loud = np.random.default_rng(0).normal(0, 5000, count).astype(np.int16)
    assert finals.transcribe(loud).text == ""
    assert finals.partial(loud) == ""


@engine
@pytest.mark.parametrize(
    ("voice", "said"),
    [("de", "Stelle bitte einen Wecker auf sieben Uhr."), ("fr", "Quelle heure est-il, s'il vous plaît ?")],
)
def test_another_language_breaks_nothing(finals: WhisperFinals, tmp_path: Path, voice: str, said: str) -> None:
    subprocess.run(["espeak-ng", "-v", voice, "-w", str(tmp_path / "said.wav"), said], check=True)
    sound, rate = soundfile.read(tmp_path / "said.wav", dtype="float32")
    final = finals.transcribe((soxr.resample(sound, rate, RATE) * 16_000).astype(np.int16))
    assert final.confidence < 0.75
    assert final.text == "" or final.segments


@engine
def test_long_sound_loses_no_words(finals: WhisperFinals) -> None:
    sound, said = monologue(70)
    final = finals.transcribe(sound)
    measured = jiwer.process_words(plain(said), plain(final.text))
    assert measured.wer < 0.12
    assert len(final.segments) >= 6
    assert final.dropped is None
    assert final.segments[0].start == 0.0
    assert all(one.end <= two.start for one, two in itertools.pairwise(final.segments))


@engine
def test_words_after_a_long_silence_are_heard(finals: WhisperFinals) -> None:
    sound = np.concatenate([command("Call the bank."), np.zeros(40 * RATE, np.int16), command("Add milk to the list.")])
    final = finals.transcribe(sound)
    assert "bank" in final.text
    assert "milk" in final.text


@engine
def test_hints_are_shown_to_a_second_look(finals: WhisperFinals, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts: list[str] = []
    decode = WhisperModel.decode

    def spy(model: WhisperModel, encoded: Encoded, **how: object) -> Decoded:
        prompts.append(str(how.get("prompt", "")))
        return decode(model, encoded, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(WhisperModel, "decode", spy)
    monkeypatch.setattr(whisper, "doubts", lambda _: 1)
    final = finals.transcribe(command("Call Siobhan."), hints=lambda _: ["Siobhan", "Niamh"])
    assert final.passes == ("fast", "prompted")
    assert "Siobhan" not in prompts[0]
    assert "Siobhan, Niamh" in prompts[1]
    assert finals.transcribe(command("Call Siobhan."), hurry=True).passes == ("fast",)


@engine
def test_a_beam_has_other_texts_too(finals: WhisperFinals) -> None:
    final = finals.transcribe(command("Set a timer for five minutes."))
    assert final.passes == ("fast",) and final.first is None
    assert 1 <= len(final.others) <= 4
    assert all(other.text and 0 < other.confidence <= 1 for other in final.others)
    assert finals.transcribe(np.zeros(RATE, np.int16)).others == ()


@engine
def test_a_misheard_name_is_put_right_by_the_names_near_it(
    finals: WhisperFinals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whisper, "doubts", lambda _: 1)
    asked: list[Sequence[str]] = []

    def hints(heard: Sequence[str]) -> Sequence[str]:
        asked.append(heard)
        return ["Rhys Garcia"]

    sound = command("Please assign the report to Rhys Garcia.")
    alone, final = finals.transcribe(sound), finals.transcribe(sound, hints=hints)
    assert "Rhys" not in alone.text and "Rhys Garcia" in final.text
    assert asked and asked[0][0] == final.first


@engine
def test_decodes_at_once_give_what_they_give_alone(finals: WhisperFinals) -> None:
    sound = command("Set a timer for five minutes.")
    alone, partial = finals.transcribe(sound).text, finals.partial(sound)
    with ThreadPoolExecutor(3) as pool:
        together = [pool.submit(finals.transcribe, sound) for _ in range(3)]
        partials = [pool.submit(finals.partial, sound) for _ in range(3)]
        assert {future.result().text for future in together} == {alone}
        assert {future.result() for future in partials} == {partial}


@engine
def test_rolling_partials_show_the_growing_command(finals: WhisperFinals) -> None:
    sound = command("Create a task to call the bank tomorrow morning.")
    partials = RollingPartials(finals.partial, inline=True)
    frames = sound[: sound.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    shown = [partial for index, part in enumerate(frames) if (partial := partials.process(Frame(part, index)))]
    assert len(shown) >= 2
    assert plain(shown[0].text) in plain(finals.transcribe(sound).text)
    assert all(later.text.startswith(earlier.text) for earlier, later in itertools.pairwise(shown))
    assert threading.active_count() < 20


# ── without a model
# ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=30)
@given(st.floats(0, 130), st.integers(0, 2**32 - 1))
def test_windows_leave_nothing_out(seconds: float, seed: int) -> None:
    sound = np.random.default_rng(seed).integers(-3000, 3000, int(seconds * RATE), dtype=np.int16)
    cuts = list(windows(sound))
    assert [start for start, _ in cuts] == [0, *(end for _, end in cuts)][: len(cuts)]
    assert (cuts[-1][1] if cuts else 0) == sound.size
    assert all(0 < end - start <= 12 * RATE for start, end in cuts)


def test_windows_are_cut_in_pauses() -> None:
    sound = np.random.default_rng(0).integers(-3000, 3000, 40 * RATE, dtype=np.int16)
    pauses = [(second * RATE, second * RATE + RATE // 2) for second in range(6, 40, 7)]
    for start, end in pauses:
        sound[start:end] = 0
    cuts = [end for _, end in windows(sound)][:-1]
    assert cuts
    assert all(any(start <= cut <= end for start, end in pauses) for cut in cuts)


@pytest.mark.parametrize(("seconds", "count"), [(0.6, 1), (1.6, 2)])
def test_what_follows_a_long_pause_is_decoded_by_itself(seconds: float, count: int) -> None:
    rng = np.random.default_rng(0)
    voice = rng.integers(-3000, 3000, RATE, dtype=np.int16)
    hush = rng.integers(-30, 30, int(seconds * RATE), dtype=np.int16)
    sound = np.concatenate([hush[:4800], voice, hush, voice, hush[:4800]])
    cuts = list(windows(sound))
    assert len(cuts) == count
    if count == 2:
        assert cuts[0][1] / RATE == pytest.approx(0.3 + 1.0 + seconds / 2, abs=0.1)


def test_silence_is_told_by_its_level() -> None:
    assert silent(np.zeros(RATE, np.int16))
    assert silent(np.zeros(0, np.int16))
    assert not silent(np.full(RATE, 1000, np.int16))


@pytest.mark.parametrize(
    ("decoded", "doubt"),
    [
        (Decoded("Set a timer.", 4, -0.1, 0.05, complete=True), 0),
        (Decoded("Set a timer.", 4, -0.9, 0.05, complete=True), 1),
        (Decoded("Set a timer.", 4, -1.9, 0.05, complete=True), 2),
        (Decoded("you", 1, -0.9, 0.05, complete=True), 2),
        (Decoded("Set a timer.", 40, -0.2, 0.05, complete=False), 2),
        (Decoded("set a timer " * 5, 40, -0.1, 0.05, complete=True), 2),
        (Decoded("", 0, 0.0, 0.9, complete=True), 2),
    ],
)
def test_doubts(decoded: Decoded, doubt: int) -> None:
    assert doubts(decoded) == doubt


@pytest.mark.parametrize(
    ("first", "second", "believed"),
    [
        (("Create a test.", -0.30), ("Create a task.", -0.25), "Create a task."),
        (("Create a test.", -0.30), ("Create a task.", -0.35), "Create a test."),
        (("Call Shivan.", -0.40), ("Call Siobhan.", -0.35), "Call Siobhan."),
        (("Let it rain.", -0.40), ("Let it ring.", -0.35), "Let it rain."),
        (("Let it rain.", -0.60), ("Let it ring.", -0.30), "Let it ring."),
        (("Create a test.", -0.30), ("Create a task, stop.", -0.25), "Create a test."),
        (("Buy milk.", -0.30), ("Stop.", -0.25), "Buy milk."),
        (("you", -0.90), ("Yes.", -0.80), "Yes."),
        (("Stop.", -0.30), ("stop stop stop stop stop stop stop", -0.01), "Stop."),
    ],
)
def test_a_second_look_must_be_surer(first: tuple[str, float], second: tuple[str, float], believed: str) -> None:
    looks = [Decoded(text, len(text.split()), logprob, 0.1, complete=True) for text, logprob in (first, second)]
    assert better(looks[0], looks[1], "task, stop, Siobhan.").text == believed


@pytest.mark.parametrize(
    ("first", "others", "second", "believed"),
    [
        ("Call camera hawker.", (), "Call Cameron Okafor.", True),
        ("Remind me to call Oliver at 5.", (), "Remind me to call Oliver, Clive.", False),  # nothing sounded like Clive
        ("Assign it to an envelope.", (), "Assign it to Emily.", False),
        ("Assign it to an envelope.", ("Assign it to emulate.",), "Assign it to Emily.", True),  # another of the beam
        ("Call the bank.", (), "Call the bank, Emily.", False),
    ],
)
def test_names_that_were_shown_must_be_borne_out(
    first: str, others: tuple[str, ...], second: str, believed: bool
) -> None:
    beam = tuple(Hypothesis(text, 0.5, 0.2) for text in others)
    one = Decoded(first, 5, -0.6, 0.1, complete=True, others=beam)
    two = Decoded(second, 5, -0.1, 0.1, complete=True)
    names = ["Cameron Okafor", "Clive", "Emily"]
    assert better(one, two, ", ".join(names), names) is (two if believed else one)


@pytest.fixture
def copied(model_folder: Callable[[str], Path], tmp_path: Path) -> Iterator[Path]:
    """The model as links, so that single files can be replaced."""
    folder = tmp_path / "whisper"
    folder.mkdir()
    for file in model_folder("whisper-tiny.en").iterdir():
        (folder / file.name).symlink_to(file)
    yield folder
    shutil.rmtree(folder)


@engine
@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("model.bin", None, "model.bin is missing"),
        ("model.bin", b"", "model.bin is empty"),
        ("model.bin", b"not a model", "model.bin"),
        ("model.bin", "half", "model.bin"),
        ("tokenizer.json", None, "tokenizer.json is missing"),
        ("tokenizer.json", b"{", "tokenizer.json"),
        ("tokenizer.json", b'{"version": "1.0"}', "tokenizer.json"),
        ("config.json", None, "config.json is missing"),
        ("config.json", b"{]", "config.json"),
        ("vocabulary.txt", None, "vocabulary.txt is missing"),
    ],
)
def test_broken_models_are_named(copied: Path, file: str, content: bytes | str | None, reason: str) -> None:
    whole = (copied / file).read_bytes()
    (copied / file).unlink()
    if content is not None:
        (copied / file).write_bytes(whole[: len(whole) // 2] if isinstance(content, str) else content)
    with pytest.raises(SpeechModelUnusable, match=re.escape(reason)) as caught:
        WhisperFinals(copied)
    assert str(copied) in str(caught.value)
    assert "equerry models verify" in str(caught.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpeechModelUnusable, match="there is no such folder"):
        WhisperFinals(tmp_path / "nothing")


@engine
def test_a_model_of_another_kind_is_named(model_folder: Callable[[str], Path]) -> None:
    with pytest.raises(SpeechModelUnusable, match="is missing"):
        WhisperFinals(model_folder("smollm2-135m"))


@engine
def test_an_english_model_knows_no_other_language(model_folder: Callable[[str], Path]) -> None:
    with pytest.raises(SpeechModelUnusable, match="English only, not ko"):
        WhisperFinals(model_folder("whisper-tiny.en"), language="ko")


def test_the_scripted_finals_behave() -> None:
    broken = SpeechModelUnusable(path="x", reason="torn")
    finals = ScriptedFinals(["stop", broken, Final("well", 0.3, 0.1), ""])
    sound = np.zeros(RATE, np.int16)
    assert finals.transcribe(sound, hints=no_hints, hurry=True).text == "stop"
    with pytest.raises(SpeechModelUnusable):
        finals.transcribe(sound)
    assert finals.transcribe(sound).confidence == 0.3
    assert finals.transcribe(sound).dropped == "silence"
    assert finals.heard[0] == (RATE, no_hints, True)
