"""Teaches Whisper's encoder to hear through rooms and noise.

    python -m training.ears.train --sounds FOLDER --rooms FILE --held-rooms FILE --out FOLDER [--minutes M] [--resume]

FOLDER of --out gets checkpoint.pt (written every few minutes, whole or not at all), curve.jsonl and the targets. It
ends after --steps, or after --minutes of learning in all, whichever comes first; the rate falls towards that end.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import fields
from pathlib import Path

import torch
from torch.utils.data import DataLoader, Subset

from training.ears.batches import Batches
from training.ears.learning import CHECKPOINT, Settings, Trainer
from training.installed import MODELS

CURVE = "curve.jsonl"
_CHECKED = 16
"""Batches that are validated on: four of each way of hearing."""


def train(trainer: Trainer, learnt: Batches, checked: Batches, asked: argparse.Namespace) -> None:
    """All steps that are left, with the log, checks and checkpoints."""
    out: Path = asked.out
    kept = trainer.restore(out) if asked.resume and (out / CHECKPOINT).is_file() else {}
    if asked.start and not kept:
        trainer.start_from(asked.start)
    first, before = int(kept.get("step", 0)), float(kept.get("elapsed", 0.0))
    begun = checkpoint = time.monotonic()
    checks = [checked[number] for number in range(_CHECKED)]
    rest = DataLoader(Subset(learnt, range(first, len(learnt))), batch_size=None, num_workers=asked.workers)
    _cut(out / CURVE, first)
    with (out / CURVE).open("a", encoding="utf-8", buffering=1) as log:
        for at, batch in enumerate(rest, first):
            elapsed = before + time.monotonic() - begun
            done = max(at / len(learnt), elapsed / (asked.minutes * 60) if asked.minutes else 0.0)
            line = {"step": at + 1, **trainer.step(batch, done, at), "elapsed_s": elapsed}
            print(json.dumps({key: round(value, 5) for key, value in line.items()}), file=log)
            last = done >= 1 or at + 1 == len(learnt)
            if last or (at + 1) % asked.check == 0 or at == first:
                found = {"step": at + 1, **trainer.check(checks), "elapsed_s": elapsed}
                print(json.dumps({key: round(value, 4) for key, value in found.items()}), flush=True)
            if last or time.monotonic() - checkpoint > asked.keep * 60:
                checkpoint = time.monotonic()
                trainer.save(out, step=at + 1, elapsed=before + checkpoint - begun)
            if last:
                break


def _cut(log: Path, step: int) -> None:
    """Leave out what was logged after the checkpoint."""
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True) if log.is_file() else []
    kept = (line for line in lines if line.endswith("\n") and json.loads(line)["step"] <= step)
    log.write_text("".join(kept), encoding="utf-8")


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    told = argparse.ArgumentParser(prog="training.ears.train", description="Teaches Whisper's encoder to hear better.")
    told.add_argument("--sounds", type=Path, required=True, metavar="FOLDER")
    told.add_argument("--rooms", type=Path, required=True, metavar="FILE")
    told.add_argument("--held-rooms", type=Path, required=True, metavar="FILE")
    told.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    told.add_argument("--model", type=Path, default=MODELS / "whisper-tiny.en", metavar="FOLDER", help="%(default)s")
    told.add_argument("--minutes", type=float, default=0.0, help="end after so many (0: after --steps)")
    told.add_argument("--start", type=Path, metavar="FOLDER", help="begin with the weights of another training")
    told.add_argument("--resume", action="store_true", help="go on from the folder's checkpoint, where there is one")
    for field in fields(Settings):
        told.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    told.add_argument("--check", type=int, default=250, metavar="STEPS", help="between two validations (%(default)s)")
    told.add_argument(
        "--keep", type=float, default=4.0, metavar="MINUTES", help="between two checkpoints (%(default)s)"
    )
    told.add_argument("--device", default="auto", help="auto, cpu or cuda")
    told.add_argument("--half", action="store_true", help="multiply in bfloat16: faster on GPUs and some processors")
    told.add_argument("--threads", type=int, default=0, help="of the processor; 0: all")
    told.add_argument("--workers", type=int, default=1, help="processes that make sounds (%(default)s)")
    return told.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """See the module."""
    asked = _asked(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.threads:
        torch.set_num_threads(asked.threads)
    device = ("cuda" if torch.cuda.is_available() else "cpu") if asked.device == "auto" else asked.device
    settings = Settings(**{field.name: getattr(asked, field.name) for field in fields(Settings)})
    try:
        trainer = Trainer(asked.model, asked.out / "targets", settings, device, half=asked.half)
        size, seed = settings.batch, settings.seed
        learnt = Batches(asked.sounds, asked.rooms, size=size, count=settings.steps, seed=seed)
        checked = Batches(asked.sounds, asked.held_rooms, size=size, count=_CHECKED, seed=seed, held=True)
        train(trainer, learnt, checked, asked)
    except (ValueError, OSError) as error:
        sys.exit(f"training.ears.train: {error}")


if __name__ == "__main__":
    main()
