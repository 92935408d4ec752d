"""Names: how often the right one is found in what a recogniser wrote, and how long it takes.

    python benchmarks/names.py [--people 5000] [--rounds 3]

What was heard stands in tests/services/understanding/names/heard.tsv. Each name is looked for among a hundred others,
once with its bearer there and once without. Times: wall and processor milliseconds of one look-up, the latter since a
busy machine stretches the former.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import quantiles

from services.understanding.names.base import Ambiguous, Entity, NameFound, Resolved
from services.understanding.names.names import Names
from services.understanding.vocabulary import EntityKind
from services.understanding.words import word_set

HEARD = Path(__file__).parents[1] / "tests/services/understanding/names/heard.tsv"
KINDS: Mapping[str, EntityKind] = {"first": "person", "full": "person", "channel": "channel"}
ROLES = ("designer", "accountant", "head of sales", "engineer", "office manager")
TEAMS = ("marketing", "sales", "design", "development", "finance")
TOPICS = sorted(
    word_set(
        "report budget client launch quarterly review design meeting invoice website draft contract slides deck"
        " research"
    )
)
SYLLABLES = sorted(word_set("ka lo mi ren tas vor bel dun shi pra neth gol wim zur fa quin der os ly tam"))


def heard() -> list[tuple[str, str, str, str]]:
    """Rows of part (tuned or held back), kind, name, and what was heard."""
    rows = (
        line.split("\t") for line in HEARD.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    )
    return [(part, kind, name, words) for part, kind, name, words in rows]


def rates(rows: Sequence[tuple[str, str, str, str]], *, others: int = 100) -> dict[tuple[str, str], Counter[str]]:
    """Kind and how it was written → how often what came of it.

    Written rightly or otherwise, with the bearer there: right, asked (the right one among those asked about), wrong,
    unknown. Absent: the bearer is not there, and nobody who is called that or a spelling or short form of it is right:
    unknown, asked, accepted.
    """
    pool = {kind: sorted({name for _, other, name, _ in rows if other == kind}) for kind in KINDS}
    counts: dict[tuple[str, str], Counter[str]] = {}
    for _, kind, name, words in rows:
        choice = random.Random(name)
        candidates = [
            other
            for other in pool["full" if kind == "first" else kind]
            if other != name and (kind != "first" or name not in other)
        ]
        rest = [Entity(KINDS[kind], other, other) for other in choice.sample(candidates, min(others, len(candidates)))]
        bearer = Entity(KINDS[kind], "bearer", f"{name} Tetteh" if kind == "first" else name)
        written = "as it is" if _plain(name) == _plain(words) else "otherwise"
        counts.setdefault((kind, written), Counter())[
            _with_bearer(Names([bearer, *rest]).resolve(words, (KINDS[kind],)))
        ] += 1
        alone = Names(rest).resolve(words, (KINDS[kind],))
        counts.setdefault((kind, "absent"), Counter())[_without(alone)] += 1
    return counts


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower().removesuffix(" channel") if letter.isalpha())


def _with_bearer(resolved: Resolved) -> str:
    match resolved:
        case NameFound(entities=(one,)):
            return "right" if one.id == "bearer" else "wrong"
        case Ambiguous(candidates=some):
            return "asked" if any(one.id == "bearer" for one in some) else "asked about others"
    return "unknown"


def _without(resolved: Resolved) -> str:
    match resolved:
        case NameFound(how="alias" | "exact"):
            return "namesake"
        case NameFound():
            return "accepted"
        case Ambiguous():
            return "asked"
    return "unknown"


def town(people: int) -> list[Entity]:
    """Made-up people, and tasks and channels."""
    choice = random.Random(3)
    known = [name.split(" ") for _, kind, name, _ in heard() if kind == "full"]
    firsts = [name[0] for name in known] + [invented(choice) for _ in range(500)]
    lasts = [name[-1] for name in known] + [invented(choice) for _ in range(2500)]
    everybody = [
        Entity(
            "person",
            f"p{i}",
            f"{choice.choice(firsts)} {choice.choice(lasts)}",
            role=choice.choice(ROLES),
            team=choice.choice(TEAMS),
        )
        for i in range(people)
    ]
    tasks = [Entity("task", f"t{i}", f"{' '.join(choice.sample(TOPICS, 3))} {invented(choice)}") for i in range(people)]
    channels = [Entity("channel", f"c{i}", f"{choice.choice(TOPICS)} {invented(choice)}") for i in range(people // 10)]
    return [*everybody, *tasks, *channels]


def invented(choice: random.Random) -> str:
    """A name that nobody has."""
    return "".join(choice.choice(SYLLABLES) for _ in range(choice.randint(2, 4))).capitalize()


def misspelled(name: str, choice: random.Random) -> str:
    """The name with one letter wrong."""
    at = choice.randrange(1, len(name) - 1)
    return name[:at] + choice.choice("aeioutrnl") + name[at + 1 :]


def spoken(everything: Sequence[Entity]) -> dict[str, tuple[tuple[EntityKind, ...], list[str]]]:
    """Path → kinds and what is said."""
    choice = random.Random(5)
    names = [
        entity.name
        for entity in choice.sample([one for one in everything if one.kind == "person"], min(300, len(everything) // 3))
    ]
    firsts = [name.split(" ")[0] for name in names]
    person: tuple[EntityKind, ...] = ("person",)
    return {
        "whole name": (person, names),
        "first name": (person, firsts),
        "last name": (person, [name.split(" ")[1] for name in names]),
        "whole name, a letter wrong": (person, [misspelled(name, choice) for name in names]),
        "first name, a letter wrong": (person, [misspelled(name + "a", choice) for name in firsts]),
        "role or team": (
            person,
            ["the designer", "our head of sales", "the marketing team", "everyone in sales", "the accountent"] * 60,
        ),
        **{
            f"unknown, {n} words": (person, [" ".join(invented(choice) + "x" for _ in range(n)) for _ in names])
            for n in (1, 2, 3, 4, 8)
        },
        "person or channel, unknown, 2 words": (
            ("person", "channel"),
            [f"{invented(choice)}x {invented(choice)}x" for _ in names],
        ),
        "task by two of its words": (("task",), [" ".join(choice.sample(TOPICS, 2)) for _ in names]),
        "task, unknown, 5 words": (("task",), [" ".join(invented(choice) for _ in range(5)) for _ in names]),
    }


def measured(work: Callable[[str], object], said: Sequence[str], rounds: int) -> tuple[list[float], list[float]]:
    """Wall and processor milliseconds; of each text the median round."""
    wall: list[list[float]] = [[] for _ in said]
    processor: list[list[float]] = [[] for _ in said]
    for _ in range(rounds):
        for i, text in enumerate(said):
            began, spent = time.perf_counter(), time.thread_time()
            work(text)
            wall[i].append(1000 * (time.perf_counter() - began))
            processor[i].append(1000 * (time.thread_time() - spent))
    return [sorted(times)[rounds // 2] for times in wall], [sorted(times)[rounds // 2] for times in processor]


def row(path: str, times: tuple[list[float], list[float]]) -> str:
    """A line of the table."""
    points = [quantiles(each, n=20, method="inclusive") for each in times]
    return f"| {path} | {points[0][9]:.2f} | {points[0][18]:.2f} | {points[1][9]:.2f} | {points[1][18]:.2f} |"


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=5000)
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()

    rows = heard()
    for part in sorted({row[0] for row in rows}):
        print(f"{part}\n\n| kind | written | of | outcome |\n|---|---|---|---|")
        for (kind, written), count in sorted(rates([row for row in rows if row[0] == part]).items()):
            print(
                f"| {kind} | {written} | {count.total()} |"
                f" {', '.join(f'{name} {n}' for name, n in count.most_common())} |"
            )
        print()

    everything = town(asked.people)
    began = time.thread_time()
    people = Names([one for one in everything if one.kind == "person"])
    took = 1000 * (time.thread_time() - began)
    names = Names(everything)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; people indexed in"
        f" {took:.0f} ms\n"
    )
    print("| path | p50 ms | p95 ms | p50 processor | p95 processor |\n|---|---|---|---|---|")
    for path, (kinds, said) in spoken(everything).items():
        index = people if kinds == ("person",) else names
        print(
            row(path, measured(lambda text, index=index, kinds=kinds: index.resolve(text, kinds), said, asked.rounds))
        )  # type: ignore[misc]
    sentences = [
        f"send {one.name} the report and tell {one.name.split(' ')[0]} about it tomorrow at nine"
        for one in everything[:300]
    ]
    print(row("names occurring in a sentence", measured(people.occurring, sentences, asked.rounds)))


if __name__ == "__main__":
    main()
