"""The body without hardware behaves, and misbehaves when told."""

from __future__ import annotations

import numpy as np
import pytest

from firmware.base import Button, Lights, Microphone, MicrophoneLost, MicrophoneMissing, Picture, Speaker, SpeakerLost
from firmware.sound.microphone import Liveness
from tests.doubles.body import ManualButton, MemoryLights, MemorySpeaker, ScriptedMicrophone

SOUND = np.arange(1280 * 5 + 7, dtype=np.int16)


def test_they_are_what_the_protocols_say() -> None:
    body: tuple[Microphone, Speaker, Lights, Button] = (
        ScriptedMicrophone([]),
        MemorySpeaker(),
        MemoryLights(),
        ManualButton(),
    )
    for part in body:
        part.close()


def test_a_script_is_read_to_its_end() -> None:
    microphone = ScriptedMicrophone([SOUND[:1000], SOUND[1000:]])
    microphone.open()
    frames = list(iter(microphone.read, None))
    assert np.array_equal(np.concatenate([frame.samples for frame in frames])[: SOUND.size], SOUND)
    assert [frame.index for frame in frames] == list(range(6))


def test_a_script_may_lose_itself_and_be_missing() -> None:
    microphone = ScriptedMicrophone([SOUND], lose_at=[2, 4], missing=1)
    with pytest.raises(MicrophoneMissing):
        microphone.open()
    heard: list[int] = []
    microphone.open()
    while True:
        try:
            frame = microphone.read()
        except MicrophoneLost:
            with pytest.raises(MicrophoneLost):
                microphone.read()
            microphone.open()
            continue
        if frame is None:
            break
        heard.append(frame.index)
    assert heard == list(range(6))
    assert microphone.opened == 3


def test_a_script_may_go_dead() -> None:
    microphone = ScriptedMicrophone([np.tile(SOUND, 10)], constant_from=3)
    microphone.open()
    liveness = Liveness()
    verdicts = [liveness.process(frame) for frame in iter(microphone.read, None)]
    assert verdicts.index(False) == 3 + 24


def test_the_speaker_keeps_stops_and_fails() -> None:
    speaker = MemorySpeaker()
    assert speaker.play(SOUND, 22_050)
    assert speaker.drain()
    speaker.on_play = speaker.stop
    assert not speaker.play(SOUND, 22_050)
    assert not speaker.drain()
    speaker.on_play = None
    assert speaker.play(SOUND, 16_000)
    assert [rate for _, rate in speaker.played] == [22_050, 16_000]
    speaker.failing = True
    with pytest.raises(SpeakerLost):
        speaker.play(SOUND, 16_000)


def test_lights_remember_and_the_button_calls() -> None:
    lights, button, edges = MemoryLights(), ManualButton(), []
    lights.show(Picture("idle", ((0.0, 0.0, 1.0),)))
    assert lights.names == ["idle"]
    button.press()
    button.watch(lambda: edges.append("down"), lambda: edges.append("up"))
    button.press()
    button.release()
    assert edges == ["down", "up"]
