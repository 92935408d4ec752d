"""One step of learning, and what it is judged by."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from training.ears.batches import Batch
from training.ears.heard import WAYS
from training.ears.network import Encoder, quiet_room, read_weights
from training.ears.targets import Target, Teacher

CHECKPOINT = "checkpoint.pt"
_QUIET_EVERY = 4
"""Steps from one to the next in which the quiet room counts, too."""


@dataclass(frozen=True)
class Settings:
    """What decides the weights, beside the sounds."""

    steps: int = 20_000
    batch: int = 12
    rate: float = 2e-4
    warm_up: float = 0.03
    """Share of the steps in which the rate rises; then it falls along a cosine."""
    words: float = 0.25
    """How much the words that the decoder foretells count beside the encodings."""
    clip: float = 1.0
    average: float = 0.998
    """Of the weights, over the steps: what is kept of it at each."""
    seed: int = 7


class Trainer:
    """The student, its running average, the optimiser."""

    def __init__(self, model: Path, teacher: Teacher, settings: Settings, *, half: bool = False) -> None:
        torch.set_flush_denormal(True)
        self.settings, self.device, self._half = settings, teacher.device, half
        self.teacher = teacher
        self.student, self.average = (Encoder(read_weights(model / "model.bin")).to(self.device) for _ in range(2))
        self.average.requires_grad_(False)
        self.optimiser = torch.optim.AdamW(
            self.student.parameters(), lr=settings.rate, betas=(0.9, 0.98), weight_decay=0.0
        )

    def losses(self, encoder: Encoder, batch: Batch) -> tuple[Tensor, Tensor]:
        """Distance of the encodings, as a share of their own power; and of the words, nats a token."""
        targets = self.teacher.targets(batch)
        with torch.autocast(self.device.partition(":")[0], dtype=torch.bfloat16, enabled=self._half):
            encoded = encoder(batch.heard.to(self.device))
        encoded, weights = encoded.float(), batch.weights.to(self.device)
        wanted = torch.stack([target.encoded for target in targets])
        off = (encoded - wanted).square().mean(-1)
        distance = (off * weights).sum() / (wanted.square().mean(-1) * weights).sum()
        known = [at for at, target in enumerate(targets) if len(target.tokens)]
        words = self._words(encoded[known], [targets[at] for at in known]) if known else distance.new_zeros(())
        return distance, words

    def _words(self, encoded: Tensor, targets: list[Target]) -> Tensor:
        """How far what is foretold is from what the original foretells: the divergence over its likely tokens."""
        tokens = pad_sequence([target.tokens for target in targets], batch_first=True)
        states = self.teacher.decoder(tokens, encoded)
        first = len(self.teacher.start) - 1
        places = torch.cat([states[at, first : len(target.tokens)] for at, target in enumerate(targets)])
        ids = torch.cat([target.ids for target in targets]).long()
        shares = torch.cat([target.shares for target in targets])
        logits = places @ self.teacher.decoder.embedding.T
        foretold = logits.gather(1, ids) - logits.logsumexp(-1, keepdim=True)
        return (shares * (shares.clamp_min(1e-9).log() - foretold)).sum(-1).mean()

    def step(self, batch: Batch, done: float, step: int) -> dict[str, float]:
        """One step. `done`: share of the training that lies behind, which decides the rate."""
        settings = self.settings
        for group in self.optimiser.param_groups:
            group["lr"] = settings.rate * rate_at(done, settings.warm_up)
        distance, words = self.losses(self.student, batch)
        (distance + settings.words * words + self.quiet(step)).backward()
        norm = torch.nn.utils.clip_grad_norm_(self.student.parameters(), settings.clip)
        self.optimiser.step()
        self.optimiser.zero_grad()
        kept = min(settings.average, (1 + step) / (10 + step))
        with torch.no_grad():
            for mean, now in zip(self.average.parameters(), self.student.parameters(), strict=True):
                mean.lerp_(now, 1 - kept)
        return {"distance": float(distance.item()), "words": float(words.item()), "norm": float(norm)}

    def quiet(self, step: int) -> Tensor:
        """How far the quiet room is from what the decoder knows: the appliance puts it behind every window, and no
        sound that is learnt from is so long.
        """
        wanted = self.teacher.quiet
        if step % _QUIET_EVERY:
            return wanted.new_zeros(())
        with torch.autocast(self.device.partition(":")[0], dtype=torch.bfloat16, enabled=self._half):
            encoded = quiet_room(self.student)
        return (encoded.float() - wanted).square().sum() / wanted.square().sum()

    @torch.no_grad()
    def check(self, batches: Iterable[Batch]) -> dict[str, float]:
        """Of the average, for each way of hearing."""
        found: dict[str, list[tuple[float, float]]] = {}
        for at, batch in enumerate(batches):
            distance, words = self.losses(self.average, batch)
            found.setdefault(WAYS[at % len(WAYS)], []).append((distance.item(), words.item()))
        means = {way: [sum(each) / len(pairs) for each in zip(*pairs, strict=True)] for way, pairs in found.items()}
        return {
            f"{way}_{kind}": both[at] for way, both in means.items() for at, kind in enumerate(("distance", "words"))
        }

    def save(self, folder: Path, **more: Any) -> None:
        """Writes the checkpoint, whole or not at all."""
        made = folder / f"{CHECKPOINT}.part"
        state = {"student": self.student.state_dict(), "average": self.average.state_dict()}
        torch.save(state | {"optimiser": self.optimiser.state_dict(), "settings": asdict(self.settings)} | more, made)
        made.replace(folder / CHECKPOINT)

    def restore(self, folder: Path) -> dict[str, Any]:
        """Takes up a checkpoint, and returns the rest of it."""
        kept: dict[str, Any] = torch.load(folder / CHECKPOINT, map_location=self.device, weights_only=True)
        self.student.load_state_dict(kept["student"])
        self.average.load_state_dict(kept["average"])
        self.optimiser.load_state_dict(kept["optimiser"])
        return kept

    def start_from(self, folder: Path) -> None:
        """Takes up the averaged weights of another training, and nothing else of it."""
        kept: dict[str, Any] = torch.load(folder / CHECKPOINT, map_location=self.device, weights_only=True)
        self.student.load_state_dict(kept["average"])
        self.average.load_state_dict(kept["average"])


def rate_at(done: float, warm_up: float) -> float:
    """Share of the highest rate when so much of the training is done."""
    if done < warm_up:
        return (done + 1e-3) / (warm_up + 1e-3)
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, (done - warm_up) / (1 - warm_up))))
