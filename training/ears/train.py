"""Teaches Whisper's encoder to hear through rooms and noise.

    python -m training.ears.train --sounds FOLDER --rooms FILE --held-rooms FILE --out FOLDER [--minutes M] [--resume]

FOLDER of --out gets checkpoint.pt (written every few minutes, whole or not at all) and curve.jsonl. It ends after
--steps, or after --minutes of learning in all, whichever comes first; the rate falls towards that end. With several
--words as many students learn from the same sounds, each into a folder of its own in that of --out: 1, 2, …
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader, Subset

from training.ears.batches import Batches
from training.ears.learning import CHECKPOINT, Settings, Trainer
from training.ears.targets import Teacher
from training.installed import MODELS

CURVE = "curve.jsonl"
_CHECKED = 16
"""Batches that are validated on: four of each way of hearing."""


def train(students: Mapping[Path, Trainer], learnt: Batches, checked: Batches, asked: argparse.Namespace) -> None:
    """All steps that are left, with the log, checks and checkpoints. students: by the folder of each."""
    kept: dict[str, Any] = {}
    for out, student in students.items():
        if asked.resume and (out / CHECKPOINT).is_file():
            kept = student.restore(out)
        elif asked.start:
            student.start_from(asked.start)
    first, before = int(kept.get("step", 0)), float(kept.get("elapsed", 0.0))
    begun = checkpoint = time.monotonic()
    checks = [checked[number] for number in range(_CHECKED)]
    rest = DataLoader(Subset(learnt, range(first, len(learnt))), batch_size=None, num_workers=asked.workers)
    for out in students:
        _cut(out / CURVE, first)
    for at, batch in enumerate(rest, first):
        elapsed = before + time.monotonic() - begun
        done = max(at / len(learnt), elapsed / (asked.minutes * 60) if asked.minutes else 0.0)
        last = done >= 1 or at + 1 == len(learnt)
        due = last or time.monotonic() - checkpoint > asked.keep * 60
        if due:
            checkpoint = time.monotonic()
        for out, student in students.items():
            line = {"step": at + 1, **student.step(batch, done, at), "elapsed_s": elapsed}
            with (out / CURVE).open("a", encoding="utf-8") as log:
                print(json.dumps({key: round(value, 5) for key, value in line.items()}), file=log)
            if last or (at + 1) % asked.check == 0 or at == first:
                found = {"step": at + 1, **student.check(checks), "elapsed_s": elapsed}
                print(out.name, json.dumps({key: round(value, 4) for key, value in found.items()}), flush=True)
            if due:
                student.save(out, step=at + 1, elapsed=before + checkpoint - begun)
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
    told.add_argument(
        "--words",
        type=float,
        nargs="+",
        default=[Settings.words],
        help="how much the words that the decoder foretells count beside the encodings, for each student (%(default)s)",
    )
    for field in fields(Settings):
        if field.name == "words":
            continue
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
    settings = Settings(
        **{field.name: getattr(asked, field.name) for field in fields(Settings) if field.name != "words"}
    )
    try:
        size, seed = settings.batch, settings.seed
        learnt = Batches(asked.sounds, asked.rooms, size=size, count=settings.steps, seed=seed)
        checked = Batches(asked.sounds, asked.held_rooms, size=size, count=_CHECKED, seed=seed, held=True)
        teacher = Teacher(asked.model, learnt.clean, device)
        folders = (
            [asked.out / str(at) for at in range(1, len(asked.words) + 1)] if len(asked.words) > 1 else [asked.out]
        )
        students = {}
        for folder, words in zip(folders, asked.words, strict=True):
            folder.mkdir(parents=True, exist_ok=True)
            students[folder] = Trainer(asked.model, teacher, replace(settings, words=words), half=asked.half)
        train(students, learnt, checked, asked)
    except (ValueError, OSError) as error:
        sys.exit(f"training.ears.train: {error}")


if __name__ == "__main__":
    main()
