"""Speech, alarms and earcons, each as loud as it was turned, within its bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from device.configuration.load import load
from device.errors import ConfigBroken
from device.speaking.mouth import Mouth
from device.speaking.reply import Speaking
from device.speaking.volumes import SOUNDS, Scale, Volumes
from device.turn import effects as do
from device.wiring.basis import scales_of
from tests.doubles.body import MemorySpeaker
from tests.doubles.speech import SineVoice

SCALES = {"speech": Scale(0.5, 0.1, 0.9), "alarms": Scale(0.8, 0.3, 1.0), "earcons": Scale(0.4, 0.0, 1.0)}


def volumes(folder: Path, **more: Any) -> tuple[Volumes, MemorySpeaker]:
    speaker = MemorySpeaker()
    return Volumes(speaker, folder, SCALES, **more), speaker  # type: ignore[arg-type]


def test_each_sounds_with_its_own(tmp_path: Path) -> None:
    own, speaker = volumes(tmp_path)
    loud: list[float] = []
    speaker.on_play = lambda: loud.append(speaker.volume)
    heard: list[Any] = []
    mouth = Mouth(Speaking(SineVoice(), speaker), heard.append, sounds=own.use)
    mouth.take(do.Chime("heard"))
    mouth.take(do.Speak(1, "Hello."))
    mouth.take(do.Speak(2, "Softer.", volume=0.5))
    mouth._jobs.put(None)
    mouth.run()
    assert loud == [0.4, 0.5, 0.5], "an announcement's own volume is of its samples"
    own.use("alarms")
    assert speaker.volume == 0.8


def test_what_sounds_is_turned_at_once_and_the_others_are_not_heard_to_change(tmp_path: Path) -> None:
    told: list[float] = []
    own, speaker = volumes(tmp_path, turned=told.append)
    own.use("alarms")
    own.turn(60, "alarms")
    assert speaker.volume == 0.6
    own.turn(20, "speech")
    assert speaker.volume == 0.6 and told == [0.6, 0.2]
    own.use("speech")
    assert speaker.volume == 0.2
    again, speaker = volumes(tmp_path)
    assert [again.loudness(sound).volume for sound in SOUNDS] == [20, 60, 40] and speaker.volume == 0.2


def test_what_was_kept_is_taken_within_bounds(tmp_path: Path) -> None:
    for name, kept in (("volume", "100"), ("volume-alarms", "0"), ("volume-earcons", "rather")):
        (tmp_path / name).write_text(kept)
    own, _ = volumes(tmp_path)
    assert [own.loudness(sound).volume for sound in SOUNDS] == [90, 30, 40]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(SOUNDS), st.integers(-1000, 1000), st.booleans()), max_size=30))
def test_nothing_turns_one_out_of_its_bounds(tmp_path: Path, turns: list[Any]) -> None:
    own, _ = volumes(tmp_path)
    for sound, percent, use in turns:
        own.turn(percent, sound)
        if use:
            own.use(sound)
        for each, scale in SCALES.items():
            now = own.loudness(each)  # type: ignore[arg-type]
            assert now.floor <= now.volume <= now.ceiling == round(100 * scale.ceiling)
    assert own.loudness("alarms").volume >= 30, "an alarm is never silent"


def test_other_settings_are_taken_at_once(tmp_path: Path) -> None:
    own, speaker = volumes(tmp_path)
    own.turn(80, "speech")
    own.follow({**SCALES, "alarms": Scale(1.0, 0.3, 1.0)})  # type: ignore[dict-item]
    assert [own.loudness(sound).volume for sound in SOUNDS] == [80, 100, 40], "only what was changed"
    own.follow({**SCALES, "speech": Scale(0.5, 0.1, 0.6)})  # type: ignore[dict-item]
    assert own.loudness("speech").volume == 60 and speaker.volume == 0.6


def test_the_settings_have_three_and_their_bounds(tmp_path: Path) -> None:
    given = load(
        {
            "EQUERRY_CONFIG": "",
            "EQUERRY_RING__VOLUME": "0.7",
            "EQUERRY_EARCONS__CEILING": "0.5",
            "EQUERRY_EARCONS__VOLUME": "0.5",
        }
    )
    assert scales_of(given) == {
        "speech": Scale(1.0, 0.1, 1.0),
        "alarms": Scale(0.7, 0.3, 1.0),
        "earcons": Scale(0.5, 0.0, 0.5),
    }


@pytest.mark.parametrize(
    ("name", "said", "why"),
    [
        ("RING__VOLUME", "0.2", "ring.volume = 0.2: is below the floor, 0.3"),
        ("RING__FLOOR", "0", "ring.floor = 0: is out of range; it may be 0.1 to 1"),
        ("SPEAKER__CEILING", "0.4", "speaker.volume = 1.0: is above the ceiling, 0.4"),
    ],
)
def test_settings_that_do_not_fit_each_other_are_told(name: str, said: str, why: str) -> None:
    with pytest.raises(ConfigBroken) as wrong:
        load({"EQUERRY_CONFIG": "", f"EQUERRY_{name}": said})
    assert why in str(wrong.value)
