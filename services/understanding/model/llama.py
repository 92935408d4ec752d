"""A GGUF language model through llama-cpp-python: one sentence in, one step out, nothing but copied words in its slots.

An untrained small model is mostly wrong, so the adapter is careful: it is asked only about families of actions that the sentence has
a word of, it can answer only in the grammar made for the sentence, it has a time limit, and an answer that would write must be far
surer than one that only asks. SmolLM2-135M says none to everything when it may, so it may not, and its own probabilities decide:
those of its right answers to questions lie above 0.43, but no bound tells its right writes from its wrong ones (docs/performance.md),
so that with the default bound it never writes. A trained model earns `or_none` and a lower bound.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import math
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.understanding.base import LanguageModelUnusable, Step
from services.understanding.model.base import Guess
from services.understanding.model.grammar import candidates, grammar_for, read_answer
from services.understanding.model.prompt import prefix, question
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import split_words

_MAGIC = b"GGUF"
_CONTEXT = 1_024
"""Tokens of prompt, sentence and answer together."""
_MOST_WORDS = 40
_MOST_TOKENS = 64


class LlamaModel:
    """Implements LanguageModel. Loaded on first use; one sentence at a time, others that come meanwhile get no answer."""

    def __init__(
        self,
        folder_or_file: Path,
        *,
        threads: int = 1,
        limit_s: float = 1.5,
        sure_to_read: float = 0.43,
        sure_to_write: float = 0.85,
        or_none: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`threads`: one is best on a device that listens meanwhile, for they wait for each other at every token. `limit_s` bounds one
        answer, seconds. An answer is dropped when the mean probability of its tokens is below `sure_to_read`,
        or `sure_to_write` for actions that change something. Raises LanguageModelUnusable when there is no GGUF file."""
        self._path = _model_file(folder_or_file)
        self._threads, self._limit_s, self._clock = threads, limit_s, clock
        self._sure_to_read, self._sure_to_write, self._or_none = sure_to_read, sure_to_write, or_none
        self._lock = threading.Lock()
        self._llama: Any = None
        self._prefix: list[int] = []

    def load(self) -> None:
        """Read the model and evaluate the prompt, which `read` does by itself the first time. Raises LanguageModelUnusable."""
        with self._lock:
            self._ready()

    def read(self, text: str) -> Guess | None:
        """See LanguageModel. Raises LanguageModelUnusable on first use when the file can't be loaded."""
        words = split_words(text)
        actions = candidates(words)
        if not actions or len(words) > _MOST_WORDS or not self._lock.acquire(blocking=False):
            return None
        try:
            self._ready()
            told = self._answer(question(words), grammar_for(actions, words, or_none=self._or_none))
        finally:
            self._lock.release()
        step = read_answer(told[0], text) if told else None
        if told is None or step is None or told[1] < self._needed(step):
            return None
        return Guess((step,), round(0.6 * told[1], 3))

    def _needed(self, step: Step) -> float:
        return self._sure_to_write if VOCABULARY[step.action].writes else self._sure_to_read

    def _ready(self) -> None:
        if self._llama is None:
            self._llama = _load(self._path, self._threads)
            self._prefix = self._llama.tokenize(prefix().encode(), add_bos=True)
            self._llama.eval(self._prefix)

    def _answer(self, asked: str, grammar: str) -> tuple[str, float] | None:
        """The answer and the geometric mean of its tokens' probabilities; None when the limit passes or the grammar ends in nothing."""
        from llama_cpp.llama_grammar import LlamaGrammar  # noqa: PLC0415 - loads a native library, only where a model is used

        until = self._clock() + self._limit_s
        tokens = self._prefix + self._llama.tokenize(asked.encode(), add_bos=False)
        if len(tokens) + _MOST_TOKENS > _CONTEXT:
            return None
        seen: list[npt.NDArray[np.single]] = []
        answer, logs = b"", 0.0
        generated = self._generate(tokens, LlamaGrammar.from_string(grammar), seen)
        with contextlib.closing(generated):
            for count, token in enumerate(generated, 1):
                logs += _log_probability(seen[-1], token)
                answer += self._llama.detokenize([token])
                if answer.endswith(b"\n") or token == self._llama.token_eos():
                    return answer.decode(errors="replace"), math.exp(logs / count)
                if count == _MOST_TOKENS or self._clock() > until:
                    return None
        return None

    def _generate(self, tokens: list[int], grammar: Any, seen: list[npt.NDArray[np.single]]) -> Generator[int, Any, None]:
        from llama_cpp import LogitsProcessorList  # noqa: PLC0415

        def note(_: npt.NDArray[np.intc], scores: npt.NDArray[np.single]) -> npt.NDArray[np.single]:
            seen[:] = [scores.copy()]
            return scores

        found: Generator[int, Any, None] = self._llama.generate(
            tokens, temp=0.0, grammar=grammar, logits_processor=LogitsProcessorList([note])
        )
        return found


def _log_probability(scores: npt.NDArray[np.single], token: int) -> float:
    top = float(scores.max())
    return float(scores[token]) - top - math.log(float(np.exp(scores - top).sum()))


def _model_file(path: Path) -> Path:
    files = sorted(path.glob("*.gguf")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise LanguageModelUnusable(path=path, reason="there is no GGUF file")
    with files[0].open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise LanguageModelUnusable(path=files[0], reason="it is no GGUF file")
    return files[0]


def _load(path: Path, threads: int) -> Any:
    import llama_cpp  # noqa: PLC0415

    llama_cpp.llama_log_set(_quiet(), ctypes.c_void_p(0))
    # Said to be verbose, it does not swap the process's stdout and stderr while it loads; what it says itself goes nowhere.
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            llama = llama_cpp.Llama(str(path), n_ctx=_CONTEXT, n_threads=threads, n_threads_batch=threads, n_gpu_layers=0, verbose=True)
        except (ValueError, RuntimeError, OSError) as error:
            raise LanguageModelUnusable(path=path, reason=str(error)) from None
    llama.verbose = False
    return llama


_KEPT: list[Any] = []
"""The callback must live as long as llama.cpp may call it."""


def _quiet() -> Any:
    import llama_cpp  # noqa: PLC0415

    if not _KEPT:
        _KEPT.append(llama_cpp.llama_log_callback(lambda _level, _text, _data: None))
    return _KEPT[0]
