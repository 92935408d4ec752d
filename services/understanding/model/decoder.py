"""Greedy decoding within a grammar, with the logits that each token was chosen by; what a draft foresees is evaluated
together.

The likeliest token is shown to the grammar first, and others only where it refuses that one: a model that was taught
the language is hardly ever refused, and asking about all 49,152 tokens costs more than evaluating one (so does
llama.cpp's common/sampling.cpp).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from services.understanding.model.draft import AnswerDraft

Scores = npt.NDArray[np.single]
"""Logits of all tokens."""
_FEW = 32
"""Tokens that the grammar is asked about together, before all of them."""
_TOKEN = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)], align=True)
"""llama_token_data of llama.h."""


def logits_at(llama: Any, at: int) -> Scores:
    """Behind a token of those evaluated last, as they stand in llama.cpp's memory; -1: behind the last of them."""
    import llama_cpp  # noqa: PLC0415 - a native library, only where a model is used

    return np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(llama.ctx, at), shape=(llama.n_vocab(),))


class Decoder:
    """llama.cpp's grammar over the tokens of one answer. Closed with `with`."""

    def __init__(self, llama: Any, grammar: str) -> None:
        """`llama`: a llama_cpp.Llama. Raises RuntimeError for a grammar that is none."""
        import llama_cpp  # noqa: PLC0415 - loads a native library, only where a model is used

        self._cpp, self._llama = llama_cpp, llama
        vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
        self._sampler = llama_cpp.llama_sampler_init_grammar(vocabulary, grammar.encode(), b"root")
        if not self._sampler:
            raise RuntimeError("the grammar can't be read")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cpp.llama_sampler_free(self._sampler)

    def answer(self, last: int, draft: AnswerDraft) -> Iterator[tuple[int, Scores]]:
        """Token after token behind `last`, which is not evaluated yet, each with the logits it was chosen by, which
        stand until the next one is asked for. The draft changes how many are evaluated together, not which they are.
        Raises RuntimeError.
        """
        said: list[int] = []
        while True:
            foreseen = draft.following(said)
            self._evaluate([last, *foreseen])
            for at, expected in enumerate([*foreseen, None]):
                scores = logits_at(self._llama, at)
                last = self._best(scores)
                said.append(last)
                yield last, scores
                if last != expected:
                    self._llama.n_tokens -= len(foreseen) - at
                    break

    def _evaluate(self, tokens: Sequence[int]) -> None:
        """As Llama.eval, which keeps the logits behind the last of them alone."""
        llama = self._llama
        llama._ctx.kv_cache_seq_rm(-1, llama.n_tokens, -1)
        llama._batch.set_batch(batch=tokens, n_past=llama.n_tokens, logits_all=True)
        llama._ctx.decode(llama._batch)
        llama.n_tokens += len(tokens)

    def _best(self, scores: Scores) -> int:
        """The likeliest token that the grammar allows; taken as said. Raises RuntimeError where it allows none."""
        likely = int(scores.argmax())
        for tokens in ((likely,), np.argpartition(scores, -_FEW)[-_FEW:], np.arange(len(scores))):
            token = self._allowed(tokens, scores)
            if token is not None:
                self._cpp.llama_sampler_accept(self._sampler, token)
                return token
        raise RuntimeError("the grammar allows no token")

    def _allowed(self, tokens: Sequence[int] | npt.NDArray[Any], scores: Scores) -> int | None:
        """The likeliest of these tokens that the grammar does not refuse."""
        rows = np.zeros(len(tokens), _TOKEN)
        rows["id"], rows["logit"] = tokens, scores[list(tokens) if isinstance(tokens, tuple) else tokens]
        array = self._cpp.llama_token_data_array(
            data=rows.ctypes.data_as(self._cpp.llama_token_data_p), size=len(rows), selected=-1, sorted=False
        )
        self._cpp.llama_sampler_apply(self._sampler, ctypes.byref(array))
        best = int(rows["logit"].argmax())
        return int(rows["id"][best]) if np.isfinite(rows["logit"][best]) else None
