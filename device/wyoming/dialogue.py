"""One client's dialogue: what it asks, event by event, and what it is told. No sockets, no threads of its own.

Requests are answered one after the other, so an answer is never another's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, Eventable
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop
from wyoming.wake import Detect

from device.control.wire import plain
from device.wyoming.asked import Asked, asked
from device.wyoming.clients import client_of
from device.wyoming.saying import MOST_LETTERS, Saying, TextTooLong
from device.wyoming.services import WyomingServices
from device.wyoming.waking import Waking
from device.wyoming.writing import Writing
from firmware.errors import ExpectedError
from services.actions.wording import sentence


class Dialogue:
    """With one client, on the thread of its connection."""

    def __init__(
        self,
        offers: WyomingServices,
        peer: str,
        line: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`peer`: its address; `line`: names the connection; `sleep` is where it waits when sound comes too fast."""
        self._offers, self._peer, self._line = offers, peer, line
        self._writing, self._saying = Writing(offers, peer), Saying(offers.voice, offers.turns)
        self._waking = Waking(offers, clock=clock, sleep=sleep)
        self._wakes = False
        """Sound is for the wake word."""

    def close(self) -> None:
        """It is over."""
        self._waking.close()

    def take(self, event: Event) -> Iterator[Event]:
        """What is answered. Raises an ExpectedError: the client is to be told so, and nothing more."""
        request = asked(event)
        if request is not None:
            for answer in self._answer(request):
                yield answer.event()

    def _answer(self, request: Asked) -> Iterator[Eventable]:
        match request:
            case Describe():
                yield self._offers.info
            case Ping(text):
                yield Pong(text)
            case Transcript(text, context):
                yield self._command(text, client_of(self._peer, context, self._line))
            case Transcribe():
                self._wakes = False
                self._waking.close()
                self._writing.begin()
            case Detect(names):
                self._wakes = True
                self._waking.begin(names)
            case AudioStart() | AudioChunk() | AudioStop():
                yield from (self._waking if self._wakes else self._writing).hear(request)
            case Synthesize() | SynthesizeStart() | SynthesizeChunk() | SynthesizeStop():
                yield from self._saying.say(request)

    def _command(self, text: str, client: str) -> Eventable:
        said = plain(text).strip()
        if len(said) > MOST_LETTERS:
            raise TextTooLong(most=f"{MOST_LETTERS:,}")
        if not said:
            return NotHandled("I heard nothing.")
        confidence = self._offers.doubts.confidence(self._peer, said)
        try:
            response = self._offers.carry_out(said, client, confidence)
        except ExpectedError as error:
            return NotHandled(sentence(str(error)))
        taken = response.reply.awaits or any(outcome.ok for outcome in response.outcomes)
        return Handled(response.reply.text) if taken else NotHandled(response.reply.text)
