"""Teaches the base model by a LoRA.

    python -m training.lora.train --examples FILE.jsonl… --out FOLDER [--validation FILE.jsonl…] [--start WEIGHTS]
        [--resume]

FOLDER gets checkpoint.pt (weights, optimiser, place in the data; written every few minutes, whole or not at all),
curve.jsonl and the token ids. The same files, settings, machine and number of threads give the same weights, resumed or
not.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import torch

from training.installed import gguf_of
from training.lora.base import load_base, run_block
from training.lora.batches import Batch, Sample, batch, epoch, read_samples, shared_prefix, tokeniser
from training.lora.learning import CHECKPOINT, Settings, Trainer, rate_at

CURVE = "curve.jsonl"
_SETTINGS = {"epochs": int, "batch": int, "rate": float, "seed": int, "rank": int, "alpha": float, "longest": int}


def order(samples: Sequence[Sample], settings: Settings, shared: int) -> list[list[Sample]]:
    """The groups of all epochs, in the order in which they are learnt."""
    return [
        group
        for at in range(settings.epochs)
        for group in epoch(samples, settings.batch, shared, seed=settings.seed * 1_000 + at)
    ]


def train(
    trainer: Trainer,
    groups: Sequence[Sequence[Sample]],
    shared: int,
    checks: Sequence[Batch],
    asked: argparse.Namespace,
) -> None:
    """All steps that are left, with the log, checks every `asked.check` steps and checkpoints every `asked.keep`
    minutes.
    """
    out: Path = asked.out
    kept = trainer.restore(out) if asked.resume and (out / CHECKPOINT).is_file() else {}
    if asked.start and not kept:
        trainer.start_from(asked.start)
    if kept.get("steps", len(groups)) != len(groups):
        raise ValueError(
            f"the checkpoint is of other examples: they made {kept['steps']} steps, these make {len(groups)}; name"
            " another folder"
        )
    first, elapsed = int(kept.get("step", 0)), float(kept.get("elapsed", 0.0))
    seen = sum(map(len, groups[:first]))
    begun, saved = time.monotonic() - elapsed, time.monotonic()
    _cut(out / CURVE, first)
    with (out / CURVE).open("a", encoding="utf-8", buffering=1) as log:
        for at, group in enumerate(groups[first:], first):
            start = time.monotonic()
            rate = rate_at(at, len(groups), trainer.settings)
            given = batch(group, shared)
            loss = trainer.step(given, rate)
            seen += len(group)
            speed = sum(map(len, group)) / (time.monotonic() - start)
            done = {"step": at + 1, "examples": seen}
            line = done | {
                "loss": loss,
                "rate": rate,
                "length": given.own.shape[1],
                "tokens_s": speed,
                "elapsed_s": start - begun,
            }
            print(json.dumps({key: round(value, 7) for key, value in line.items()}), file=log)
            last = at + 1 == len(groups)
            if checks and ((at + 1) % asked.check == 0 or last):
                found = done | trainer.check(checks)
                print(json.dumps(found), file=log)
                print(json.dumps(found | {"of": len(groups), "elapsed_s": round(time.monotonic() - begun)}), flush=True)
            if last or time.monotonic() - saved > asked.keep * 60:
                saved = time.monotonic()
                trainer.save(out, step=at + 1, steps=len(groups), elapsed=saved - begun)


def _cut(log: Path, step: int) -> None:
    """Leave out what was logged after the checkpoint."""
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True) if log.is_file() else []
    log.write_text(
        "".join(line for line in lines if line.endswith("\n") and json.loads(line)["step"] <= step), encoding="utf-8"
    )


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="training.lora.train", description="Teaches the command model by a LoRA.")
    parser.add_argument("--examples", type=Path, nargs="+", required=True, metavar="FILE.jsonl")
    parser.add_argument("--validation", type=Path, nargs="+", default=[], metavar="FILE.jsonl")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument(
        "--start",
        type=Path,
        metavar="WEIGHTS",
        help="begin with the weights of another training: its folder, or a GGUF",
    )
    parser.add_argument("--resume", action="store_true", help="go on from the folder's checkpoint, where there is one")
    for name, kind in _SETTINGS.items():
        parser.add_argument(f"--{name}", type=kind, default=getattr(Settings, name), help="%(default)s")
    parser.add_argument(
        "--check", type=int, default=250, metavar="STEPS", help="steps between two validations (%(default)s)"
    )
    parser.add_argument(
        "--sample", type=int, default=600, metavar="EXAMPLES", help="how many are validated on (%(default)s)"
    )
    parser.add_argument(
        "--keep", type=float, default=5.0, metavar="MINUTES", help="minutes between two checkpoints (%(default)s)"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--threads", type=int, default=0, help="of the processor; 0: all")
    parser.add_argument(
        "--compile",
        action="store_true",
        help="let PyTorch compile the layers: needs a C++ compiler, pays off after minutes",
    )
    parser.add_argument(
        "--full",
        action="store_true",
        help="in float32: three times as fast on a processor without matrix units for bfloat16 (AMX)",
    )
    parser.add_argument("--weights", type=Path, help="the base model's GGUF; by default the appliance's")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """See the module."""
    try:
        _train(_asked(arguments))
    except (ValueError, OSError) as error:
        sys.exit(f"training.lora.train: {error}")


def _train(asked: argparse.Namespace) -> None:
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.threads:
        torch.set_num_threads(asked.threads)
    settings = Settings(
        **{field.name: getattr(asked, field.name) for field in fields(Settings) if field.name in _SETTINGS}
    )
    weights = asked.weights or gguf_of("smollm2-135m")
    tokenise = tokeniser(weights)
    read = [
        read_samples(paths, tokenise, asked.out / "ids", weights.name) for paths in (asked.examples, asked.validation)
    ]
    samples, validation = ([sample for sample in each if len(sample) <= settings.longest] for each in read)
    prefix = shared_prefix([*samples, *validation])
    left_out = sum(map(len, read)) - len(samples) - len(validation)
    print(
        f"{len(samples)} examples, {len(validation)} to validate on, {left_out} too long, {len(prefix)} tokens shared",
        flush=True,
    )
    device = ("cuda" if torch.cuda.is_available() else "cpu") if asked.device == "auto" else asked.device
    run = torch.compile(run_block, dynamic=True) if asked.compile else run_block
    dtype = torch.float32 if asked.full else torch.bfloat16
    trainer = Trainer(load_base(weights, dtype=dtype, device=device), settings, prefix, run=run)
    chosen = np.random.default_rng(settings.seed).permutation(len(validation))[: asked.sample]
    checks = [
        batch(group, len(prefix))
        for group in epoch([validation[at] for at in sorted(chosen)], 64, len(prefix), seed=settings.seed)
    ]
    train(trainer, order(samples, settings, len(prefix)), len(prefix), checks, asked)


if __name__ == "__main__":
    main()
