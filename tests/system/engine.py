"""Loads the engine and the command model, and prints the machine and the likeliest token behind a sentence.

    python tests/system/engine.py FOLDER_OF_MODELS

By tests/release for a wheel of this machine's architecture. For aarch64, where there is no such machine, by hand: with
Debian's arm64 packages extracted into ROOT, and the wheels of a bundle installed into SITE (uv pip install --target
SITE --python-platform aarch64-manylinux_2_36),
PYTHONPATH=SITE qemu-aarch64 -cpu cortex-a72 -L ROOT ROOT/usr/bin/python3.11 tests/system/engine.py MODELS
"""

from __future__ import annotations

import ctypes
import platform
import sys
from pathlib import Path

import llama_cpp
import numpy as np

SENTENCE = b"Remind me to call the bank tomorrow"


def main(models: Path) -> None:
    weights, lora = (next((models / each).glob("*.gguf")) for each in ("smollm2-135m", "equerry-commands"))
    llama = llama_cpp.Llama(str(weights), n_ctx=256, n_threads=1, n_threads_batch=1, flash_attn=True, verbose=False)
    adapter = llama_cpp.llama_adapter_lora_init(llama.model, str(lora).encode())
    assert adapter, "no LoRA on these weights"
    adapters = (llama_cpp.llama_adapter_lora_p_ctypes * 1)(adapter)
    llama_cpp.llama_set_adapters_lora(llama.ctx, adapters, 1, (ctypes.c_float * 1)(1.0))
    llama.eval(llama.tokenize(SENTENCE))
    scores = np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(llama.ctx, -1), shape=(llama.n_vocab(),))
    print(platform.machine(), int(scores.argmax()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
