"""The base model in PyTorch: SmolLM2 (a Llama) read from the GGUF that the appliance runs, de-quantised, frozen.

Rotary positions turn pairs of neighbouring rows in a GGUF (llama.cpp's NORM pairing); `half_split` puts the rows of
queries and keys so that a pair lies half a head apart, which is quick to compute. Scores of attention are the same in
either order, so nothing else changes: a LoRA is held in the GGUF's own order and put into this one as it is fused
(training/lora/lora.py).

All sequences of a batch begin with the same tokens (the prefix of the prompt). These are computed once and attended to
by all.

Sources: Vaswani et al. 2017; Su et al. 2021, "RoFormer"; Touvron et al. 2023, "LLaMA"; ggml's GGUF specification.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import gguf
import torch
from torch import Tensor
from torch.nn import functional

PARTS = ("qkv", "output", "gate_up", "down")
"""The four matrix products of a block, in their order; queries, keys and values are one, and so are gate and up."""


@dataclass(frozen=True)
class Shape:
    """What the GGUF's metadata say of the model."""

    layers: int
    width: int
    inner: int
    heads: int
    kv_heads: int
    eps: float
    rope_base: float

    @property
    def head(self) -> int:
        """Width of one head."""
        return self.width // self.heads

    @property
    def kv_width(self) -> int:
        """Width of the keys, and of the values."""
        return self.kv_heads * self.head


class Factors(NamedTuple):
    """A LoRA on one matrix product, fused and scaled: y += x aᵀ bᵀ. a: (ranks, in), b: (out, ranks)."""

    a: Tensor
    b: Tensor


class Block(NamedTuple):
    """The frozen weights of one layer; each product is (out, in)."""

    attention_norm: Tensor
    qkv: Tensor
    output: Tensor
    ffn_norm: Tensor
    gate_up: Tensor
    down: Tensor


class Turns(NamedTuple):
    """Cosines and sines of the rotary positions, (positions, 1, head/2), and who sees whom, (rows, columns), added to
    the scores, in each of `batch` sequences.
    """

    cos: Tensor
    sin: Tensor
    seen: Tensor
    batch: int


@dataclass(frozen=True)
class Base:
    """The frozen model. `embedding` (vocabulary, width) is tied: it reads tokens and writes their scores."""

    shape: Shape
    embedding: Tensor
    norm: Tensor
    blocks: tuple[Block, ...]

    def hidden(
        self, shared: Tensor, own: Tensor, factors: Sequence[Sequence[Factors]] | None, run: Run | None = None
    ) -> Tensor:
        """The last layer's normalised states of `own`, (batch, length, width). shared: (p,) tokens that all begin with,
        may be none; own: (batch, length) tokens after them, padded at the right. factors: for each layer one for each
        of PARTS.
        """
        batch, length = own.shape
        rows = functional.embedding(torch.cat([shared, own.reshape(-1)]), self.embedding)
        turns = turns_for(self.shape, len(shared), length, rows)
        for at, block in enumerate(self.blocks):
            rows = (run or run_block)(rows, block, factors[at] if factors else None, turns, self.shape)
        states = functional.rms_norm(rows[len(shared) :], (self.shape.width,), self.norm, self.shape.eps)
        return states.view(batch, length, self.shape.width)

    def scores(self, states: Tensor) -> Tensor:
        """The logits of the next token, (…, vocabulary)."""
        return functional.linear(states, self.embedding)


Run = Callable[[Tensor, Block, Sequence[Factors] | None, Turns, Shape], Tensor]


class _WithLora(torch.autograd.Function):
    """x wᵀ + x aᵀ bᵀ, with no gradient for w; by hand, since in place it spends less on memory than PyTorch's own."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, w: Tensor, a: Tensor, b: Tensor) -> Tensor:
        low = x @ a.t()
        ctx.save_for_backward(x, w, a, b, low)
        return (x @ w.t()).addmm_(low, b.t())

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, None, Tensor, Tensor]:
        x, w, a, b, low = ctx.saved_tensors
        grad = grads[0].contiguous()
        of_low = grad @ b
        of_x = (grad @ w).addmm_(of_low, a) if ctx.needs_input_grad[0] else None
        return of_x, None, of_low.t() @ x, grad.t() @ low


def _product(x: Tensor, w: Tensor, factors: Factors | None) -> Tensor:
    if factors is None:
        return functional.linear(x, w)
    product: Tensor = _WithLora.apply(x, w, factors.a, factors.b)
    return product


def run_block(rows: Tensor, block: Block, factors: Sequence[Factors] | None, turns: Turns, shape: Shape) -> Tensor:
    """One layer over (p + turns.batch * length, width) rows: the shared ones first."""
    qkv, output, gate_up, down = factors or (None,) * len(PARTS)
    normed = functional.rms_norm(rows, (shape.width,), block.attention_norm, shape.eps)
    seen = _attention(_product(normed, block.qkv, qkv), turns, shape)
    rows = rows + _product(seen, block.output, output)
    normed = functional.rms_norm(rows, (shape.width,), block.ffn_norm, shape.eps)
    gate, up = _product(normed, block.gate_up, gate_up).split(shape.inner, dim=-1)
    return rows + _product(functional.silu(gate) * up, block.down, down)


def _attention(qkv: Tensor, turns: Turns, shape: Shape) -> Tensor:
    turned, values = qkv.split([shape.width + shape.kv_width, shape.kv_width], dim=-1)
    one, two = turned.view(len(qkv), -1, 2, shape.head // 2).unbind(2)
    cos, sin = turns.cos, turns.sin
    turned = torch.cat([one * cos - two * sin, two * cos + one * sin], dim=-1)
    queries, keys = turned.split([shape.heads, shape.kv_heads], dim=1)
    values = values.view(len(qkv), shape.kv_heads, shape.head)
    shared = len(qkv) - turns.seen.shape[0] * turns.batch
    own = _attend(
        _own(queries, shared, turns.batch),
        _after_shared(keys, shared, turns.batch),
        _after_shared(values, shared, turns.batch),
        turns.seen,
        shape,
    ).reshape(-1, shape.width)
    if not shared:
        return own
    first = _attend(
        queries[None, :shared],
        keys[None, :shared],
        values[None, :shared],
        turns.seen.new_full((shared, shared), -torch.inf).triu(1),
        shape,
    )
    return torch.cat([first.reshape(-1, shape.width), own])


def _own(rows: Tensor, shared: int, batch: int) -> Tensor:
    return rows[shared:].view(batch, -1, *rows.shape[1:])


def _after_shared(rows: Tensor, shared: int, batch: int) -> Tensor:
    """(batch, p + length, heads, head): each sequence's own rows behind the shared ones."""
    own = _own(rows, shared, batch)
    return torch.cat([rows[None, :shared].expand(batch, -1, -1, -1), own], dim=1) if shared else own


def _attend(queries: Tensor, keys: Tensor, values: Tensor, seen: Tensor, shape: Shape) -> Tensor:
    """(batch, length, heads, head). The heads that share keys are folded into the length, so that no key is copied."""
    batch, length = queries.shape[:2]
    group = shape.heads // shape.kv_heads
    folded = (
        queries.view(batch, length, shape.kv_heads, group, shape.head)
        .permute(0, 2, 3, 1, 4)
        .reshape(batch, shape.kv_heads, group * length, -1)
    )
    scores = folded @ keys.permute(0, 2, 3, 1) * shape.head**-0.5 + seen.repeat(group, 1)
    found = scores.softmax(dim=-1) @ values.transpose(1, 2)
    return found.view(batch, shape.kv_heads, group, length, shape.head).permute(0, 3, 1, 2, 4)


def turns_for(shape: Shape, shared: int, length: int, like: Tensor) -> Turns:
    """For rows as Base.hidden lays them out: `shared` once, then sequences of `length`. `like` gives their number, type
    and device.
    """
    batch = (len(like) - shared) // length
    speeds = shape.rope_base ** (-torch.arange(0, shape.head, 2, device=like.device, dtype=torch.float32) / shape.head)
    at = torch.arange(shared + length, device=like.device)
    angles = torch.cat([at[:shared], at[shared:].repeat(batch)])[:, None, None] * speeds
    seen = torch.full((length, shared + length), -torch.inf, device=like.device).triu(shared + 1)
    return Turns(angles.cos().to(like.dtype), angles.sin().to(like.dtype), seen.to(like.dtype), batch)


def half_split(shape: Shape, heads: int) -> Tensor:
    """Where each row of `heads` heads is taken from in the GGUF's order: of each head the even rows, then the odd
    ones.
    """
    within = torch.arange(shape.head).view(-1, 2).t().reshape(-1)
    return (torch.arange(heads)[:, None] * shape.head + within).reshape(-1)


def load_base(path: Path, *, dtype: torch.dtype = torch.bfloat16, device: str | torch.device = "cpu") -> Base:
    """The model of a GGUF file with architecture "llama" and tied embeddings. Raises ValueError when it is another."""
    reader = gguf.GGUFReader(path)
    said = {name: field.contents() for name, field in reader.fields.items() if name.startswith(("general.", "llama."))}
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    if said.get("general.architecture") != "llama" or "output.weight" in tensors:
        raise ValueError(f"{path} is no Llama with tied embeddings")
    shape = Shape(
        layers=said["llama.block_count"],
        width=said["llama.embedding_length"],
        inner=said["llama.feed_forward_length"],
        heads=said["llama.attention.head_count"],
        kv_heads=said["llama.attention.head_count_kv"],
        eps=said["llama.attention.layer_norm_rms_epsilon"],
        rope_base=said["llama.rope.freq_base"],
    )

    def weight(name: str) -> Tensor:
        tensor = tensors[f"{name}.weight"]
        return torch.from_numpy(gguf.quants.dequantize(tensor.data, tensor.tensor_type).copy()).to(
            device=device, dtype=dtype
        )

    def block(at: int) -> Block:
        def of(*names: str) -> Tensor:
            return torch.cat([weight(f"blk.{at}.{name}") for name in names])

        queries = of("attn_q")[half_split(shape, shape.heads)]
        keys = of("attn_k")[half_split(shape, shape.kv_heads)]
        return Block(
            attention_norm=of("attn_norm"),
            qkv=torch.cat([queries, keys, of("attn_v")]),
            output=of("attn_output"),
            ffn_norm=of("ffn_norm"),
            gate_up=of("ffn_gate", "ffn_up"),
            down=of("ffn_down"),
        )

    return Base(shape, weight("token_embd"), weight("output_norm"), tuple(block(at) for at in range(shape.layers)))
