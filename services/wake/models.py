"""The files of wake words: openWakeWord's ONNX models, and heads that were learnt on the device."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import onnxruntime

from services.wake.base import WakeModelUnusable
from services.wake.features import NUMBERS, FeatureModels, OnnxSession

MEL = "melspectrogram.onnx"
EMBEDDING = "embedding_model.onnx"

LEARNT = ".npz"
"""The ending of a word's file that was learnt on the device."""


def feature_models(folder: Path) -> FeatureModels:
    """The two models that all words share. Raises WakeModelUnusable."""
    return FeatureModels(
        load(folder / MEL, (None, None), (None, None, None, 32)),
        load(folder / EMBEDDING, (None, 76, 32, 1), (None, 1, 1, NUMBERS)),
    )


def available(folder: Path, own: Path | None = None) -> list[str]:
    """The words that have a model in `folder`, and those that were learnt on the device, in `own`."""
    stems = (path.stem for path in folder.glob("*.onnx") if path.name not in (MEL, EMBEDDING))
    return sorted({re.sub(r"_v\d[\w.]*$", "", stem) for stem in stems}.union(learnt(own)))


def learnt(own: Path | None) -> list[str]:
    """The words that were learnt on the device, in `own`."""
    return sorted(path.stem for path in own.glob(f"*{LEARNT}")) if own else []


def find(folder: Path, word: str, own: Path | None = None) -> Path:
    """The newest model of `word` in `folder`, or the one that was learnt, in `own`. Raises WakeModelUnusable."""
    versions = folder.glob(f"{word}_v[0-9]*.onnx") if re.fullmatch(r"\w+", word) else ()
    newest = max(versions, key=lambda path: [int(n) for n in re.findall(r"\d+", path.stem)], default=None)
    if newest:
        return newest
    if own and word in learnt(own):
        return own / f"{word}{LEARNT}"
    choices = ", ".join(available(folder, own)) or "none"
    raise WakeModelUnusable(path=folder / f"{word}_v*.onnx", reason=f"no such word; choose from: {choices}")


def load(path: Path, takes: tuple[int | None, ...], gives: tuple[int | None, ...]) -> OnnxSession:
    """An ONNX session on one thread, whose first input and output have these shapes (None: any size)."""
    if not path.is_file():
        raise WakeModelUnusable(path=path, reason="the file is missing")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the models are tiny: an arena would only hold memory
    options.log_severity_level = 4  # the error below says it
    try:
        session: OnnxSession = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions have no common root
        raise WakeModelUnusable(path=path, reason="the file is damaged or not an ONNX model") from error
    if not (_fits(session.get_inputs(), takes) and _fits(session.get_outputs(), gives)):
        raise WakeModelUnusable(path=path, reason="the model is of another kind")
    return session


def _fits(ports: list[Any], shape: tuple[int | None, ...]) -> bool:
    if len(ports) != 1 or len(ports[0].shape) != len(shape):
        return False
    return all(want is None or want == have for want, have in zip(shape, ports[0].shape, strict=True))
