"""What judges a wake word of one's own (benchmarks/own_word.py): nobody is judged by what was learnt from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.own_word import ALARMS_PER_HOUR, Judged, drawn
from benchmarks.own_word_sounds import Rig, Row, speakers
from firmware.frame import FRAME_SECONDS, RATE
from services.speech.finals.whisper import WhisperFinals
from tests.voices import installed, speak
from training.wake.embedded import Embedder
from training.wake.ordinary import chosen

VOICES = tuple(each for each in ("piper", "flite:slt") if installed(each))


def rows(count: int, word: str = "computer") -> list[Row]:
    return [{"file": f"phrases/{at}.wav", "group": "phrases", "text": word} for at in range(count)]


def test_a_speaker_is_learnt_from_only_where_recordings_are_left_to_judge_by() -> None:
    first, second = rows(13), rows(12, "other")
    lessons = dict(drawn([first, second], seed=0, count=10))
    assert set(lessons) == {"anybody", "speaker 1"}
    assert len(lessons["speaker 1"]) == 10 and all(row in first for row in lessons["speaker 1"])
    assert dict(drawn([first, second], seed=1, count=10)) != lessons


def test_the_alarms_are_those_of_the_hours() -> None:
    judged = Judged(np.array([3.0, 2.0, 1.0, -1.0, -2.0], np.float32), hours=4.0)
    assert judged.alarms_per_hour == 0.75
    assert judged.peaks[int(judged.hours * ALARMS_PER_HOUR)] == 1.0, "two alarms in four hours lie above it"


@pytest.fixture
def rig(tmp_path: Path, model_folder: Callable[[str], Path]) -> Rig:
    """Two words of each voice, and a sentence of which nobody learnt and one of which somebody did."""
    ears = WhisperFinals(model_folder("equerry-ears"), threads=1)
    return Rig(tmp_path, tmp_path, Embedder(model_folder("openwakeword")), ears)


def written(folder: Path) -> list[Row]:
    made = [
        {"file": f"{voice.replace(':', '')}-{text}-{at}.wav", "group": "phrases", "text": text, "voice": voice}
        for voice in VOICES
        for text in ("computer", "snowboy")
        for at in range(3)
    ]
    names = [f"read{at}.wav" for at in range(20)]
    for half in (True, False):
        file = next(name for name in names if chosen(name, 0.5) == half)
        made.append({"file": file, "group": "read", "voice": "piper", "text": None})
    for at, row in enumerate(made):
        sound = speak(row["text"] or "what time is it", row["voice"], 1 + at % 3 / 10)
        soundfile.write(folder / str(row["file"]), np.pad(sound, RATE // 4), RATE)
    (folder / "index.jsonl").write_text("\n".join(map(json.dumps, made)), encoding="utf-8")
    return made


@pytest.mark.engine
def test_other_speech_fills_the_hours_and_has_neither_the_word_nor_what_was_learnt_from(rig: Rig) -> None:
    made = written(rig.folder)
    once = [
        row for row in made if row["text"] == "snowboy" or (row["group"] == "read" and not chosen(row["file"], 0.5))
    ]
    streams = list(rig.others(made, "computer", 0.02))
    assert sum(len(each.embeddings) for each in streams) * FRAME_SECONDS / 3600 >= 0.02
    assert len(streams) % len(once) == 0 and len(streams) > len(once)
    assert not np.array_equal(streams[0].sound, streams[len(once)].sound), "it is heard through another room"
    again = list(rig.others(made, "computer", 0.02))
    for one, other in zip(streams, again, strict=True):
        assert np.array_equal(one.embeddings, other.embeddings) and np.array_equal(one.sound, other.sound)


@pytest.mark.engine
def test_a_cache_of_other_recordings_is_told(rig: Rig) -> None:
    made = written(rig.folder)
    list(rig.others(made, "computer", 0.001))
    with pytest.raises(SystemExit, match="delete it"):
        list(rig.others(made[1:], "computer", 0.001))


@pytest.mark.engine
@pytest.mark.skipif(len(VOICES) < 2, reason="needs two voices")
def test_recordings_are_told_apart_by_who_speaks(rig: Rig, model_folder: Callable[[str], Path]) -> None:
    model_folder("wespeaker-resnet34")
    said = [row for row in written(rig.folder) if row["text"] == "computer"]
    groups = speakers(rig.folder, said)
    assert sorted(sorted({str(row["voice"]) for row in group}) for group in groups) == [
        [each] for each in sorted(VOICES)
    ]
