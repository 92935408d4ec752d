"""`equerry hear` on real engines: spoken files, bad files, silence, music, another language; nothing invented, nothing
lost.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from services.store.documents import Reminder, Task, Timer, TodoList
from services.store.store import Store
from tests.voices import speak, turn

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

RNG = np.random.default_rng(3)


def equerry(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, on a store in `folder`."""
    models = os.environ.get("EQUERRY_PATHS__MODELS") or str(Path.home() / ".local/share/equerry/models")
    environ = {**os.environ, "EQUERRY_PATHS__DATA": str(folder), "EQUERRY_PATHS__MODELS": models, **environment}
    command = [sys.executable, "-m", "device", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=240, check=False)


def events(result: subprocess.CompletedProcess[str]) -> dict[str, list[dict[str, Any]]]:
    """By file name, its events."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in result.stdout.splitlines():
        event = json.loads(line)
        found[Path(event["file"]).name].append(event)
    return found


def of(kind: str, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in told if event["event"] == kind]


def music(seconds: float) -> np.ndarray:
    """Chords with a beat."""
    at = np.arange(int(seconds * 16_000)) / 16_000
    chords = np.choose((at // 0.5 % 4).astype(int), [220.0, 174.6, 261.6, 196.0])
    sound = sum(np.sin(2 * np.pi * chords * ratio * at) for ratio in (1.0, 1.25, 1.5, 2.0))
    return (sound * (0.4 + 0.6 * np.exp(-8 * (at % 0.5))) * 3_000).astype(np.int16)


@pytest.fixture(scope="module")
def heard(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, subprocess.CompletedProcess[str], dict[str, list[dict[str, Any]]]]:
    """Many files in one call, as a user would give them."""
    folder = tmp_path_factory.mktemp("hear")
    command = turn("Create a task to call the bank tomorrow.", gap=0.2)
    sf.write(folder / "command.wav", command, 16_000)
    sf.write(
        folder / "two.flac", np.concatenate([command, np.zeros(16_000, np.int16), turn("What are my tasks?")]), 16_000
    )
    sf.write(
        folder / "stereo_44k.wav",
        np.stack([np.repeat(command, 3)[: command.size * 3]] * 2, axis=1),
        48_000,
        subtype="PCM_24",
    )
    sf.write(folder / "silence.wav", np.zeros(16_000 * 5, np.int16), 16_000)
    sf.write(folder / "noise.wav", (RNG.normal(0, 600, 16_000 * 8)).astype(np.int16), 16_000)
    sf.write(folder / "music.wav", music(8.0), 16_000)
    sf.write(folder / "empty.wav", np.zeros(0, np.int16), 16_000)
    (folder / "nothing.wav").write_bytes(b"")
    (folder / "text.wav").write_text("this is not a sound file")
    whole = (folder / "command.wav").read_bytes()
    (folder / "truncated.wav").write_bytes(whole[: len(whole) * 9 // 10])
    (folder / "header.wav").write_bytes(whole[:20])
    names = ["command.wav", "two.flac", "stereo_44k.wav", "silence.wav", "noise.wav", "music.wav"]
    bad = ["empty.wav", "nothing.wav", "text.wav", "header.wav", "missing.wav"]
    result = equerry(folder, "hear", "--jsonl", *(str(folder / name) for name in [*bad, "truncated.wav", *names]))
    assert result.stdout, result.stderr
    return folder, result, events(result)


def test_a_spoken_file_goes_from_detection_to_reply(heard: Any) -> None:
    told = heard[2]["command.wav"]
    kinds = [event["event"] for event in told]
    assert [kind for kind in kinds if kind != "partial"] == [
        "detection",
        "endpoint",
        "final",
        "command",
        "outcome",
        "reply",
        "end",
    ]
    assert "partial" in kinds
    assert of("detection", told)[0]["word"] == "hey_jarvis"
    assert of("command", told)[0]["steps"][0]["action"] == "task.create"
    assert "jarvis" not in of("final", told)[0]["text"].lower()
    assert "call the bank" in of("reply", told)[0]["text"]
    assert all({"file", "wall_s"} <= set(event) for event in told)


def test_two_turns_in_one_file(heard: Any) -> None:
    assert len(of("reply", heard[2]["two.flac"])) == 2


def test_any_rate_channels_and_depth(heard: Any) -> None:
    assert "call the bank" in of("reply", heard[2]["stereo_44k.wav"])[0]["text"]


@pytest.mark.parametrize("name", ["silence.wav", "noise.wav", "music.wav"])
def test_what_is_no_speech_does_nothing(heard: Any, name: str) -> None:
    assert [event["event"] for event in heard[2][name]] == ["end"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty.wav", "audio.empty"),
        ("nothing.wav", "audio."),
        ("text.wav", "audio.unreadable"),
        ("header.wav", "audio."),
        ("missing.wav", "audio.missing"),
    ],
)
def test_a_bad_file_is_told_and_the_others_are_heard(heard: Any, name: str, code: str) -> None:
    error, end = heard[2][name]
    assert end["event"] == "end"
    assert error["event"] == "error" and error["code"].startswith(code)
    assert error["text"].endswith((".", "!")) and "Traceback" not in heard[1].stderr
    assert heard[1].returncode == 1


def test_a_truncated_file_gives_what_is_there(heard: Any) -> None:
    assert of("final", heard[2]["truncated.wav"])


def test_what_was_said_is_in_the_store(heard: Any) -> None:
    with Store(heard[0] / "equerry.db") as store:
        assert "call the bank" in {task.title.lower() for task in store.find(Task)}


@pytest.fixture(scope="module")
def no_wake(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Files that begin with the command, as a dry run: the ear is open from the start."""
    folder = tmp_path_factory.mktemp("no_wake")
    sf.write(folder / "command.wav", np.concatenate([speak("Set a timer for ten minutes."), hiss(2.0)]), 16_000)
    goes_on = [hiss(1.5), speak("Set a timer for ten minutes,"), hiss(0.6), speak("and thirty seconds."), hiss(2.0)]
    sf.write(folder / "goes_on.wav", np.concatenate(goes_on), 16_000)
    digits = [part for digit in ("Four.", "Seven.", "Three.") for part in (hiss(1.1), speak(digit))]
    sf.write(folder / "digits.wav", np.concatenate([*digits, hiss(2.5)]), 16_000)
    sf.write(folder / "silence.wav", np.zeros(16_000 * 7, np.int16), 16_000)
    sf.write(folder / "noise.wav", (RNG.normal(0, 600, 16_000 * 7)).astype(np.int16), 16_000)
    sf.write(folder / "music.wav", music(8.0), 16_000)
    sf.write(folder / "cut.wav", speak("What time is it?")[:-2_000], 16_000)
    sentence = np.concatenate([speak("I was thinking about the weather and the long way home."), hiss(0.3)])
    sf.write(folder / "monologue.wav", np.tile(sentence, 600 * 16_000 // sentence.size + 1), 16_000)
    result = equerry(folder, "hear", "--jsonl", "--no-wake", "--dry-run", *map(str, sorted(folder.glob("*.wav"))))
    assert result.returncode == 0, result.stderr
    assert not (folder / "equerry.db").exists(), "a dry run opens no store"
    return events(result)


def hiss(seconds: float) -> np.ndarray:
    return RNG.normal(0, 6, int(seconds * 16_000)).astype(np.int16)


def test_without_wake_word(no_wake: dict[str, list[dict[str, Any]]]) -> None:
    told = no_wake["command.wav"]
    assert of("command", told)[0]["steps"] == [{"action": "timer.start", "slots": {"duration": "10 minutes"}}]
    assert not of("reply", told)


def test_whoever_goes_on_right_behind_the_end_is_heard_as_one(no_wake: dict[str, list[dict[str, Any]]]) -> None:
    told = no_wake["goes_on.wav"]
    (command,) = of("command", told)
    assert len(of("final", told)) == 1 and of("went_on", told)
    assert command["steps"] == [{"action": "timer.start", "slots": {"duration": "10 minutes and 30 seconds"}}]


def test_a_digit_by_itself_waits_for_the_next(no_wake: dict[str, list[dict[str, Any]]]) -> None:
    (final,) = of("final", no_wake["digits.wav"])
    assert len(of("endpoint", no_wake["digits.wav"])) == 1
    assert re.findall(r"\d|four|seven|three", final["text"].lower()) in (["4", "7", "3"], ["four", "seven", "three"])


@pytest.mark.parametrize("name", ["silence.wav", "noise.wav", "music.wav"])
def test_no_speech_ends_without_a_command(no_wake: dict[str, list[dict[str, Any]]], name: str) -> None:
    assert not any(command["steps"] for command in of("command", no_wake[name]))


def test_speech_cut_off_by_the_end_of_the_file_is_still_heard(no_wake: dict[str, list[dict[str, Any]]]) -> None:
    assert of("final", no_wake["cut.wav"])


SENTENCES = {
    "de": "Bitte lösche alle meine Termine am Freitag.",
    "fr": "Pourriez-vous fermer la porte, s'il vous plaît?",
    "es": "Mañana por la mañana voy a comprar pan y leche.",
}


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[dict[str, Any]]]]:
    """One file in each language, all on one store."""
    folder = tmp_path_factory.mktemp("foreign")
    for language, sentence in SENTENCES.items():
        sf.write(
            folder / f"{language}.wav", np.concatenate([speak(sentence, voice=f"espeak:{language}"), hiss(2.0)]), 16_000
        )
    return folder, events(equerry(folder, "hear", "--jsonl", "--no-wake", *map(str, sorted(folder.glob("*.wav")))))


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize("language", SENTENCES)
def test_another_language_changes_nothing(foreign: tuple[Path, dict[str, list[dict[str, Any]]]], language: str) -> None:
    folder, told = foreign
    mine = told[f"{language}.wav"]
    assert of("reply", mine) or not of("final", mine)[0]["text"]
    with Store(folder / "equerry.db") as store:
        assert not store.find(Task) and not store.find(TodoList) and not store.find(Reminder) and not store.find(Timer)


def test_a_monologue_of_ten_minutes_ends_at_the_longest_turn(no_wake: dict[str, list[dict[str, Any]]]) -> None:
    told = no_wake["monologue.wav"]
    assert of("endpoint", told)[0]["text"] in ("too_long", "silence")
    assert of("endpoint", told)[0]["audio_s"] <= 20.0
    assert not any(command["steps"] for command in of("command", told))


def test_where_nothing_is_heard_it_says_so(tmp_path: Path) -> None:
    sf.write(tmp_path / "silence.wav", np.zeros(16_000 * 3, np.int16), 16_000)
    result = equerry(tmp_path, "hear", str(tmp_path / "silence.wav"))
    assert result.returncode == 1
    assert result.stderr.startswith("equerry: no words were heard in silence.wav.")
    assert equerry(tmp_path, "hear", "--jsonl", str(tmp_path / "silence.wav")).returncode == 0


def test_a_missing_model_names_the_command_that_mends_it(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", hiss(1.0), 16_000)
    result = equerry(tmp_path, "hear", str(tmp_path / "a.wav"), EQUERRY_PATHS__MODELS=str(tmp_path / "none"))
    assert result.returncode == 1
    assert "equerry models pull" in result.stderr and "Traceback" not in result.stderr


def test_two_processes_on_one_store(tmp_path: Path) -> None:
    with Store(tmp_path / "equerry.db"):
        result = equerry(tmp_path, "ask", "what are my tasks", EQUERRY_LANGUAGE_MODEL__ENABLED="false")
    assert result.returncode == 1
    assert str(os.getpid()) in result.stderr and "Traceback" not in result.stderr


def test_bad_settings_are_all_told(tmp_path: Path) -> None:
    result = equerry(tmp_path, "ask", "hello", EQUERRY_WAKE__WORD="x", EQUERRY_VOICE__SPEED="fast")
    assert result.returncode == 1
    assert "did you mean wake.words?" in result.stderr and "voice.speed" in result.stderr
