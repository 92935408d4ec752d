"""From an event to what is asked: the package's own classes, with every field of its kind. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.info import Describe
from wyoming.ping import Ping
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop
from wyoming.wake import Detect

from device.errors import ApplianceError

Asked = (
    Describe
    | Ping
    | Transcribe
    | Transcript
    | AudioStart
    | AudioChunk
    | AudioStop
    | Synthesize
    | SynthesizeStart
    | SynthesizeChunk
    | SynthesizeStop
    | Detect
)
_KINDS: Mapping[str, TypeAdapter[Any]] = {
    name: TypeAdapter(kind)
    for name, kind in {
        "describe": Describe,
        "ping": Ping,
        "transcribe": Transcribe,
        "transcript": Transcript,
        "audio-start": AudioStart,
        "audio-chunk": AudioChunk,
        "audio-stop": AudioStop,
        "synthesize": Synthesize,
        "synthesize-start": SynthesizeStart,
        "synthesize-chunk": SynthesizeChunk,
        "synthesize-stop": SynthesizeStop,
        "detect": Detect,
    }.items()
}


class AskedWrong(ApplianceError):
    """That event can't be used: {problem}."""

    code = "wyoming.event"


def asked(event: Event) -> Asked | None:
    """What is asked; None of an event that is not for us, which the protocol has us pass over. Raises AskedWrong."""
    found: Asked | None = read(event, _KINDS)
    return found


def read(event: Event, kinds: Mapping[str, TypeAdapter[Any]]) -> Any:
    """An event of one of these kinds, by their names; None of another. Raises AskedWrong."""
    kind = kinds.get(event.type)
    if kind is None:
        return None
    sound = {"audio": event.payload or b""} if event.type == "audio-chunk" else {}
    try:
        return kind.validate_python({**event.data, **sound})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])[:100]
        raise AskedWrong(problem=f"{event.type}, {where}: {first['msg']}") from None
