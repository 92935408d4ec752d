"""What search takes and what it costs a commit, by how many documents the store holds.

    python benchmarks/search.py [--documents 1000 10000 100000] [--queries 300] [--commits 400] [--folder DIR]

Prints Markdown tables. Documents are tasks, notes and messages of words drawn by Zipf's law (as in language: the
commonest stands in every tenth, most are rare), names among them. Queries are words of such documents; `misspelt` with
a letter changed, left out, doubled or two exchanged; they are asked behind the commits. Times are milliseconds; "at
work" is what the processor spent, which other programs lengthen less. A commit makes or changes one document; with and
without the index in turns, in the same store.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from unittest.mock import patch

from services.store.base import Document, Message, Note, Task
from services.store.search.index import Fields
from services.store.search.index import write as write_index
from services.store.sqlite import file as store_file
from services.store.store import Store

_STARTS = (
    "b",
    "c",
    "d",
    "f",
    "g",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "w",
    "st",
    "tr",
    "ch",
    "sh",
    "br",
    "gr",
)
_SYLLABLES = [start + end for start in _STARTS for end in ("a", "e", "i", "o", "u", "ai", "ea", "ou", "er", "on", "in")]
_WORDS = 30_000
Row = tuple[str, str, Fields | None]


class Language:
    """Words as often as a language has them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        words = {
            "".join(self.random.choices(_SYLLABLES, k=self.random.choice((1, 2, 2, 3, 3, 4)))) for _ in range(_WORDS)
        }
        self.words = sorted(words)
        self.random.shuffle(self.words)
        self._weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(self.words))))

    def text(self, count: int) -> str:
        """So many words."""
        return " ".join(self.random.choices(self.words, cum_weights=self._weights, k=count))

    def document(self) -> Document:
        """A task, note or message of the usual length."""
        kind = self.random.random()
        if kind < 0.6:
            return Task(title=self.text(self.random.randint(2, 8)))
        return (
            Note(content=self.text(self.random.randint(4, 40)))
            if kind < 0.7
            else Message(content=self.text(self.random.randint(3, 25)))
        )

    def misspelt(self, word: str) -> str:
        """One slip."""
        at = self.random.randrange(len(word) - 1)
        slips = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
        return self.random.choice((*slips, word[:at] + self.random.choice("aeiounrst") + word[at + 1 :]))


def main() -> None:
    """Measure each size and print its rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--commits", type=int, default=400)
    parser.add_argument("--folder", type=Path, help="where the stores are made")
    options = parser.parse_args()
    for documents in options.documents:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            measure(Path(folder) / "equerry.db", documents, options.queries, options.commits)


def measure(path: Path, documents: int, queries: int, commits: int) -> None:
    """The tables of one size."""
    language = Language(1)
    made = [language.document() for _ in range(documents)]
    with Store(path) as store:
        began = time.perf_counter()
        with store.transaction("fill", undoable=False) as tx:
            kept = [tx.add(document) for document in made]
        print(f"\n{documents:,} documents (filled in {time.perf_counter() - began:.1f} s; {sizes(store)})\n")
        print("| commit | without p50 | without p99 | with p50 | with p99 | KiB more |\n|---|---|---|---|---|---|")
        print(committed(store, "a new document", commits, lambda _: store_new(store, language)))
        print(
            committed(
                store,
                "other words",
                commits,
                lambda number: store_changed(store, kept[number * 7919 % documents], language),
            )
        )
        print("\n| query | p50 | p95 | p99 | at work p50 | at work p95 | hits |\n|---|---|---|---|---|---|---|")
        for name, ask in questions(
            language, [words_of(document) for document in made]
        ).items():  # behind so many commits
            print(asked(store, name, ask, queries), flush=True)


def words_of(document: Document) -> list[str]:
    """As they stand in it."""
    return str(getattr(document, "title", "") or getattr(document, "content", "")).split()


def questions(language: Language, texts: Sequence[Sequence[str]]) -> Mapping[str, Callable[[], str]]:
    """What is asked, by name."""
    pick = language.random

    def word(shortest: int) -> str:
        return next(found for _ in itertools.count() if len(found := pick.choice(pick.choice(texts))) >= shortest)

    def three() -> list[str]:
        return next(
            pick.sample(each, 3)
            for _ in itertools.count()
            if len(each := [w for w in pick.choice(texts) if len(w) > 3]) > 2
        )

    def misspelt_in(words: list[str]) -> str:
        return " ".join([language.misspelt(words[0]), *words[1:]])

    return {
        "a word": lambda: word(3),
        "two words of a text": lambda: (
            " ".join(pick.sample(list(each), 2)) if len(each := pick.choice(texts)) > 1 else each[0]
        ),
        "the commonest words": lambda: pick.choice(language.words[:20]),
        "a beginning": lambda: word(5)[:4],
        "three letters": lambda: word(4)[:3],
        "misspelt": lambda: language.misspelt(word(5)),
        "three words of a text, one misspelt": lambda: misspelt_in(three()),
        "three words of no text, one misspelt": lambda: misspelt_in([word(5), word(5), word(5)]),
    }


def asked(store: Store, name: str, ask: Callable[[], str], queries: int) -> str:
    """One line: every query is another."""
    took, worked, hits = [], [], []
    for text in [ask() for _ in range(queries)]:
        began, at_work = time.perf_counter(), time.thread_time()
        found = store.search(text, limit=10)
        worked.append(1000 * (time.thread_time() - at_work))
        took.append(1000 * (time.perf_counter() - began))
        hits.append(len(found))
    return (
        f"| {name} | {statistics.median(took):.1f} | {share(took, 0.95):.1f} | {share(took, 0.99):.1f} "
        f"| {statistics.median(worked):.1f} | {share(worked, 0.95):.1f} | {statistics.mean(hits):.1f} |"
    )


def committed(store: Store, name: str, commits: int, work: Callable[[int], None]) -> str:
    """One line: commits with and without the index in turns; those without are indexed outside the measured time."""
    took: dict[bool, list[float]] = {True: [], False: []}
    written: dict[bool, int] = {True: 0, False: 0}
    for number in range(2 * commits):
        indexed = bool(number % 2)
        missed: list[Row] = []
        with patch.object(store_file, "write_index", write_index if indexed else partial(noted, missed)):
            before, began = bytes_written(), time.perf_counter()
            work(number)
            took[indexed].append(1000 * (time.perf_counter() - began))
            written[indexed] += bytes_written() - before
        if missed:
            with store.storage.file.writing() as connection:
                write_index(connection, missed)
    cells = " | ".join(
        f"{value:.2f}" for kind in (False, True) for value in (statistics.median(took[kind]), share(took[kind], 0.99))
    )
    return f"| {name} | {cells} | {(written[True] - written[False]) / commits / 1024:.0f} |"


def noted(missed: list[Row], _: object, rows: Iterable[Row]) -> None:
    """Stands in for the index: what it did not get."""
    missed.extend(rows)


def store_new(store: Store, language: Language) -> None:
    """A command that makes one document."""
    with store.transaction("new") as tx:
        tx.add(language.document())


def store_changed(store: Store, document: Document, language: Language) -> None:
    """A command that gives one document other words."""
    field = "title" if isinstance(document, Task) else "content"
    with store.transaction("changed") as tx:
        tx.table(document.kind).update({field: language.text(6)}, doc_ids=[document.id])


def sizes(store: Store) -> str:
    """Of what the index takes in the file."""
    query = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'"
    connection = store.storage.file.connection
    index = connection.execute(query).fetchone()[0]
    whole = connection.execute("SELECT sum(pgsize) FROM dbstat").fetchone()[0]
    return f"index {index / 1e6:.1f} of {whole / 1e6:.1f} MB"


def share(values: Sequence[float], part: float) -> float:
    """The value below which that part lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def bytes_written() -> int:
    """What this process has passed to write calls so far."""
    fields = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(fields["wchar"])


if __name__ == "__main__":
    main()
