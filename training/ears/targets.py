"""What the frozen original makes of clean sounds: its encodings, and the words that it decodes from them.

Each clip is encoded once, when it is first learnt from, and kept in a file of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

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
    """Of one clip. `tokens`: what the decoder is shown; `ids` and `shares` (places, LIKELY): what it then foretells."""

    encoded: Tensor
    tokens: Tensor
    ids: Tensor
    shares: Tensor


class Teacher:
    """The original model, frozen."""

    def __init__(self, model: Path, folder: Path, device: str) -> None:
        weights = read_weights(model / "model.bin")
        self._folder, self.device = folder, device
        folder.mkdir(parents=True, exist_ok=True)
        self._encoder = Encoder(weights).to(device).requires_grad_(False)
        quiet = quiet_room(self._encoder)
        self._quiet = quiet.cpu().numpy()
        self.decoder = Decoder({name: each.to(device) for name, each in weights.items()}, quiet).to(device)
        self._model = ctranslate2.models.Whisper(str(model), device="cpu", compute_type="int8", intra_threads=1)
        tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        self._start = [tokenizer.token_to_id(name) for name in ("<|startoftranscript|>", "<|notimestamps|>")]
        self._end = tokenizer.token_to_id("<|endoftext|>")

    def targets(self, batch: Batch) -> list[Target]:
        """Of every clip; those that are not kept are made."""
        columns = batch.heard.shape[2]
        paths = [self._folder / f"{clip}.npz" for clip in batch.clips]
        missing = [at for at, path in enumerate(paths) if not path.is_file()]
        if missing:
            clean = [window(log_mel(batch.clean[at]), columns) for at in missing]
            self._make(torch.from_numpy(np.stack(clean)), [paths[at] for at in missing])
        return [self._read(path, columns // 2) for path in paths]

    @torch.no_grad()
    def _make(self, clean: Tensor, paths: list[Path]) -> None:
        encoded = self._encoder(clean.to(self.device))
        whole = np.repeat(self._quiet, len(paths), axis=0)
        whole[:, : encoded.shape[1]] = encoded.cpu().numpy()
        results = self._model.generate(
            ctranslate2.StorageView.from_array(whole),
            [self._start] * len(paths),
            beam_size=1,
            max_length=2 * _LONGEST,
            return_scores=True,
        )
        for path, states, result in zip(paths, encoded, results, strict=True):
            words = [token for token in result.sequences_ids[0] if token < self._end][:_LONGEST]
            sure = bool(words) and result.scores[0] > _SURE and len(words) < _LONGEST
            shown = torch.tensor([[*self._start, *words]] if sure else [[]], dtype=torch.long, device=self.device)
            ids = shares = np.zeros((0, LIKELY))
            if sure:
                foretold = self.decoder(shown, states[None])[0, len(self._start) - 1 :]
                likely = (foretold @ self.decoder.embedding.T).float().softmax(-1).topk(LIKELY)
                ids, shares = likely.indices.cpu().numpy(), likely.values.cpu().numpy()
            part = path.with_suffix(".part.npz")
            np.savez(
                part,
                encoded=states.cpu().numpy().astype(np.float16),
                tokens=shown[0].cpu().numpy(),
                ids=ids.astype(np.int32),
                shares=shares.astype(np.float32),
            )
            part.replace(path)

    def _read(self, path: Path, positions: int) -> Target:
        with np.load(path) as kept:
            states = kept["encoded"][:positions].astype(np.float32)
            # In a longer window than the one it was first seen in, silence goes on.
            states = np.pad(states, ((0, positions - len(states)), (0, 0)), mode="edge")
            arrays = (states, *(kept[key] for key in ("tokens", "ids", "shares")))
            return Target(*(torch.from_numpy(each).to(self.device) for each in arrays))

    @property
    def prefix(self) -> int:
        """Tokens before the first word."""
        return len(self._start)
