"""The LoRA that is trained: for every matrix of every layer two thin ones, y += alpha / rank * x aᵀ bᵀ.

The masters are float32 and stand in the order of the GGUF's rows; `factors` fuses, scales and rounds them for the base
model, and PyTorch takes the gradients the same way back. Source: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large
Language Models".
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.lora.base import Factors, Shape, half_split

FUSED = {
    "qkv": ("attn_q", "attn_k", "attn_v"),
    "output": ("attn_output",),
    "gate_up": ("ffn_gate", "ffn_up"),
    "down": ("ffn_down",),
}
"""What each product of training.lora.base.PARTS is made of, by the GGUF's names."""


class Lora(nn.Module):
    """a: He's uniform initialisation, b: nothing, so that the first step starts from the base model."""

    def __init__(self, shape: Shape, *, rank: int = 16, alpha: float = 32.0, seed: int = 7) -> None:
        super().__init__()
        self.shape, self.rank, self.alpha = shape, rank, alpha
        draw = torch.Generator().manual_seed(seed)
        for name, (out, into) in sizes(shape).items():
            bound = 1 / math.sqrt(into)
            first = torch.empty(shape.layers, rank, into).uniform_(-bound, bound, generator=draw)
            self.register_parameter(f"{name}_a", nn.Parameter(first))
            self.register_parameter(f"{name}_b", nn.Parameter(torch.zeros(shape.layers, out, rank)))

    def pair(self, name: str) -> tuple[Tensor, Tensor]:
        """a (layers, rank, in) and b (layers, out, rank) of one of the GGUF's matrices."""
        return self.get_parameter(f"{name}_a"), self.get_parameter(f"{name}_b")

    def begin_with(self, weights: Mapping[str, Tensor], alpha: float) -> None:
        """Takes up another LoRA's, of this rank or a lower one: the ranks beyond stay as new ones are, and change
        nothing yet. Raises ValueError where it is of another base model, a higher rank or another alpha for its rank.
        """
        own = self.state_dict()
        if any(name not in weights for name in own):
            raise ValueError("is no LoRA of this model")
        rank = weights["attn_q_a"].shape[1]
        if alpha * self.rank != self.alpha * rank:
            raise ValueError(f"has alpha {alpha:g} at rank {rank}: start with --alpha {alpha * self.rank / rank:g}")
        narrow = {name: own[name][:, :rank] if name.endswith("_a") else own[name][:, :, :rank] for name in own}
        if rank > self.rank or any(narrow[name].shape != weights[name].shape for name in own):
            raise ValueError("is of a higher rank or another base model")
        for name, part in narrow.items():
            part.copy_(weights[name])

    def factors(self, dtype: torch.dtype) -> list[tuple[Factors, ...]]:
        """For every layer the factors of PARTS, in `dtype`."""
        parts = [self._fused(names, dtype) for names in FUSED.values()]
        return list(zip(*parts, strict=True))

    def _fused(self, names: tuple[str, ...], dtype: torch.dtype) -> list[Factors]:
        a = torch.cat([self.pair(name)[0] for name in names], dim=1).to(dtype)
        columns = len(names) * self.rank
        b = torch.cat(
            [
                functional.pad(self._turned(name), (at * self.rank, columns - (at + 1) * self.rank))
                for at, name in enumerate(names)
            ],
            dim=1,
        )
        return [
            Factors(*both) for both in zip(a.unbind(), (b * (self.alpha / self.rank)).to(dtype).unbind(), strict=True)
        ]

    def _turned(self, name: str) -> Tensor:
        b = self.pair(name)[1]
        heads = {"attn_q": self.shape.heads, "attn_k": self.shape.kv_heads}.get(name)
        return b[:, half_split(self.shape, heads).to(b.device)] if heads else b


def sizes(shape: Shape) -> dict[str, tuple[int, int]]:
    """(out, in) of each matrix that the LoRA stands on."""
    return {
        "attn_q": (shape.width, shape.width),
        "attn_k": (shape.kv_width, shape.width),
        "attn_v": (shape.kv_width, shape.width),
        "attn_output": (shape.width, shape.width),
        "ffn_gate": (shape.inner, shape.width),
        "ffn_up": (shape.inner, shape.width),
        "ffn_down": (shape.width, shape.inner),
    }
