"""The turns of one satellite: woken, heard, done, answered. The device's own (device/turn/machine.py) know of lights,
buttons, rings and barging in; here there is a loudspeaker that nobody can silence, so a turn goes one way.

    idle ─▶ listening ─▶ thinking ─▶ speaking ─▶ idle, or listening again where it was a question

A satellite streams until it is told the transcript. Where a question is asked it is told nothing before the answer has
come: so the answer needs no wake word, wherever that is listened for.
"""

from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Literal

from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStop
from wyoming.event import Eventable
from wyoming.tts import Synthesize
from wyoming.vad import VoiceStarted, VoiceStopped
from wyoming.wake import Detection

from device.hearing.ear import Ear
from device.satellites.services import SatelliteServices
from device.turn import events as on
from device.turn.machine import STILL
from device.turn.session import next_turn
from device.wyoming.saying import Saying
from firmware.errors import ExpectedError
from services.actions.base import Response
from services.actions.wording import sentence
from services.speech.base import Final

THINKS_S = 10.0
"""So long a command may take until its speaker is told that it still goes on."""
LISTENS_S = 25.0
"""So long a turn is waited for whose sound has stopped coming: longer than an ear listens."""
ECHO_S = 0.5
"""So long a loudspeaker may lag behind what it was sent, beyond the length of the sound."""
_MOST_LATE = 4

Phase = Literal["idle", "listening", "thinking", "speaking"]
Order = Callable[[Ear], None]
"""Something for the ear, done on the thread that feeds it."""


class SatelliteTurns:
    """Runs on a thread of its own, from one connection to its end; `put` is for any thread."""

    def __init__(
        self,
        services: SatelliteServices,
        client: str,
        send: Callable[[Eventable], None],
        order: Callable[[Order], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`client`: whose conversation this is; `send` raises OSError; `order` leaves the ear one."""
        self._services, self._client = services, client
        self._send, self._order, self._clock = send, order, clock
        self._inbox: queue.SimpleQueue[on.Event | on.Crashed | None] = queue.SimpleQueue()
        self._phase: Phase = "idle"
        self._until: float | None = None
        """When the phase lasts too long, or what is said is over."""
        self._turn = 0
        self._woken = 0
        """The latest turn that began with the wake word; ahead of `_turn` while it waits in the inbox."""
        self._streams = False
        """The satellite sends until it is told the transcript."""
        self._heard = ""
        self._asks = False
        """What is being said is a question."""
        self._resumes: int | None = None
        """The turn whose command this one takes the place of."""
        self._submitted: set[int] = set()
        """Turns whose command has not been answered yet."""
        self._late: deque[Response] = deque(maxlen=_MOST_LATE)
        """What came while something else was going on."""

    def put(self, event: on.Event | on.Crashed | None) -> None:
        """Something happened; None: the connection is over."""
        if isinstance(event, on.WakeHeard):
            self._woken = event.turn
        self._inbox.put(event)

    def run(self) -> None:
        """Until the connection is over. Raises OSError where it breaks, and what is no expected failure."""
        while True:
            wait = None if self._until is None else max(0.0, self._until - self._clock())
            try:
                event = self._inbox.get(timeout=wait)
            except queue.Empty:
                self._time_is_up()
                continue
            if event is None:
                return
            self._take(event)

    def _take(self, event: on.Event | on.Crashed) -> None:
        match event:
            case on.Crashed(error):
                raise error
            case on.WakeHeard(turn, detection):
                self._listen(turn)
                if detection.word:  # else the satellite heard it by itself
                    self._send(Detection(detection.word))
            case on.WentOn(turn, of):
                self._go_on(turn, of)
            case on.Replied(turn, response):
                self._answer(turn, response)
            case on.SpeechBegan(turn) if turn == self._turn:
                self._send(VoiceStarted())
            case on.SpeechEnded(turn, endpoint) if turn == self._turn:
                self._send(VoiceStopped())
                if endpoint.reason == "no_speech":
                    self._rest()
                else:
                    self._enter("thinking", THINKS_S)
            case on.FinalHeard(turn, final) if turn == self._turn:
                self._act(final)

    def _enter(self, phase: Phase, lasts_s: float | None) -> None:
        self._phase = phase
        self._until = None if lasts_s is None else self._clock() + lasts_s

    def _listen(self, turn: int) -> None:
        self._turn, self._resumes, self._streams = turn, None, True
        self._own_voice(speaks=False)
        self._enter("listening", LISTENS_S)

    def _go_on(self, turn: int, of: int) -> None:
        """Who was not done speaking goes on: what comes of the beginning is not said."""
        if of != self._turn or self._phase != "thinking":
            self._order(Ear.close)
            return
        resumes = of if of in self._submitted else self._resumes
        self._listen(turn)
        self._resumes = resumes

    def _act(self, final: Final) -> None:
        self._heard = final.text
        if not final.text:
            self._rest()
            return
        turn = self._turn
        self._enter("thinking", THINKS_S)
        try:
            self._services.submit(
                final.text,
                self._client,
                final.confidence,
                resumes=self._resumes is not None,
                who=final.who,
                done=lambda response: self.put(on.Replied(turn, response)),
            )
            self._submitted.add(turn)
        except ExpectedError as error:
            self._say(sentence(str(error)))

    def _answer(self, turn: int, response: Response) -> None:
        self._submitted.discard(turn)
        if turn == self._resumes:  # another takes its place
            return
        if self._phase == "idle" or (turn == self._turn and self._phase == "thinking"):
            self._say(response.reply.text, asks=response.reply.awaits)
        else:
            self._late.append(response)

    def _say(self, text: str, *, asks: bool = False) -> None:
        """Sentence by sentence, each as soon as it is made; not on where somebody says the wake word meanwhile."""
        self._asks = asks
        if not asks:
            self._let_go()
        if not text:
            self._rest()
            return
        self._own_voice(speaks=True)
        self._enter("speaking", None)
        self._send(Synthesize(text))
        self._until = self._clock() + self._sound(text) + ECHO_S

    def _sound(self, text: str) -> float:
        """Send it; for how long it still sounds, seconds."""
        begun, seconds = 0.0, 0.0
        for piece in self._pieces(text):
            begun = begun or self._clock()
            self._send(piece)
            if isinstance(piece, AudioChunk):
                seconds += len(piece.audio) / (piece.rate * piece.width * piece.channels)
        return max(0.0, begun + seconds - self._clock())

    def _pieces(self, text: str) -> Iterator[Eventable]:
        try:
            for piece in Saying(self._services.voice, self._services.speaking).say(Synthesize(text)):
                yield piece
                if self._woken > self._turn and not isinstance(piece, AudioStop):
                    yield AudioStop()
                    return
        except ExpectedError:  # the device is busy beyond measure: its words were sent, and that is all
            yield AudioStop()

    def _time_is_up(self) -> None:
        match self._phase:
            case "thinking" if self._turn in self._submitted:
                self._turn = self._next()
                self._say(STILL)
            case "speaking" if self._asks:
                self._ask()
            case _:
                self._order(Ear.close)
                self._rest()

    def _ask(self) -> None:
        """Listen for the answer."""
        self._turn = turn = self._next()
        self._resumes = None
        self._own_voice(speaks=False)
        self._order(lambda ear: ear.open(turn, preroll=0.0, patience=self._services.answer_s))
        self._enter("listening", LISTENS_S)

    def _rest(self) -> None:
        self._asks = False
        self._let_go()
        self._own_voice(speaks=False)
        self._enter("idle", None)
        if self._late:
            response = self._late.popleft()
            self._say(response.reply.text)

    def _let_go(self) -> None:
        """It need not send any more."""
        if self._streams:
            self._streams = False
            self._send(Transcript(self._heard, language="en"))
        self._heard = ""

    def _own_voice(self, *, speaks: bool) -> None:
        """The ear is to pass over what it hears of its own loudspeaker."""

        def order(ear: Ear) -> None:
            ear.over.own_voice = speaks

        self._order(order)

    def _next(self) -> int:
        turn = next_turn(max(self._turn, self._woken), ear=False)

        def order(ear: Ear) -> None:
            ear.over.turn = max(ear.over.turn, turn)

        self._order(order)
        return turn
