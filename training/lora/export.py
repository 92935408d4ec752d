"""A trained LoRA as a GGUF file that llama.cpp puts on the base model.

    python -m training.lora.export --from FOLDER --to FILE.gguf

Format: ggml's GGUF specification, and convert_lora_to_gguf.py of llama.cpp. Factors are a (rank, in), b (out, rank):
F16, or where the rank can be cut into blocks of 32 of them a Q5_1 and b Q8_0, as twice the rank then fits into the same
file.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt

_BLOCK = 32
_PACKED = {"a": gguf.GGMLQuantizationType.Q5_1, "b": gguf.GGMLQuantizationType.Q8_0}

MATRICES = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
Pairs = Mapping[str, tuple[npt.NDArray[np.single], npt.NDArray[np.single]]]
"""For each of MATRICES a (layers, rank, in) and b (layers, out, rank)."""


def export(pairs: Pairs, alpha: float, path: Path, *, name: str = "Equerry command model") -> str:
    """Writes the file, whole or not at all; returns its SHA-256."""
    made = path.with_name(path.name + ".part")
    writer = gguf.GGUFWriter(made, "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
    writer.add_name(name)
    writer.add_license("cc-by-sa-4.0")  # that of some sentences that it learnt from
    layers = len(pairs[MATRICES[0]][0])
    for layer in range(layers):
        for matrix in MATRICES:
            for letter, factor in zip("ab", pairs[matrix], strict=True):
                packed = (
                    _PACKED[letter] if len(pairs[matrix][0][layer]) % _BLOCK == 0 else gguf.GGMLQuantizationType.F16
                )
                data = gguf.quants.quantize(np.ascontiguousarray(factor[layer], dtype=np.float32), packed)
                writer.add_tensor(f"blk.{layer}.{matrix}.weight.lora_{letter}", data, raw_dtype=packed)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    made.replace(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pairs_of(path: Path) -> tuple[Pairs, float]:
    """What `export` wrote, in float32, and alpha. Raises OSError, and ValueError when the file is no such LoRA."""
    try:
        reader = gguf.GGUFReader(path)
        alpha = float(reader.fields[gguf.Keys.Adapter.LORA_ALPHA].contents())
        found = {
            tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
            for tensor in reader.tensors
        }
        layers = len(found) // (2 * len(MATRICES))
        pairs = {name: (_stacked(found, name, "a", layers), _stacked(found, name, "b", layers)) for name in MATRICES}
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path} is no LoRA of this model: {error}") from None
    return pairs, alpha


def _stacked(
    found: Mapping[str, npt.NDArray[np.single]], name: str, letter: str, layers: int
) -> npt.NDArray[np.single]:
    return np.stack([found[f"blk.{layer}.{name}.weight.lora_{letter}"] for layer in range(layers)])


def main(arguments: list[str] | None = None) -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="training.lora.export", description="Writes a trained LoRA as a GGUF file.")
    parser.add_argument(
        "--from", dest="folder", type=Path, required=True, help="the folder given to training.lora.train as --out"
    )
    parser.add_argument("--to", type=Path, required=True)
    asked = parser.parse_args(arguments)
    import torch  # noqa: PLC0415 - what writes the file needs none

    kept = torch.load(asked.folder / "checkpoint.pt", map_location="cpu", weights_only=True)
    weights = kept["lora"]
    pairs = {name: (weights[f"{name}_a"].numpy(), weights[f"{name}_b"].numpy()) for name in MATRICES}
    digest = export(pairs, float(kept["alpha"]), asked.to)
    print(f"{asked.to}: {asked.to.stat().st_size} bytes, sha256 {digest}, after {kept['step']} steps")


if __name__ == "__main__":
    main()
