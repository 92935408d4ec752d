"""Frames of the Wyoming protocol as nobody should send them: conversations, changed in their bytes or their JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Eventable
from wyoming.info import Describe
from wyoming.ping import Ping
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeVoice
from wyoming.wake import Detect

from device.wyoming.frames import encoded

_SOUND = AudioChunk(16_000, 2, 1, bytes(range(256)) * 12, timestamp=80)
TALKS: Sequence[Sequence[Eventable]] = (
    (Describe(),),
    (Ping("x"),),
    (Transcribe(language="en"), AudioStart(16_000, 2, 1), _SOUND, _SOUND, AudioStop()),
    (Transcript("Add milk to the list.", {"conversation_id": "01JD", "satellite_id": "kitchen"}),),
    (Synthesize("Two words.", SynthesizeVoice("joe")),),
    (SynthesizeStart(), SynthesizeChunk("One. "), SynthesizeChunk("Two."), SynthesizeStop()),
    (Detect(["hey_jarvis"]), AudioStart(16_000, 2, 1), _SOUND, _SOUND, _SOUND, AudioStop()),
)
_VALUES = (
    *(None, True, -1, 0, 7, 2**31, 2**63, 10**30, 1.5, float("inf")),
    *("", "x", "\ud800", "\0", "a" * 300, [], [[]], {}, {"a": {}}),
)
_NAMES = (
    *("type", "data", "data_length", "payload_length"),
    *("text", "rate", "width", "channels", "context", "names", "voice"),
    *("start_stage", "end_stage"),
)


def mutated(chance: random.Random, talks: Sequence[Sequence[Eventable]] = TALKS) -> list[bytes]:
    """The frames of one conversation, some of them changed."""
    frames = [encoded(event.event()) for event in chance.choice(talks)]
    if chance.random() < 0.3:
        chance.shuffle(frames)
    return [_changed(frame, chance) if chance.random() < 0.7 else frame for frame in frames]


def _changed(frame: bytes, chance: random.Random) -> bytes:
    return chance.choice((_bytes_changed, _line_changed, _data_changed, _cut))(frame, chance)


def _bytes_changed(frame: bytes, chance: random.Random) -> bytes:
    changed = bytearray(frame)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed))
        match chance.randrange(3):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                changed[at:at] = chance.randbytes(chance.randint(1, 8))
            case _ if len(changed) > 8:
                del changed[at : at + chance.randint(1, 8)]
    return bytes(changed) or b"\n"


def _line_changed(frame: bytes, chance: random.Random) -> bytes:
    """Fields of the line: kinds, lengths, types."""
    line, _, rest = frame.partition(b"\n")
    return json.dumps(_with_other(json.loads(line), chance)).encode() + b"\n" + rest


def _data_changed(frame: bytes, chance: random.Random) -> bytes:
    """Fields behind the line, with the length that is theirs."""
    line, _, rest = frame.partition(b"\n")
    told = json.loads(line)
    length = told.get("data_length", 0)
    data = json.dumps(_with_other(json.loads(rest[:length] or b"{}"), chance)).encode()
    told["data_length"] = len(data)
    return json.dumps(told).encode() + b"\n" + data + rest[length:]


def _with_other(told: dict[str, object], chance: random.Random) -> dict[str, object]:
    name = chance.choice((*told, *_NAMES))
    if chance.random() < 0.2:
        told.pop(name, None)
    else:
        told[name] = chance.choice(_VALUES)
    return told


def _cut(frame: bytes, chance: random.Random) -> bytes:
    return frame[: chance.randrange(len(frame))]
