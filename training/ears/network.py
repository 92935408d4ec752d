"""Whisper in PyTorch, as small as learning needs it, with the names and weights of a CTranslate2 model.

The encoder is learnt. The decoder is frozen and only foretells words from encodings; what it makes of the positions
behind the window, which always hold the encoding of a quiet room (docs/adr/0003), is computed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from services.speech.finals.weights import array, places

FULL = 1_500
"""Positions that the decoder looks at."""
QUIET = -0.6
"""A quiet room in a spectrogram, as in services.speech.finals.whisper_model."""


def read_weights(model: Path) -> dict[str, Tensor]:
    """All arrays of a model.bin, in float32."""
    with model.open("rb") as file:
        return {
            name: torch.from_numpy(array(file, place).astype(np.float32))
            for name, place in places(file).items()
            if place.dtype in (np.float16, np.float32)
        }


class Attention(nn.Module):
    """Self-attention, its query, key and value in one matrix."""

    def __init__(self, weights: Mapping[str, Tensor], name: str, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = _norm(weights, f"{name}/layer_norm")
        self.qkv = _linear(weights, f"{name}/linear_0")
        self.out = _linear(weights, f"{name}/linear_1")

    def forward(self, x: Tensor, *, causal: bool = False) -> Tensor:
        """With what came in added."""
        q, k, v = (split(each, self.heads) for each in self.qkv(self.norm(x)).chunk(3, dim=-1))
        return x + self.out(joined(functional.scaled_dot_product_attention(q, k, v, is_causal=causal)))


class Inner(nn.Module):
    """The two wide matrices of a layer."""

    def __init__(self, weights: Mapping[str, Tensor], name: str) -> None:
        super().__init__()
        self.norm = _norm(weights, f"{name}/layer_norm")
        self.up = _linear(weights, f"{name}/linear_0")
        self.down = _linear(weights, f"{name}/linear_1")

    def forward(self, x: Tensor) -> Tensor:
        """With what came in added."""
        return x + self.down(functional.gelu(self.up(self.norm(x))))


class Encoder(nn.Module):
    """From spectrograms (batch, bands, columns) to encodings (batch, columns / 2, width)."""

    def __init__(self, weights: Mapping[str, Tensor], heads: int = 6) -> None:
        super().__init__()
        self.conv1 = _conv(weights, "encoder/conv1", stride=1)
        self.conv2 = _conv(weights, "encoder/conv2", stride=2)
        self.register_buffer("positions", weights["encoder/position_encodings/encodings"])
        self.layers = nn.ModuleList(
            nn.Sequential(
                Attention(weights, f"encoder/layer_{at}/self_attention", heads),
                Inner(weights, f"encoder/layer_{at}/ffn"),
            )
            for at in _layers(weights, "encoder")
        )
        self.norm = _norm(weights, "encoder/layer_norm")

    def forward(self, spectrograms: Tensor) -> Tensor:
        """See the class."""
        x = functional.gelu(self.conv1(spectrograms))
        x = functional.gelu(self.conv2(x)).transpose(1, 2)
        x = x + self.get_buffer("positions")[: x.shape[1]]
        for layer in self.layers:
            x = layer(x)
        normed: Tensor = self.norm(x)
        return normed

    def named_arrays(self) -> dict[str, Tensor]:
        """What is learnt, by CTranslate2's names."""
        names = {"conv1": "encoder/conv1", "conv2": "encoder/conv2", "norm": "encoder/layer_norm"}
        inner = {
            "0.norm": "self_attention/layer_norm",
            "0.qkv": "self_attention/linear_0",
            "0.out": "self_attention/linear_1",
            "1.norm": "ffn/layer_norm",
            "1.up": "ffn/linear_0",
            "1.down": "ffn/linear_1",
        }
        for at in range(len(self.layers)):
            names |= {f"layers.{at}.{key}": f"encoder/layer_{at}/{name}" for key, name in inner.items()}
        arrays = {}
        for key, value in self.named_parameters():
            module, _, kind = key.rpartition(".")
            kind = {"weight": "gamma", "bias": "beta"}[kind] if names[module].endswith("layer_norm") else kind
            arrays[f"{names[module]}/{kind}"] = value
        return arrays


class Crossing(nn.Module):
    """Attention of the decoder to the encoding."""

    def __init__(self, weights: Mapping[str, Tensor], name: str, heads: int, quiet: Tensor) -> None:
        super().__init__()
        self.heads = heads
        self.norm = _norm(weights, f"{name}/layer_norm")
        self.q = _linear(weights, f"{name}/linear_0")
        self.kv = _linear(weights, f"{name}/linear_1")
        self.out = _linear(weights, f"{name}/linear_2")
        self.register_buffer("behind", self.kv(quiet).detach())

    def forward(self, x: Tensor, encoded: Tensor) -> Tensor:
        """With what came in added."""
        behind = self.get_buffer("behind")[:, encoded.shape[1] :].expand(len(encoded), -1, -1)
        k, v = torch.cat([self.kv(encoded), behind], dim=1).chunk(2, dim=-1)
        q, k, v = (split(each, self.heads) for each in (self.q(self.norm(x)), k, v))
        return x + self.out(joined(functional.scaled_dot_product_attention(q, k, v)))


class Decoder(nn.Module):
    """Foretells the tokens after each of some, from an encoding. Frozen."""

    def __init__(self, weights: Mapping[str, Tensor], quiet: Tensor, heads: int = 6) -> None:
        super().__init__()
        self.embedding = nn.Parameter(weights["decoder/embeddings/weight"])
        self.register_buffer("positions", weights["decoder/position_encodings/encodings"])
        self.layers = nn.ModuleList(
            nn.ModuleList(
                [
                    Attention(weights, f"decoder/layer_{at}/self_attention", heads),
                    Crossing(weights, f"decoder/layer_{at}/attention", heads, quiet),
                    Inner(weights, f"decoder/layer_{at}/ffn"),
                ]
            )
            for at in _layers(weights, "decoder")
        )
        self.norm = _norm(weights, "decoder/layer_norm")
        self.requires_grad_(False)

    def forward(self, tokens: Tensor, encoded: Tensor) -> Tensor:
        """States (batch, tokens, width); times the embedding they are logits."""
        x = self.embedding[tokens] + self.get_buffer("positions")[: tokens.shape[1]]
        for itself, crossing, inner in self.layers:
            x = inner(crossing(itself(x, causal=True), encoded))
        normed: Tensor = self.norm(x)
        return normed


def quiet_room(encoder: Encoder) -> Tensor:
    """The encoding (1, 1500, width) of a quiet room, which stands behind every window."""
    device = (
        encoder.conv1.weight.device
    )  # of a student it is learnt from, of a frozen encoder there is nothing to learn
    made: Tensor = encoder(torch.full((1, encoder.conv1.in_channels, 2 * FULL), QUIET, device=device))
    return made


def split(x: Tensor, heads: int) -> Tensor:
    """(batch, places, width) to (batch, heads, places, width / heads)."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def joined(x: Tensor) -> Tensor:
    """The other way."""
    return x.transpose(1, 2).flatten(2)


def _layers(weights: Mapping[str, Tensor], part: str) -> range:
    return range(sum(name.startswith(f"{part}/layer_") and name.endswith("/ffn/linear_0/bias") for name in weights))


def _linear(weights: Mapping[str, Tensor], name: str) -> nn.Linear:
    weight = weights[f"{name}/weight"]
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.weight, made.bias = nn.Parameter(weight), nn.Parameter(weights[f"{name}/bias"])
    return made


def _norm(weights: Mapping[str, Tensor], name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(weights[f"{name}/gamma"].shape[0])
    made.weight, made.bias = nn.Parameter(weights[f"{name}/gamma"]), nn.Parameter(weights[f"{name}/beta"])
    return made


def _conv(weights: Mapping[str, Tensor], name: str, stride: int) -> nn.Conv1d:
    weight = weights[f"{name}/weight"]
    made = nn.Conv1d(weight.shape[1], weight.shape[0], 3, stride=stride, padding=1)
    made.weight, made.bias = nn.Parameter(weight), nn.Parameter(weights[f"{name}/bias"])
    return made
