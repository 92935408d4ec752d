"""Examples as token ids, and batches of about equal length. Needs no PyTorch.

A JSONL line is {"prompt": …, "answer": …} and whatever else its writer notes. Both are tokenised apart by the model's
own tokeniser, as the appliance does, and put together.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Tokenise = Callable[[str, bool], list[int]]
"""Text, and whether it begins a prompt, to ids."""

_ACTION = re.compile(r"[^|^;\n]*")


@dataclass(frozen=True)
class Sample:
    """One example. `head`: how many tokens of the answer are its first action."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    head: int

    def __len__(self) -> int:
        return len(self.prompt) + len(self.answer)


@dataclass(frozen=True)
class Batch:
    """`own`: (batch, length) ids behind the shared ones, padded with 0 at the right. `rows` (answer tokens,) tells from
    which of batch * length states the token in `targets` is foretold, `sample` (answer tokens,) of which sequence it
    is, `head` whether it is of the first action.
    """

    own: Ids
    rows: Ids
    targets: Ids
    sample: Ids
    head: npt.NDArray[np.bool_]


def read_samples(paths: Sequence[Path], tokenise: Tokenise, cache: Path | None = None, about: str = "") -> list[Sample]:
    """All lines of all files, in their order. `cache` is a folder to keep the ids in; `about` tells tokenisers apart.
    Raises ValueError for a line that is no example.
    """
    kept = cache / f"{_fingerprint(paths, about)}.npz" if cache else None
    if kept and kept.is_file():
        return _unpacked(kept)
    samples = [
        _sample(line, tokenise, f"{path}:{number}")
        for path in paths
        for number, line in enumerate(_lines(path), 1)
        if line.strip()
    ]
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        _pack(samples, kept)
    return samples


def shared_prefix(samples: Sequence[Sample]) -> tuple[int, ...]:
    """The tokens with which all prompts begin; each prompt keeps at least one of its own."""
    first, last = min(sample.prompt for sample in samples), max(sample.prompt for sample in samples)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
    return first[: min(alike, *(len(sample.prompt) - 1 for sample in samples))] if len(samples) > 1 else first[:-1]


def epoch(samples: Sequence[Sample], size: int, shared: int, *, seed: int, multiple: int = 4) -> list[list[Sample]]:
    """Every sample once, in groups of at most `size` whose lengths are the same once rounded up to `multiple`. The seed
    decides all.
    """
    draw = np.random.default_rng(seed)
    buckets: dict[int, list[Sample]] = {}
    for at in draw.permutation(len(samples)):
        sample = samples[at]
        buckets.setdefault(padded(len(sample) - shared, multiple), []).append(sample)
    groups = [bucket[at : at + size] for _, bucket in sorted(buckets.items()) for at in range(0, len(bucket), size)]
    return [groups[at] for at in draw.permutation(len(groups))]


def padded(length: int, multiple: int) -> int:
    """`length` rounded up."""
    return -(-length // multiple) * multiple


def batch(group: Sequence[Sample], shared: int, *, multiple: int = 4) -> Batch:
    """One group of `epoch` as arrays. The last token of a sequence foretells nothing, but keeps its place."""
    own = np.zeros((len(group), padded(max(map(len, group)) - shared, multiple)), dtype=np.int64)
    rows, of = [], []
    for at, sample in enumerate(group):
        ids = (sample.prompt + sample.answer)[shared:]
        own[at, : len(ids)] = ids
        begin = len(sample.prompt) - shared
        rows.append(at * own.shape[1] + np.arange(begin - 1, begin - 1 + len(sample.answer)))
        of.append(np.full(len(sample.answer), at))
    head = np.concatenate([np.arange(len(sample.answer)) < sample.head for sample in group])
    return Batch(
        own,
        np.concatenate(rows),
        np.array([id_ for sample in group for id_ in sample.answer]),
        np.concatenate(of),
        head,
    )


def tokeniser(weights: Path) -> Tokenise:
    """The tokeniser of a GGUF model, by llama.cpp."""
    import llama_cpp  # noqa: PLC0415 - loads a native library

    llama: Any = llama_cpp.Llama(str(weights), vocab_only=True, verbose=False)
    return lambda text, begins: list(llama.tokenize(text.encode(), add_bos=begins))


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from file


def _sample(line: str, tokenise: Tokenise, where: str) -> Sample:
    try:
        read = json.loads(line)
        prompt, answer = read["prompt"], read["answer"]
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{where}: no example") from None
    if not prompt or not answer:
        raise ValueError(f"{where}: an example needs a prompt and an answer")
    action = _ACTION.match(answer)
    return Sample(
        tuple(tokenise(prompt, True)), tuple(tokenise(answer, False)), len(tokenise(action[0] if action else "", False))
    )


def _fingerprint(paths: Sequence[Path], about: str) -> str:
    digest = hashlib.sha256(about.encode())
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def _pack(samples: Sequence[Sample], path: Path) -> None:
    made = path.with_suffix(".part.npz")
    np.savez(
        made,
        ids=np.array([id_ for sample in samples for id_ in sample.prompt + sample.answer], dtype=np.uint32),
        sizes=np.array(
            [(len(sample.prompt), len(sample.answer), sample.head) for sample in samples], dtype=np.uint32
        ).reshape(-1, 3),
    )
    made.replace(path)


def _unpacked(path: Path) -> list[Sample]:
    with np.load(path) as read:
        ids, sizes = read["ids"].tolist(), read["sizes"].tolist()
    samples, at = [], 0
    for prompt, answer, head in sizes:
        samples.append(Sample(tuple(ids[at : at + prompt]), tuple(ids[at + prompt : at + prompt + answer]), head))
        at += prompt + answer
    return samples
