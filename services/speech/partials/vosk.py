"""Partials by Vosk: cheap, word by word, where a Vosk model for the language is installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import vosk

from firmware.frame import RATE, Frame
from services.speech.base import Partial, SpeechModelUnusable

_NEEDED = ("am/final.mdl", "conf/model.conf")


class VoskModel:
    """What several recognisers may share."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`; raises SpeechModelUnusable."""
        vosk.SetLogLevel(-2)
        _check(folder)
        self._folder = folder
        try:
            self._model = vosk.Model(str(folder))
        except Exception as error:  # Vosk raises bare Exceptions
            raise SpeechModelUnusable(path=folder, reason=str(error)) from error

    def knows(self, word: str) -> bool:
        """Whether its vocabulary has the word."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def recogniser(self, *grammar: str) -> Any:
        """A vosk.KaldiRecognizer, of these phrases alone if they are given as JSON. Raises SpeechModelUnusable."""
        try:
            return vosk.KaldiRecognizer(self._model, RATE, *grammar)
        except Exception as error:
            raise SpeechModelUnusable(path=self._folder, reason=str(error)) from error


class VoskPartials:
    """Partials, and a final text, from one Vosk model. Not thread-safe: one stream, one thread."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`; raises SpeechModelUnusable."""
        self._recogniser = VoskModel(folder).recogniser()
        self._said: list[str] = []
        self._shown = ""

    def reset(self) -> None:
        self._recogniser.Reset()
        self._said, self._shown = [], ""

    def process(self, frame: Frame) -> Partial | None:
        if self._recogniser.AcceptWaveform(frame.samples.tobytes()):
            # Vosk ends sentences at pauses of its own; the utterance goes on.
            self._said.append(_text(self._recogniser.Result(), "text"))
            text = self._joined("")
        else:
            text = self._joined(_text(self._recogniser.PartialResult(), "partial"))
        if not text or text == self._shown:
            return None
        self._shown = text
        return Partial(text, frame.end)

    def finish(self) -> str:
        """The text of the whole utterance; a new one begins."""
        text = self._joined(_text(self._recogniser.FinalResult(), "text"))
        self.reset()
        return text

    def hold(self, hold: bool) -> None:
        """Nothing to hold back: each frame costs little, and one left out would lose words."""

    def close(self) -> None:
        """There is no thread to end."""

    def _joined(self, last: str) -> str:
        return " ".join(part for part in (*self._said, last) if part)


def _text(answer: str, key: str) -> str:
    return str(json.loads(answer).get(key, ""))


def _check(folder: Path) -> None:
    """Kaldi ends the process for some broken files, so look before."""
    if not folder.is_dir():
        raise SpeechModelUnusable(path=folder, reason="there is no such folder")
    for name in _NEEDED:
        if not (folder / name).is_file():
            raise SpeechModelUnusable(path=folder, reason=f"{name} is missing")
    for file in folder.rglob("*"):
        if file.is_file() and file.stat().st_size == 0 and file.suffix in (".mdl", ".fst", ".ie", ".dubm", ".mat"):
            raise SpeechModelUnusable(path=folder, reason=f"{file.relative_to(folder)} is empty")
