"""Greedy decoding within a grammar, token by token, with what each token's probability was.

The likeliest token is shown to the grammar first, and others only where it refuses that one: a model that was taught
the language is hardly ever refused, and asking about all 49,152 tokens costs more than evaluating one (so does
llama.cpp's common/sampling.cpp).
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.single]
"""Logits of all tokens."""
_FEW = 32
"""Tokens that the grammar is asked about together, before all of them."""
_TOKEN = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)], align=True)
"""llama_token_data of llama.h."""


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

    def scores(self) -> Scores:
        """Logits behind what was evaluated last, as they stand in llama.cpp's memory: until it evaluates again."""
        count = self._llama.n_vocab()
        return np.ctypeslib.as_array(self._cpp.llama_get_logits_ith(self._llama.ctx, -1), shape=(count,))

    def best(self, scores: Scores) -> int:
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
