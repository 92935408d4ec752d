"""One step of learning, and what it is judged by."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from training.lora.base import Base, Run, run_block
from training.lora.batches import Batch
from training.lora.export import pairs_of
from training.lora.lora import Lora

CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True)
class Settings:
    """What decides the weights, beside the examples."""

    epochs: int = 1
    batch: int = 32
    rate: float = 6e-4
    warm_up: float = 0.03
    """Share of the steps in which the rate rises; then it falls to nothing along a cosine."""
    clip: float = 1.0
    rank: int = 16
    alpha: float = 32.0
    seed: int = 7
    longest: int = 256
    """Tokens; longer examples are left out."""


class Trainer:
    """The model, the LoRA on it, and the optimiser."""

    def __init__(self, base: Base, settings: Settings, shared: Sequence[int], *, run: Run = run_block) -> None:
        self.base, self.settings, self._run = base, settings, run
        self.device = base.embedding.device
        torch.set_flush_denormal(True)  # what a sure model is wrong about by 1e-40 is nothing, and slow
        self.lora = Lora(base.shape, rank=settings.rank, alpha=settings.alpha, seed=settings.seed).to(self.device)
        self.optimiser = torch.optim.AdamW(
            self.lora.parameters(), lr=settings.rate, betas=(0.9, 0.99), weight_decay=0.0
        )
        self._shared = torch.tensor(shared, dtype=torch.long, device=self.device)

    def foretold(self, given: Batch) -> tuple[Tensor, Tensor]:
        """Logits (answer tokens, vocabulary) in float32, and the tokens that they should foretell."""
        own, rows, targets = (torch.from_numpy(each).to(self.device) for each in (given.own, given.rows, given.targets))
        states = self.base.hidden(self._shared, own, self.lora.factors(self.base.embedding.dtype), self._run)
        return self.base.scores(states.reshape(-1, self.base.shape.width)[rows]).float(), targets

    def step(self, given: Batch, rate: float) -> float:
        """One step down the mean loss of the answers' tokens, which it returns."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        loss = functional.cross_entropy(*self.foretold(given))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.lora.parameters(), self.settings.clip)
        self.optimiser.step()
        self.optimiser.zero_grad()
        return float(loss.item())

    @torch.no_grad()
    def check(self, batches: Iterable[Batch]) -> dict[str, float]:
        """Loss of a token; shares of answers and of first actions that are right token for token, each token told those
        before it.
        """
        losses, tokens, exact, first, count = 0.0, 0, 0, 0, 0
        for given in batches:
            scores, targets = self.foretold(given)
            losses += functional.cross_entropy(scores, targets, reduction="sum").item()
            tokens += len(targets)
            wrong = (scores.argmax(dim=-1) != targets).cpu().numpy()
            exact += len(given.own) - len(set(given.sample[wrong].tolist()))
            first += len(given.own) - len(set(given.sample[wrong & given.head].tolist()))
            count += len(given.own)
        return {"validation_loss": losses / tokens, "exact": exact / count, "first_action": first / count}

    def save(self, folder: Path, **more: Any) -> None:
        """Writes the checkpoint."""
        made = folder / f"{CHECKPOINT}.part"
        state = {"lora": self.lora.state_dict(), "optimiser": self.optimiser.state_dict(), "alpha": self.settings.alpha}
        torch.save(state | {"settings": asdict(self.settings)} | more, made)
        made.replace(folder / CHECKPOINT)

    def restore(self, folder: Path) -> dict[str, Any]:
        """Takes up a checkpoint, and returns the rest of it. Raises ValueError when it was made with other settings."""
        kept: dict[str, Any] = torch.load(folder / CHECKPOINT, map_location=self.device, weights_only=True)
        if kept["settings"] != asdict(self.settings):
            raise ValueError(f"the checkpoint was made with other settings: {kept['settings']}; name another folder")
        self.lora.load_state_dict(kept["lora"])
        self.optimiser.load_state_dict(kept["optimiser"])
        return kept

    def start_from(self, path: Path) -> None:
        """Takes up the weights of another training, and nothing else of it. path: its folder, or the GGUF that was made
        of it. Raises OSError, and ValueError where it is of another base model, a higher rank or another alpha for its
        rank.
        """
        if path.is_dir():
            kept: dict[str, Any] = torch.load(path / CHECKPOINT, map_location=self.device, weights_only=True)
            alpha, weights = kept["alpha"], kept["lora"]
        else:
            pairs, alpha = pairs_of(path)
            weights = {
                f"{name}_{letter}": torch.from_numpy(each)
                for name, both in pairs.items()
                for letter, each in zip("ab", both, strict=True)
            }
        try:
            self.lora.begin_with(weights, alpha)
        except ValueError as error:
            raise ValueError(f"{path} {error}") from None


def rate_at(step: int, steps: int, settings: Settings) -> float:
    """The learning rate of step `step`, counted from 0, of `steps`."""
    warm = max(1, round(settings.warm_up * steps))
    if step < warm:
        return settings.rate * (step + 1) / warm
    return settings.rate * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))
