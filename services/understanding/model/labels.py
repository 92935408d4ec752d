"""A LoRA that labels: how much likelier some words come next behind a text than another word does.

One evaluation of the text and no word written: all labels come from the same logits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from services.understanding.base import LanguageModelUnusable
from services.understanding.model.decoder import logits_at
from services.understanding.model.llama import gguf_file, load_llama

_MOST = 240
"""Tokens of a text; of a longer one the last count."""


class LabelModel:
    """Loaded on first use; for one thread at a time."""

    def __init__(self, weights: Path, lora: Path, words: Mapping[str, str], nothing: str, *, threads: int = 1) -> None:
        """`weights` and `lora`: GGUF files or folders of one. `words`: the word of each label, and `nothing` the one
        that it is compared with, each a single token. Raises LanguageModelUnusable where there is no GGUF file.
        """
        self._weights, self._lora, self._threads = gguf_file(weights), gguf_file(lora), threads
        self._words, self._nothing = dict(words), nothing
        self._llama: Any = None
        self._tokens: list[int] = []

    def likely(self, text: str) -> Mapping[str, float]:
        """How likely each label is, 0 to 1. Raises LanguageModelUnusable."""
        self._load()
        tokens = self._llama.tokenize(text.encode(errors="replace"), add_bos=True)[-_MOST:]
        self._llama.reset()
        try:
            self._llama.eval(tokens)
        except RuntimeError as error:
            self._llama = None
            raise LanguageModelUnusable(path=self._weights, reason=str(error)) from None
        scores = logits_at(self._llama, -1)
        odds = scores[self._tokens[:-1]] - scores[self._tokens[-1]]
        return dict(zip(self._words, (1 / (1 + np.exp(-odds))).tolist(), strict=True))

    def _load(self) -> None:
        if self._llama is None:
            llama = load_llama(self._weights, self._lora, self._threads)
            self._tokens = [self._one(llama, word) for word in (*self._words.values(), self._nothing)]
            self._llama = llama

    def _one(self, llama: Any, word: str) -> int:
        tokens: Sequence[int] = llama.tokenize(word.encode(), add_bos=False)
        if len(tokens) != 1:
            raise LanguageModelUnusable(path=self._weights, reason=f"“{word}” is no single token of it")
        return tokens[0]
