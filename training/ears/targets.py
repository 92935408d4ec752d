"""What the frozen original makes of clean sounds: its encodings, and the words that it decodes from them.

Each clip is encoded once, when it is first learnt from, and kept in memory: 230 KB for six seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import pad

from firmware.frame import Samples
from services.speech.finals.mel import log_mel
from training.ears.batches import Batch, window
from training.ears.network import Decoder, Encoder, quiet_room, read_weights

LIKELY = 12
"""Tokens that are remembered of each place, with their probabilities."""
_SURE = -0.8
"""Mean log-probability from which the original's words are learnt from; else only its encodings are."""
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Target:
    """Of one clip. `encoded`: (positions, width), in half precision; `tokens`: what the decoder is shown; `ids` and
    `shares` (places, LIKELY): what it then foretells.
    """

    encoded: Tensor
    tokens: Tensor
    ids: Tensor
    shares: Tensor


class Teacher:
    """The original model, frozen."""

    def __init__(self, model: Path, clean: Callable[[int], Samples], device: str) -> None:
        """`clean`: the sound of a clip, by its number. `start` and `end`: the tokens around the words."""
        weights = read_weights(model / "model.bin")
        self._clean, self.device = clean, device
        self._encoder = Encoder(weights).to(device).requires_grad_(False)
        self.quiet = quiet_room(self._encoder)
        self.decoder = Decoder({name: each.to(device) for name, each in weights.items()}, self.quiet).to(device)
        tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        self.start = [_token(tokenizer, name) for name in ("<|startoftranscript|>", "<|notimestamps|>")]
        self.end, self._space = _token(tokenizer, "<|endoftext|>"), _token(tokenizer, "Ġ")
        self._kept: dict[int, Target] = {}

    def targets(self, batch: Batch) -> list[Target]:
        """Of every clip; those that are not kept are made."""
        columns = batch.heard.shape[2]
        if missing := [clip for clip in dict.fromkeys(batch.clips) if clip not in self._kept]:
            self._make(missing, columns)
        return [self._long(self._kept[clip], columns // 2) for clip in batch.clips]

    @torch.no_grad()
    def _make(self, clips: Sequence[int], columns: int) -> None:
        clean = np.stack([window(log_mel(self._clean(clip)), columns) for clip in clips])
        encoded = self._encoder(torch.from_numpy(clean).to(self.device))
        words, sure = self.decoded(encoded)
        for clip, states, said, known in zip(clips, encoded, words, sure, strict=True):
            shown = torch.tensor([*self.start, *said] if known else [], dtype=torch.long, device=self.device)
            ids = shares = encoded.new_zeros((0, LIKELY))
            if known:
                foretold = self.decoder(shown[None], states[None])[0, len(self.start) - 1 :]
                shares, ids = (foretold @ self.decoder.embedding.T).float().softmax(-1).topk(LIKELY)
            self._kept[clip] = Target(states.half(), shown, ids.int(), shares)

    def decoded(self, encoded: Tensor) -> tuple[list[list[int]], list[bool]]:
        """The likeliest words, one token after the other, and whether the decoder is sure of them."""
        count = len(encoded)
        shown = torch.tensor([self.start] * count, device=self.device)
        chances = torch.zeros(count, device=self.device)
        lengths = torch.zeros(count, device=self.device)
        ended = torch.zeros(count, dtype=torch.bool, device=self.device)
        for place in range(_LONGEST + 1):
            logits = (self.decoder(shown, encoded)[:, -1] @ self.decoder.embedding.T).float().log_softmax(-1)
            logits[:, self.end + 1 :] = -torch.inf  # neither languages nor times
            if not place:
                logits[:, [self._space, self.end]] = -torch.inf
            best, token = logits.max(-1)
            token = torch.where(ended, self.end, token)
            chances, lengths = chances + best * ~ended, lengths + ~ended
            ended = ended | (token == self.end)
            shown = torch.cat([shown, token[:, None]], dim=1)
            if bool(ended.all()):
                break
        words = [[token for token in row if token < self.end] for row in shown[:, len(self.start) :].tolist()]
        sure = ended & (chances / lengths > _SURE)
        return words, sure.tolist()

    def _long(self, target: Target, positions: int) -> Target:
        states = target.encoded[:positions].float()
        # In a longer window than the one it was first seen in, silence goes on.
        behind = pad(states.T[None], (0, positions - len(states)), mode="replicate")[0].T
        return Target(behind, target.tokens, target.ids, target.shares)


def _token(tokenizer: Tokenizer, name: str) -> int:
    token: int | None = tokenizer.token_to_id(name)
    if token is None:
        raise ValueError(f"the model's tokenizer.json has no {name}")
    return token
