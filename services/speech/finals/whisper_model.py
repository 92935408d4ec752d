"""One Whisper model on CTranslate2: a stretch of sound in, its words and how sure the model is out.

Whisper expects 30 s of sound and spends most of its time on the padding up to there. Here only `columns` of the
spectrogram are encoded; the decoder is shown the encoding of pure padding for the rest, computed once. With this it
still sees the 30 s it was trained on, which keeps it from looping (docs/adr/0003-a-shorter-window-for-whisper.md).
"""

from __future__ import annotations

import json
import math
import threading
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from services.speech.base import Hypothesis, SpeechModelUnusable
from services.speech.finals.mel import Spectrogram

FULL = 3000
"""Columns (10 ms each) of the window Whisper was trained on."""

_FILES = ("config.json", "model.bin", "tokenizer.json")
_VOCABULARIES = ("vocabulary.txt", "vocabulary.json")
_QUIET = -0.6
"""A quiet room in a spectrogram. tiny.en takes zeros as well, base then says everything twice."""
_LONGEST = 448
"""Tokens the decoder has positions for, prompt included."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one decode put out."""

    text: str
    tokens: int
    logprob: float
    """Mean log-probability of the tokens, the end token included; at most 0."""
    no_speech: float
    """0…1."""
    complete: bool
    """Whether the model ended the text by itself, before the limit of tokens."""
    others: tuple[Hypothesis, ...] = ()
    """The other texts of the beam, the likelier first: they cost nothing more."""

    @property
    def texts(self) -> tuple[str, ...]:
        """All that it may be, the likeliest first."""
        return (self.text, *(other.text for other in self.others))


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What the encoder made of a window; may be decoded several times, with other prompts."""

    states: npt.NDArray[np.float32]
    """Shape (1, 1500, model width). CTranslate2 does not copy it."""


class WhisperModel:
    """A converted Whisper model, tiny to large, English or multilingual. Thread-safe: two decodes may run at once on
    the same weights.
    """

    def __init__(self, folder: Path, *, threads: int = 2, language: str = "en") -> None:
        """Load `folder` (config.json, model.bin, tokenizer.json, vocabulary) with int8 weights; raises
        SpeechModelUnusable.
        """
        _check(folder)
        try:
            self._model = ctranslate2.models.Whisper(
                str(folder), device="cpu", compute_type="int8", inter_threads=2, intra_threads=threads
            )
        except (RuntimeError, ValueError) as error:
            raise SpeechModelUnusable(path=folder, reason=f"model.bin: {error}") from error
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # the tokenizers package raises bare Exceptions
            raise SpeechModelUnusable(path=folder, reason=f"tokenizer.json: {error}") from error
        self._start = self._prefix(folder, language)
        self._previous = self._token(folder, "<|startofprev|>")
        self._end = self._token(folder, "<|endoftext|>")
        self.bands: int = self._model.n_mels
        self._laid_out = threading.Lock()
        self._silence: npt.NDArray[np.float32] | None = None

    def warm_up(self) -> None:
        """Encode what stands behind every utterance, once; else the first one does. It lays out the memory of the
        engine, too.
        """
        self._padding()

    def encode(self, spectrogram: Spectrogram, columns: int = FULL) -> Encoded:
        """Encode a spectrogram of shape (bands, at most 3000). `columns`: how many of it and of the padding after it to
        look at.
        """
        states = self._padding().copy()
        short = self._encode(_padded(spectrogram, columns))
        states[:, : short.shape[1]] = short
        return Encoded(states)

    def decode(self, encoded: Encoded, *, limit: int, prompt: str = "", said: str = "", beam: int = 1) -> Decoded:
        """The words of an encoding. `limit`: most tokens to put out. `prompt`: text shown to the decoder as if said
        before.

        `said`: words that the sound is known to begin with; the decoder goes on from them, and they are not put out.
        """
        known = self._tokens(said)
        tokens = [*self._prompt(prompt), *self._start, *known]
        result = self._model.generate(
            ctranslate2.StorageView.from_array(encoded.states),
            [tokens],
            beam_size=beam,
            num_hypotheses=beam,
            # CTranslate2 gives half of this to the text, or what the prompt leaves of it.
            max_length=min(_LONGEST, max(2 * limit, limit + len(tokens))),
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        texts = [[token for token in tokens if token < self._end] for tokens in result.sequences_ids]
        # CTranslate2 puts out what the decoder was made to begin with too, and divides the score by its length as well.
        scores = [score * len(words) for score, words in zip(result.scores, texts, strict=True)]
        said_at = len(known)
        means = [score / (len(words) - said_at + 1) for score, words in zip(scores, texts, strict=True)]
        told = [self._tokenizer.decode(words[said_at:]).strip() for words in texts]
        count = len(texts[0]) - said_at
        return Decoded(
            text=told[0],
            tokens=count,
            logprob=means[0],
            no_speech=float(result.no_speech_prob),
            complete=count < limit,
            others=tuple(
                Hypothesis(text, math.exp(mean), scores[0] - score)
                for text, mean, score in zip(told[1:], means[1:], scores[1:], strict=True)
            ),
        )

    def compare(self, spectrogram: Spectrogram, phrase: str) -> tuple[float, float]:
        """Log-probability of a phrase, and of the likeliest words of as many tokens. No padding is encoded."""
        columns = spectrogram.shape[1]
        states = ctranslate2.StorageView.from_array(self._encode(_padded(spectrogram, columns)))
        tokens = self._tokens(phrase)
        limit = 2 * len(tokens)
        best = self._model.generate(states, [self._start], beam_size=1, max_length=limit)[0].sequences_ids[0]
        words = [token for token in best if token < self._end][: len(tokens)]
        return self._likely(states, tokens, columns), self._likely(states, words, columns) if words else 0.0

    def _likely(self, states: ctranslate2.StorageView, tokens: list[int], columns: int) -> float:
        """Log-probability that exactly these tokens begin what was said."""
        told = self._model.align(states, self._start, [tokens], columns)[0].text_token_probs
        return float(np.log(np.maximum(told, 1e-9)).sum())

    def _padding(self) -> npt.NDArray[np.float32]:
        with self._laid_out:
            if self._silence is None:
                self._silence = self._encode(np.full((self.bands, FULL), _QUIET, dtype=np.float32))
            return self._silence

    def _encode(self, window: Spectrogram) -> npt.NDArray[np.float32]:
        return np.asarray(self._model.encode(ctranslate2.StorageView.from_array(window[None])), dtype=np.float32)

    def _prompt(self, text: str) -> list[int]:
        if not text:
            return []
        return [self._previous, *self._tokens(text)[: _LONGEST // 2 - 1]]

    def _tokens(self, text: str) -> list[int]:
        tokens: list[int] = self._tokenizer.encode(" " + text.strip(), add_special_tokens=False).ids if text else []
        return tokens

    def _prefix(self, folder: Path, language: str) -> list[int]:
        names = ["<|startoftranscript|>", "<|notimestamps|>"]
        if self._model.is_multilingual:
            names[1:1] = [f"<|{language}|>", "<|transcribe|>"]
        elif language != "en":
            raise SpeechModelUnusable(path=folder, reason=f"it knows English only, not {language}")
        return [self._token(folder, name) for name in names]

    def _token(self, folder: Path, name: str) -> int:
        token: int | None = self._tokenizer.token_to_id(name)
        if token is None:
            raise SpeechModelUnusable(path=folder, reason=f"tokenizer.json has no {name}")
        return token


def _padded(spectrogram: Spectrogram, columns: int) -> Spectrogram:
    """The spectrogram with silence, as quiet as its quietest, up to an even number of columns."""
    held = spectrogram.shape[1]
    quiet = spectrogram.min(initial=0.0)
    window = np.full((spectrogram.shape[0], min(FULL, max(columns, held) + 1) // 2 * 2), quiet, dtype=np.float32)
    window[:, :held] = spectrogram[:, : window.shape[1]]
    return window


def _check(folder: Path) -> None:
    """CTranslate2 explains bad files in odd words or not at all, so look before."""
    if not folder.is_dir():
        raise SpeechModelUnusable(path=folder, reason="there is no such folder")
    for name in _FILES:
        if not (folder / name).is_file():
            raise SpeechModelUnusable(path=folder, reason=f"{name} is missing")
        if (folder / name).stat().st_size == 0:
            raise SpeechModelUnusable(path=folder, reason=f"{name} is empty")
    if not any((folder / name).is_file() for name in _VOCABULARIES):
        raise SpeechModelUnusable(path=folder, reason=f"{_VOCABULARIES[0]} is missing")
    try:
        json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise SpeechModelUnusable(path=folder, reason=f"config.json: {error}") from error
