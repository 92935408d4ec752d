"""The base model and the LoRA in PyTorch, small and of random weights; needs PyTorch, which the appliance does not
have.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
gguf = pytest.importorskip("gguf")

from training.lora.base import Base, Block, Shape, half_split  # noqa: E402
from training.lora.batches import Sample, batch, epoch  # noqa: E402
from training.lora.export import MATRICES, export, pairs_of  # noqa: E402
from training.lora.learning import Settings, Trainer, rate_at  # noqa: E402
from training.lora.lora import Lora, sizes  # noqa: E402

SHAPE = Shape(layers=2, width=24, inner=40, heads=3, kv_heads=1, eps=1e-5, rope_base=1e4)


def small() -> Base:
    torch.manual_seed(1)

    def some(*size: int) -> torch.Tensor:
        return torch.randn(*size) * 0.2

    one = torch.ones(SHAPE.width)
    rows = SHAPE.width + 2 * SHAPE.kv_width
    blocks = tuple(
        Block(one, some(rows, 24), some(24, 24), one, some(2 * SHAPE.inner, 24), some(24, SHAPE.inner))
        for _ in range(SHAPE.layers)
    )
    return Base(SHAPE, some(50, SHAPE.width), one, blocks)


def busy() -> Lora:
    lora = Lora(SHAPE, rank=4)
    for name in MATRICES:
        torch.nn.init.normal_(lora.pair(name)[1], std=0.1)
    return lora


def test_shared_tokens_and_padding_change_nothing() -> None:
    base, factors = small(), busy().factors(torch.float32)
    own = torch.randint(0, 50, (3, 9))
    own[:, :4] = own[0, :4]
    none = torch.zeros(0, dtype=torch.long)
    alone = base.hidden(none, own, factors)
    together = base.hidden(own[0, :4], torch.cat([own[:, 4:], torch.zeros(3, 2, dtype=torch.long)], dim=1), factors)
    assert torch.allclose(alone[:, 4:], together[:, :5], atol=1e-5)


def test_the_lora_is_the_sum_of_its_products() -> None:
    base, lora = small(), busy()
    merged = []
    for at, block in enumerate(base.blocks):

        def added(name: str, at: int = at) -> torch.Tensor:
            a, b = (each[at] for each in lora.pair(name))
            found = lora.alpha / lora.rank * b @ a
            heads = {"attn_q": SHAPE.heads, "attn_k": SHAPE.kv_heads}.get(name)
            return found[half_split(SHAPE, heads)] if heads else found

        merged.append(
            block._replace(
                qkv=block.qkv + torch.cat([added("attn_q"), added("attn_k"), added("attn_v")]),
                output=block.output + added("attn_output"),
                gate_up=block.gate_up + torch.cat([added("ffn_gate"), added("ffn_up")]),
                down=block.down + added("ffn_down"),
            )
        )
    tokens, none = torch.randint(0, 50, (2, 7)), torch.zeros(0, dtype=torch.long)
    whole = Base(SHAPE, base.embedding, base.norm, tuple(merged)).hidden(none, tokens, None)
    assert torch.allclose(base.hidden(none, tokens, lora.factors(torch.float32)), whole, atol=1e-4)


def test_resumed_training_ends_in_the_same_weights(tmp_path: Path) -> None:
    samples = [Sample((1, at % 7 + 2), (at % 5 + 9, 3), 1) for at in range(40)]
    batches = [batch(group, 1) for group in epoch(samples, 8, 1, seed=1)]
    settings = Settings(rank=4)
    whole = Trainer(small(), settings, [1])
    losses = [whole.step(each, 1e-2) for each in batches * 8]
    assert losses[-1] < losses[0] / 2
    first, second = Trainer(small(), settings, [1]), Trainer(small(), settings, [1])
    for each in batches:
        first.step(each, 1e-2)
    first.save(tmp_path, step=5)
    assert second.restore(tmp_path)["step"] == 5
    for each in batches * 7:
        second.step(each, 1e-2)
    assert all(
        torch.equal(one, two) for one, two in zip(whole.lora.parameters(), second.lora.parameters(), strict=True)
    )
    with pytest.raises(ValueError, match="other settings"):
        Trainer(small(), Settings(rank=4, seed=8), [1]).restore(tmp_path)


def test_training_starts_from_the_weights_of_another(tmp_path: Path) -> None:
    first, second = Trainer(small(), Settings(rank=4), [1]), Trainer(small(), Settings(rank=4, seed=8), [1])
    first.step(batch([Sample((1, 2), (9, 3), 1)], 1), 1e-2)
    first.save(tmp_path, step=1)
    second.start_from(tmp_path)
    assert all(
        torch.equal(one, two) for one, two in zip(first.lora.parameters(), second.lora.parameters(), strict=True)
    )


def test_a_training_of_a_higher_rank_begins_where_that_of_a_lower_one_ended(tmp_path: Path) -> None:
    given = batch([Sample((1, 2), (9, 3), 1)], 1)
    low, high = Trainer(small(), Settings(rank=4), [1]), Trainer(small(), Settings(rank=8, alpha=64), [1])
    low.step(given, 1e-2)
    low.save(tmp_path, step=1)
    high.start_from(tmp_path)
    assert torch.allclose(low.foretold(given)[0], high.foretold(given)[0], atol=1e-2)
    high.step(given, 1e-2)
    assert all(high.lora.pair(name)[1][:, :, 4:].abs().sum() > 0 for name in MATRICES), "the new ranks learn"


def test_a_lora_of_a_rank_that_can_be_packed_is_half_as_big_and_nearly_the_same(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    pairs = {
        name: (draw.normal(size=(2, 32, 64)).astype(np.single), draw.normal(size=(2, 96, 32)).astype(np.single))
        for name in MATRICES
    }
    export(pairs, 64.0, tmp_path / "packed.gguf")
    export({name: (a[:, :30], b[:, :, :30]) for name, (a, b) in pairs.items()}, 60.0, tmp_path / "plain.gguf")
    assert (tmp_path / "packed.gguf").stat().st_size < 0.55 * (tmp_path / "plain.gguf").stat().st_size
    found, alpha = pairs_of(tmp_path / "packed.gguf")
    assert alpha == 64
    for name in MATRICES:
        for one, two in zip(pairs[name], found[name], strict=True):
            assert one.shape == two.shape
            assert np.abs(one - two).mean() < 0.05 * np.abs(one).mean()


def test_training_starts_from_the_file_that_the_appliance_has(tmp_path: Path) -> None:
    lora, path = busy(), tmp_path / "adapter.gguf"
    export(
        {name: (lora.pair(name)[0].detach().numpy(), lora.pair(name)[1].detach().numpy()) for name in MATRICES},
        32.0,
        path,
    )
    trainer = Trainer(small(), Settings(rank=4), [1])
    trainer.start_from(path)
    for name in MATRICES:
        assert all(
            torch.allclose(one, two, rtol=1e-3, atol=1e-6)
            for one, two in zip(trainer.lora.pair(name), lora.pair(name), strict=True)
        )
    with pytest.raises(ValueError, match="alpha 32"):
        Trainer(small(), Settings(rank=4, alpha=16), [1]).start_from(path)
    with pytest.raises(ValueError, match="alpha 64"):
        Trainer(small(), Settings(rank=8), [1]).start_from(path)
    with pytest.raises(ValueError, match="a higher rank"):
        Trainer(small(), Settings(rank=2, alpha=16), [1]).start_from(path)
    (tmp_path / "other.gguf").write_bytes(b"GGUF" + bytes(60))
    with pytest.raises(ValueError, match=r"other\.gguf"):
        trainer.start_from(tmp_path / "other.gguf")


def test_the_rate_rises_then_falls() -> None:
    rates = [rate_at(step, 100, Settings()) for step in range(100)]
    assert max(rates) == rates[3] == Settings().rate and rates[0] < rates[1] < rates[2] and rates[-1] < 1e-6


def test_the_file_holds_what_llama_cpp_reads(tmp_path: Path) -> None:
    lora = busy()
    path = tmp_path / "adapter.gguf"
    export(
        {name: (lora.pair(name)[0].detach().numpy(), lora.pair(name)[1].detach().numpy()) for name in MATRICES},
        32.0,
        path,
    )
    reader = gguf.GGUFReader(path)
    said = {name: field.contents() for name, field in reader.fields.items()}
    assert (said["general.type"], said["adapter.type"], said["adapter.lora.alpha"]) == ("adapter", "lora", 32.0)
    assert said["general.architecture"] == "llama" and len(reader.tensors) == 2 * len(MATRICES) * SHAPE.layers
    for tensor in reader.tensors:
        out, into = sizes(SHAPE)[tensor.name.split(".")[2]]
        assert tuple(tensor.data.shape) == ((4, into) if tensor.name.endswith("_a") else (out, 4))
