"""Who decides what a sentence asks for, templates or model: measured on what training.measures.evaluate wrote.

    python -m training.measures.policies OWN=own.jsonl PUBLIC=public.jsonl … [--test SEVERAL=several.jsonl …] [--plot
    PICTURE.png]

Temperature, what the templates are worth and how sure is sure enough are fitted on one half of the sets named first and
reported on the other half; of those behind --test nothing is fitted. Prints Markdown.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp
from pathlib import Path
from typing import Any, Literal

from services.understanding.model.certainty import Measure
from training.measures.calibration import BINS, bins, calibration_error, draw, fitted, loss
from training.measures.evaluate import MEASURES, TEMPERATURES
from training.measures.scoring import Score, score, writes

Choice = Literal["templates", "model", "parser", "nobody"]
WHO: Sequence[Choice] = ("templates", "model", "parser")
MOST_WRONG, MOST_WRONG_REJECTED = 0.01, 0.005
"""Wrong writes that a policy may make, of all sentences and of those that ask for nothing."""
STEPS = (*(at / 20 for at in range(20)), 0.97, 0.99)

_AS_IT_IS = TEMPERATURES.index(1.0)


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence, and what each choice is worth."""

    example: Mapping[str, Any]
    scores: Mapping[Choice, Score]
    actions: Mapping[Choice, tuple[str, ...]]
    templates: float
    """How sure the parser says they are."""
    logs: Mapping[str, Sequence[float]]
    seconds: Mapping[str, float]

    @property
    def asks_nothing(self) -> bool:
        return not self.example["steps"]

    @property
    def is_for_fitting(self) -> bool:
        """Which half of its set it is in, whatever else there is."""
        return hashlib.sha256(str(self.example["sentence"]).encode()).digest()[0] < 128


@dataclass(frozen=True, slots=True)
class Weights:
    """What is fitted."""

    measure: Measure
    at: int
    """Index in TEMPERATURES."""
    worth: Mapping[tuple[float, bool], float] = field(default_factory=dict)
    """How often templates that are so sure are right, by whether they read several steps."""
    sure_to_read: float = 0.0
    sure_to_write: float = 0.0

    def model(self, row: Row) -> float:
        """How sure the model is, 0 to 1; 0 where it has no answer."""
        logs = row.logs[self.measure]
        return exp(logs[self.at]) if any(logs) else 0.0

    def templates(self, row: Row) -> float:
        return self.worth.get(_level(row), 0.0)

    def enough(self, row: Row, choice: Choice, sure: float) -> bool:
        """Whether that is sure enough for what would be done."""
        needed = self.sure_to_write if any(map(writes, row.actions[choice])) else self.sure_to_read
        return sure >= needed


Policy = Callable[[Row, Weights], Choice]


def templates_only(row: Row, weights: Weights) -> Choice:  # noqa: ARG001 - a Policy
    """The sentence files, as they read."""
    return "templates"


def model_only(row: Row, weights: Weights) -> Choice:
    """The model where it is sure."""
    return "model" if row.actions["model"] and weights.enough(row, "model", weights.model(row)) else "nobody"


def templates_then_model(row: Row, weights: Weights) -> Choice:
    """The model only where no template fits. (The parser asks it about the sentences alone that none fits; here about
    the whole.)
    """
    return "templates" if row.actions["templates"] else model_only(row, weights)


def agreement(row: Row, weights: Weights) -> Choice:
    """Both are asked. Where they differ the surer one decides, if it is sure enough."""
    if not row.actions["templates"] or row.actions["templates"] == row.actions["model"]:
        return templates_then_model(row, weights)
    told, guessed = weights.templates(row), weights.model(row)
    choice: Choice = "model" if guessed > told else "templates"
    if not row.actions[choice] or not weights.enough(row, choice, max(told, guessed)):
        return "nobody"
    return choice


def as_built(row: Row, weights: Weights) -> Choice:  # noqa: ARG001 - a Policy
    """The parser as it is, with the bounds of the adapter: the model reads also the pieces between those that templates
    read.
    """
    return "parser"


POLICIES: Mapping[str, Policy] = {
    "templates only": templates_only,
    "model only": model_only,
    "templates then model": templates_then_model,
    "agreement gate": agreement,
    "the parser, as it is built": as_built,
}


def read_rows(path: Path) -> list[Row]:
    """Raises OSError, ValueError."""
    return [row_of(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def row_of(told: Mapping[str, Any]) -> Row:
    """Of what training.measures.evaluate wrote about one sentence."""
    readings: dict[Choice, Any] = {"nobody": []}
    for who in WHO:
        readings[who] = told[who]["steps"]
    return Row(
        told,
        {choice: score(told, steps) for choice, steps in readings.items()},
        {choice: tuple(step["action"] for step in steps) for choice, steps in readings.items()},
        told["templates"]["sure"],
        told["model"]["logs"],
        {who: told[who]["seconds"] for who in WHO},
    )


def fit(rows: Sequence[Row], measure: Measure) -> Weights:
    """Temperature of the model, and what the templates are worth."""
    right = [row.scores["model"].right for row in rows]
    temperature, _ = fitted([row.logs[measure] for row in rows], right, TEMPERATURES)
    levels = {_level(row) for row in rows if row.actions["templates"]}
    found = {
        level: [row.scores["templates"].right for row in rows if row.actions["templates"] and _level(row) == level]
        for level in levels
    }
    worth = {level: (sum(hits) + 1) / (len(hits) + 2) for level, hits in found.items()}
    return Weights(measure, TEMPERATURES.index(temperature), worth)


def is_harmless(rows: Sequence[Row], policy: Policy, weights: Weights) -> bool:
    """Whether few enough of its writes are wrong."""
    wrong = [row for row in rows if row.scores[policy(row, weights)].wrong_write]
    nothing = sum(row.asks_nothing for row in rows)
    return (
        len(wrong) <= MOST_WRONG * len(rows) and sum(row.asks_nothing for row in wrong) <= MOST_WRONG_REJECTED * nothing
    )


def bounded(rows: Sequence[Row], policy: Policy, weights: Weights) -> Weights:
    """With the bounds that make most right at few enough wrong writes; of fewest wrong writes where no bounds keep them
    so few.
    """

    def worth(tried: Weights) -> tuple[bool, int, int]:
        scores = [row.scores[policy(row, tried)] for row in rows]
        harmless = is_harmless(rows, policy, tried)
        return (
            harmless,
            0 if harmless else -sum(each.wrong_write for each in scores),
            sum(each.right for each in scores),
        )

    return max(
        (replace(weights, sure_to_read=read, sure_to_write=write) for read in STEPS for write in STEPS), key=worth
    )


def _level(row: Row) -> tuple[float, bool]:
    return row.templates, len(row.actions["templates"]) > 1


def confusions(rows: Iterable[Row], choice: Choice) -> Counter[tuple[str, str]]:
    """Which action was taken for which in sentences of one action or none; `—` where there is none."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        wanted = [step["action"] for step in row.example["steps"]]
        if len(wanted) < 2 and not row.scores[choice].right:
            got = [action for action in row.actions[choice] if action not in wanted]
            found[wanted[0] if wanted else "—", got[0] if got else "—"] += 1
    return found


def share(hits: Iterable[bool]) -> str:
    """In percent."""
    found = list(hits)
    return f"{100 * sum(found) / len(found):.1f} %" if found else "–"


def policy_table(sets: Mapping[str, Sequence[Row]], chosen: Mapping[str, Weights]) -> str:
    """Markdown, of all sets."""
    lines = []
    for name, rows in sets.items():
        lines += [
            f"\n**{name}** ({len(rows)} sentences, {sum(row.asks_nothing for row in rows)} of which ask for nothing)\n"
        ]
        lines += [
            "| policy | right action | all actions | exact steps | wrong write | of those that ask for nothing |"
            " declined |"
        ]
        lines += ["|---|---|---|---|---|---|---|"]
        for title, policy in POLICIES.items():
            found = [(row, row.scores[policy(row, chosen[title])]) for row in rows]
            cells = (
                share(each.right for _, each in found),
                share(each.actions for _, each in found),
                share(each.exact for row, each in found if row.example["whole"]),
                share(each.wrong_write for _, each in found),
                share(each.wrong_write for row, each in found if row.asks_nothing),
                share(each.declined for row, each in found if not row.asks_nothing),
            )
            lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def calibration_table(fit_on: Sequence[Row], rest: Sequence[Row]) -> str:
    """Markdown, of all measures."""
    right = [row.scores["model"].right for row in rest]
    lines = ["\n| probability of | temperature | loss before | loss | ECE before | ECE |", "|---|---|---|---|---|---|"]
    for measure in MEASURES:
        weights = fit(fit_on, measure)
        plain, sure = [Weights(measure, _AS_IT_IS).model(row) for row in rest], [weights.model(row) for row in rest]
        figures = (
            loss(plain, right),
            loss(sure, right),
            calibration_error(plain, right),
            calibration_error(sure, right),
        )
        lines.append(f"| {measure} | {TEMPERATURES[weights.at]} | {' | '.join(f'{each:.3f}' for each in figures)} |")
    return "\n".join(lines)


def best_measure(rows: Sequence[Row]) -> Measure:
    """The measure whose fitted probabilities tell right from wrong best."""
    right = [row.scores["model"].right for row in rows]
    return min(MEASURES, key=lambda measure: fitted([row.logs[measure] for row in rows], right, TEMPERATURES)[1])


def _named(argument: str) -> tuple[str, list[Row]]:
    name, _, path = argument.partition("=")
    return name, read_rows(Path(path))


def main() -> None:
    """See above."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("sets", nargs="+", type=_named, metavar="NAME=FILE")
    told.add_argument("--test", nargs="*", type=_named, default=[], metavar="NAME=FILE")
    told.add_argument("--measure", choices=MEASURES)
    told.add_argument("--plot", type=Path)
    asked = told.parse_args()
    fit_on = [row for _, rows in asked.sets for row in rows if row.is_for_fitting]
    rest = {name: [row for row in rows if not row.is_for_fitting] for name, rows in asked.sets}
    held = [row for rows in rest.values() for row in rows]
    weights = fit(fit_on, asked.measure or best_measure(fit_on))
    chosen = {title: bounded(fit_on, policy, weights) for title, policy in POLICIES.items()}
    print(
        f"Fitted on {len(fit_on)} sentences, measured on {len(held)} others. Chosen: {weights.measure},"
        f" {TEMPERATURES[weights.at]}."
    )
    print(calibration_table(fit_on, held))
    print("\n| policy | sure to read | sure to write | few enough wrong writes |\n|---|---|---|---|")
    for title, each in chosen.items():
        fine = "yes" if is_harmless(fit_on, POLICIES[title], each) else "no bounds do"
        print(f"| {title} | {each.sure_to_read} | {each.sure_to_write} | {fine} |")
    print("\n| templates say | several steps | readings | are right |\n|---|---|---|---|")
    counts = Counter(_level(row) for row in fit_on if row.actions["templates"])
    print(
        "\n".join(
            f"| {each[0]:.2f} | {each[1]} | {counts[each]} | {100 * worth:.0f} % |"
            for each, worth in sorted(weights.worth.items())
        )
    )
    tested = dict(asked.test)
    for name, rows in tested.items():
        print(f"\nOf {name}, by what was fitted on the others:\n{calibration_table(fit_on, rows)}")
    print(policy_table({**rest, **tested}, chosen))
    print("\n| wanted | the model took it for | times |\n|---|---|---|")
    everything = [*held, *(row for rows in tested.values() for row in rows)]
    print(
        "\n".join(
            f"| {one} | {other} | {count} |" for (one, other), count in confusions(everything, "model").most_common(20)
        )
    )
    if asked.plot:
        right = [row.scores["model"].right for row in held]
        drawn = {
            "mean, as it is": Weights("mean", _AS_IT_IS),
            f"{weights.measure}, temperature {TEMPERATURES[weights.at]}": weights,
        }
        curves = {name: [each.model(row) for row in held] for name, each in drawn.items()}
        draw({name: bins(sure, right, BINS) for name, sure in curves.items()}, asked.plot)


if __name__ == "__main__":
    main()
