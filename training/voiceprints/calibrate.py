"""Learns the weights of services.voiceprints.scoring.LEARNT from people whose recordings tell who they are.

    python -m training.voiceprints.calibrate RECORDINGS

RECORDINGS is a folder with `index.jsonl` (benchmarks/acoustics/people.py). Half of the people are learnt from; on the
other half benchmarks/who.py scores.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from benchmarks.acoustics.heard import Surroundings
from benchmarks.acoustics.people import CONDITIONS, Person, from_folder, learns
from device.configuration.load import load
from device.wiring.ear import load_encoder
from services.voiceprints.base import Embedding, SpeakerEncoder
from services.voiceprints.scoring import Calibration, evidence
from services.voiceprints.spoken import voiced_in

SEED = 11
_SHRINK = 1e-6
"""Weight of the squares of the weights: of several that fit as well, the smaller ones."""

Pairs = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]
"""What the weights are of, shape (n, 6), and whether both are of one person, shape (n,)."""


def pairs(people: Sequence[Person], encoder: SpeakerEncoder, surroundings: Surroundings) -> Pairs:
    """Each command, heard in each condition, against everybody's voiceprint."""
    prints = np.stack([_print(person, encoder, surroundings) for person in people])
    values, same = [], []
    for mine, person in enumerate(people):
        for room, over_db in CONDITIONS.values():
            voiced = voiced_in(surroundings.heard(person.commands[0], room=room, over_db=over_db))
            if not voiced.seconds:
                continue
            likeness = prints @ encoder.embed(voiced.samples)
            values += [evidence(float(each), voiced.seconds, voiced.snr) for each in likeness]
            same += [other == mine for other in range(len(people))]
    return np.array(values), np.array(same)


def _print(person: Person, encoder: SpeakerEncoder, surroundings: Surroundings) -> Embedding:
    """Enrolled where it is quiet."""
    sentences = [voiced_in(surroundings.heard(each, room=False, over_db=None)) for each in person.enrolment]
    middle = np.mean([encoder.embed(each.samples) for each in sentences if each.seconds], axis=0)
    unit: Embedding = middle / np.linalg.norm(middle)
    return unit


def learnt(values: npt.NDArray[np.float64], same: npt.NDArray[np.bool_]) -> Calibration:
    """Logistic regression in which pairs of one person weigh as much, all together, as pairs of two."""
    weight = np.where(same, 0.5 / same.sum(), 0.5 / (~same).sum())

    def loss(weights: npt.NDArray[np.float64]) -> float:
        ratio = values @ weights
        missed = np.logaddexp(0.0, np.where(same, -ratio, ratio))
        return float(weight @ missed + _SHRINK * np.square(weights[1:]).sum())

    return Calibration(*(round(float(each), 3) for each in minimize(loss, np.zeros(values.shape[1])).x))


def main() -> None:
    """Print the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", type=Path)
    people = [person for person in from_folder(parser.parse_args().recordings) if learns(person.name)]
    values, same = pairs(people, load_encoder(load()), Surroundings(SEED))
    print(f"{len(people)} people, {same.sum()} pairs of one person, {(~same).sum()} of two")
    print(f"LEARNT = {learnt(values, same)}")


if __name__ == "__main__":
    main()
