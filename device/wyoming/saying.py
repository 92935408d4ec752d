"""A text to sound, whole or in pieces as it is written: each sentence is sent as soon as it is made."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Eventable
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeStopped

from device.errors import ApplianceError
from device.speaking.reply import PAUSES
from device.wyoming.turns import EngineTurns
from services.speech.base import Voice
from services.speech.voice.sentences import pieces
from services.speech.voice.spoken import speakable

MOST_LETTERS = 5_000
_CHUNKS_A_SECOND = 10


class TextTooLong(ApplianceError):
    """That is too long: {most} letters are the most."""

    code = "wyoming.text"


class Saying:
    """Of one client, one text after the other."""

    def __init__(self, voice: Voice, turns: EngineTurns) -> None:
        self._voice, self._turns = voice, turns
        self._coming: str | None = None
        """Of a text that comes in pieces: what is not said yet."""
        self._letters = 0
        self._begun = False
        """Its sound has."""

    def say(self, asked: Synthesize | SynthesizeStart | SynthesizeChunk | SynthesizeStop) -> Iterator[Eventable]:
        """Raises TextTooLong, TooBusy, and what the voice does."""
        match asked:
            case Synthesize(text) if self._coming is None:
                self._begin(text)
                yield from self._sound(text)
                yield from self._end()
            case SynthesizeStart():
                self._begin("")
                self._coming = ""
            case SynthesizeChunk(text) if self._coming is not None:
                self._letters += _within(self._letters, text)
                whole, self._coming = _whole(self._coming + text)
                yield from self._sound(whole)
            case SynthesizeStop() if self._coming is not None:
                rest, self._coming = self._coming, None
                yield from self._sound(rest)
                yield from self._end()
                yield SynthesizeStopped()
            case _:
                pass  # the whole text again, for servers that take no pieces; or pieces of nothing

    def _begin(self, text: str) -> None:
        self._letters, self._begun = _within(0, text), False

    def _sound(self, text: str) -> Iterator[Eventable]:
        voice = self._voice
        for piece in pieces(speakable(text)):
            with self._turns.turn():
                made = voice.synthesize(piece.text)
            yield from self._opened()
            pause = np.zeros(round(PAUSES.get(piece.text[-1], 0.0) * voice.rate), np.int16)
            sound = np.concatenate((made, pause)).astype("<i2")
            step = voice.rate // _CHUNKS_A_SECOND
            for at in range(0, sound.size, step):
                yield AudioChunk(voice.rate, 2, 1, sound[at : at + step].tobytes())

    def _opened(self) -> Iterator[Eventable]:
        if not self._begun:
            self._begun = True
            yield AudioStart(self._voice.rate, 2, 1)

    def _end(self) -> Iterator[Eventable]:
        yield from self._opened()
        yield AudioStop()


def _within(before: int, text: str) -> int:
    if before + len(text) > MOST_LETTERS:
        raise TextTooLong(most=f"{MOST_LETTERS:,}")
    return len(text)


def _whole(text: str) -> tuple[str, str]:
    """The sentences that are surely over, as another one has begun behind them; and the rest."""
    found = pieces(text)
    last = found[-1].sentence if found else 0
    if last == 0:
        return "", text
    whole = " ".join(piece.text for piece in found if piece.sentence < last)
    rest = " ".join(piece.text for piece in found if piece.sentence == last)
    return whole, rest + text[len(text.rstrip()) :]
