"""A GGUF language model through llama-cpp-python: one sentence in, steps out, nothing but copied words in their slots.

What differs between models stands in their adapters. The engine is careful with all of them: a model can answer only in
the grammar made for the sentence, within a limit of tokens and of time, and an answer that would write must be surer
than one that only asks.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

import numpy as np

from services.understanding.base import EngineUncompiled, LanguageModelUnusable, Step
from services.understanding.links import folded
from services.understanding.model.adapter import Adapter
from services.understanding.model.base import Context, Guess, LanguageModelSlow, never
from services.understanding.model.certainty import Certainty
from services.understanding.model.decoder import Decoder, Scores
from services.understanding.model.draft import AnswerDraft
from services.understanding.model.grammar import (
    SIGNS,
    answer_of,
    grammar_for,
    in_spoken_order,
    is_complete,
    read_answer,
)
from services.understanding.model.questions import asks
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import Word, split_words

_MAGIC = b"GGUF"
_CONTEXT = 1_024
"""Tokens of prompt, sentence and answer together."""
_MOST_WORDS = 100
"""Eight actions in one breath have about 50, hardly ever more than 87."""
_MOST_ASKED = 240
"""Tokens of one question: 87 words have up to 129, marks and names some more. More is no sentence."""
_BATCH = 64
"""Tokens evaluated between two looks at the clock, 49,152 logits each; half as many took 4 % longer."""
_MORSEL = 8
"""Tokens of a sentence that is still being spoken, evaluated between two looks at who waits."""
_INCOMPLETE = 0.8
"""What the confidence is multiplied by where a required slot is missing."""


class LlamaModel:
    """Implements Engine. Loaded on first use; for one thread at a time."""

    def __init__(
        self,
        adapter: Adapter,
        weights: Path,
        *,
        lora: Path | None = None,
        threads: int = 1,
        limit_s: float = 4.0,
        most_tokens: int = 144,
        clock: Callable[[], float] = time.monotonic,
        compiled: Callable[[], bool] = lambda: True,
        witness: Callable[[bytes, Scores, int], None] | None = None,
    ) -> None:
        """`weights` and `lora` are GGUF files or folders of one. `threads`: one is best on a device that listens
        meanwhile, for they wait for each other at every token. `limit_s` (seconds) and `most_tokens` bound one answer.
        `compiled`: whether llama.cpp is there by now; asked until it is. `witness` is told of each token of an answer:
        its text, all logits, and which it is. Raises LanguageModelUnusable when there is no GGUF file.
        """
        self._adapter = adapter
        self._weights, self._lora = gguf_file(weights), gguf_file(lora) if lora else None
        self._threads, self._limit_s, self._most_tokens, self._clock = threads, limit_s, most_tokens, clock
        self._compiled, self._witness = compiled, witness
        self._llama: Any = None
        self._prefix: list[int] = []
        self._read: list[int] = []
        """What is evaluated behind the prefix: the question that was read last, or the beginning of one."""

    def load(self) -> None:
        """See Engine."""
        if self._llama is None:
            if not self._compiled():
                raise EngineUncompiled
            llama = load_llama(self._weights, self._lora, self._threads)
            self._prefix = llama.tokenize(self._adapter.prefix.encode(), add_bos=True)
            if len(self._prefix) + _MOST_ASKED + self._most_tokens > _CONTEXT:
                raise LanguageModelUnusable(path=self._weights, reason="its prompt leaves no room for an answer")
            llama.eval(self._prefix)
            self._llama, self._read = llama, []

    def prepare(self, text: str, stop: Callable[[], bool]) -> None:
        """See Engine."""
        words = split_words(text)
        begun = self._adapter.begun(words)
        if self._llama is None or not begun or not self._asks(words):
            return
        with self._working():
            question = self._tokens(begun)
            if len(question) > _MOST_ASKED:
                return
            alike = self._keep(question)
            for at in range(alike, len(question), _MORSEL):
                if stop():
                    return
                self._llama.eval(question[at : at + _MORSEL])
                self._read = question[: at + _MORSEL]

    def read(self, text: str, context: Context, stop: Callable[[], bool] = never) -> Guess | None:
        """See Engine."""
        guess = self.answered(text, context, stop)
        if guess is None or any(guess.confidence < self._needed(step) for step in guess.steps):
            return None
        if not guess.steps:
            return guess if guess.confidence > self._adapter.sure_of_none else None
        if VOCABULARY[guess.steps[0].action].writes and asks(split_words(text)):
            return None
        whole = 1.0 if all(is_complete(step) for step in guess.steps) else _INCOMPLETE
        return replace(guess, confidence=round(self._adapter.trust * guess.confidence * whole, 3))

    def answered(self, text: str, context: Context, stop: Callable[[], bool] = never) -> Guess | None:
        """What the model says, however unsure it is, without steps where that is none; None for what it is not asked
        about, where its answer is too long, and where it gave up since `stop` said so. `confidence` is the probability
        of its answer. Raises as `read` does.
        """
        words = split_words(text)
        actions = self._adapter.candidates(words)
        if not actions or not self._asks(words) or (context.before and not self._adapter.goes_on):
            return None
        self.load()
        grammar = grammar_for(
            actions,
            words,
            or_none=self._adapter.or_none,
            most_steps=self._adapter.most_steps,
            goes_on=bool(context.before),
        )
        with self._working():
            told = self._answer(self._adapter.asked(words, context), _likely(context, words), grammar, stop)
        return Guess(folded(read_answer(told[0], text, context.today)), told[1]) if told else None

    @staticmethod
    def _asks(words: Sequence[Word]) -> bool:
        """Whether the model is asked about a sentence like this."""
        return len(words) <= _MOST_WORDS and not any(
            set(word.text) & SIGNS or not word.text.isprintable() for word in words
        )

    @contextlib.contextmanager
    def _working(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            self._llama = None  # its memory may hold anything now
            raise LanguageModelUnusable(path=self._weights, reason=str(error)) from None

    def _tokens(self, asked: str) -> list[int]:
        tokens: list[int] = self._llama.tokenize(asked.encode(errors="replace"), add_bos=False)
        return tokens

    def _needed(self, step: Step) -> float:
        return self._adapter.sure_to_write if VOCABULARY[step.action].writes else self._adapter.sure_to_read

    def _answer(self, asked: str, likely: str, grammar: str, stop: Callable[[], bool]) -> tuple[str, float] | None:
        """The answer, perhaps the `likely` one, and how probable it is; None: it has too many tokens or shall stop."""
        until = self._clock() + self._limit_s
        question = self._tokens(asked)
        if len(question) > _MOST_ASKED or not self._evaluate(question[:-1], until, stop):
            return None
        answer, certainty = b"", Certainty()
        draft = AnswerDraft(self._tokens(likely) if likely else ())
        with Decoder(self._llama, grammar) as decoder:
            for token, scores in islice(decoder.answer(question[-1], draft), self._most_tokens):
                if stop():
                    return None
                piece: bytes = self._llama.detokenize([token])
                piece = piece if answer else piece.removeprefix(b";")  # of what goes on: that there is something more
                certainty.add(piece, log_probability(scores / self._adapter.temperature, token))
                if self._witness:
                    self._witness(piece, scores, token)
                answer += piece
                if answer.endswith(b"\n") or token == self._llama.token_eos():
                    return answer.decode(errors="replace"), certainty.of(self._adapter.measure)
                self._watch(until)
        return None

    def _evaluate(self, question: list[int], until: float, stop: Callable[[], bool]) -> bool:
        """Read what is asked behind the prefix; False: it shall stop."""
        for at in range(self._keep(question), len(question), _BATCH):
            if stop():
                return False
            self._llama.eval(question[at : at + _BATCH])
            self._read = question[: at + _BATCH]
            self._watch(until)
        return True

    def _keep(self, question: Sequence[int]) -> int:
        """Go back to where this question differs from the one before; gives how many tokens stay evaluated."""
        alike = _alike(question, self._read)
        self._llama.n_tokens, self._read = len(self._prefix) + alike, self._read[:alike]
        return alike

    def _watch(self, until: float) -> None:
        if self._clock() > until:
            raise LanguageModelSlow(limit_s=self._limit_s)


def _likely(context: Context, words: Sequence[Word]) -> str:
    """The answer that would say what the sentence was taken for; "" where it was taken for nothing."""
    return f"{answer_of(in_spoken_order(context.likely, words))}\n" if context.likely else ""


def _alike(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def log_probability(scores: Scores, token: int) -> float:
    """Of a token, natural, by all logits."""
    top = float(scores.max())
    return float(scores[token]) - top - math.log(float(np.exp(scores - top).sum()))


def gguf_file(path: Path) -> Path:
    """The GGUF of a path, or the first of a folder. Raises LanguageModelUnusable where there is none."""
    files = sorted(path.glob("*.gguf")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise LanguageModelUnusable(path=path, reason="there is no GGUF file")
    with files[0].open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise LanguageModelUnusable(path=files[0], reason="it is no GGUF file")
    return files[0]


def load_llama(weights: Path, lora: Path | None, threads: int) -> Any:
    """A llama_cpp.Llama with the LoRA on it. Raises LanguageModelUnusable."""
    import llama_cpp  # noqa: PLC0415

    llama_cpp.llama_log_set(_quiet(), ctypes.c_void_p(0))
    # Said to be verbose, it does not swap the process's stdout and stderr while it loads; what it says itself goes
    # nowhere.
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            llama = llama_cpp.Llama(
                str(weights),
                n_ctx=_CONTEXT,
                n_batch=_BATCH,
                n_ubatch=_BATCH,
                n_threads=threads,
                n_threads_batch=threads,
                n_gpu_layers=0,
                flash_attn=True,
                verbose=True,
            )
        except (ValueError, RuntimeError, OSError) as error:
            raise LanguageModelUnusable(path=weights, reason=str(error)) from None
    llama.verbose = False
    if lora:
        _put_on(llama, lora)
    return llama


def _put_on(llama: Any, lora: Path) -> None:
    """Not by lora_path: llama-cpp-python crashes on the null pointer of a LoRA that does not fit."""
    import llama_cpp  # noqa: PLC0415

    adapter = llama_cpp.llama_adapter_lora_init(llama.model, str(lora).encode())
    if not adapter:
        llama.close()
        raise LanguageModelUnusable(path=lora, reason="it is no LoRA on these weights")
    adapters = (llama_cpp.llama_adapter_lora_p_ctypes * 1)(adapter)
    llama_cpp.llama_set_adapters_lora(llama.ctx, adapters, 1, (ctypes.c_float * 1)(1.0))


_KEPT: list[Any] = []
"""The callback must live as long as llama.cpp may call it."""


def _quiet() -> Any:
    import llama_cpp  # noqa: PLC0415

    if not _KEPT:
        _KEPT.append(llama_cpp.llama_log_callback(lambda _level, _text, _data: None))
    return _KEPT[0]
