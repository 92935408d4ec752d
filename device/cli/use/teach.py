"""equerry teach: what the owner's own sentences mean. All of it stays on this device."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from device.cli import completion

if TYPE_CHECKING:
    from device.configuration.settings import Settings
    from device.teaching.book import Book
    from device.teaching.proposals import Proposal
    from services.understanding.parser import CommandParser
    from services.understanding.sentences.lessons import Lesson

app = typer.Typer(help="Teach it your own sentences. They stay on this device.", no_args_is_help=True)

Sentence = Annotated[str, typer.Argument(metavar="SENTENCE", help="What you say.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Teach it without asking.")]
_ON = "equerry config set insight.transcripts true"


@app.command()
def add(
    sentence: Sentence,
    as_: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="SENTENCE",
            help="The same in words that are understood. Asked for without.",
            show_default=False,
        ),
    ] = "",
    yes: Yes = False,
) -> None:
    """Teach what a sentence means, by one that is understood. With other words in its slots it is understood, too."""
    pupil = _Pupil()
    meaning = as_ or _asked_for(sentence)
    lesson = pupil.lesson(sentence, meaning)
    if pupil.reads_as(lesson):
        print("That is understood so already; nothing is to be taught.")
        return
    _teach(pupil, lesson, yes=yes)


@app.command()
def none(sentence: Sentence, yes: Yes = False) -> None:
    """Teach that a sentence is not for the appliance, whatever it sounds like."""
    pupil = _Pupil()
    _teach(pupil, pupil.lesson(sentence, ""), yes=yes)


@app.command("list")
def list_(jsonl: Annotated[bool, typer.Option("--jsonl", help="Print JSON lines.")] = False) -> None:
    """Show what was taught, with the numbers that `forget` takes."""
    from device.cli.lines import shown
    from services.understanding.sentences.lessons import line_of

    lessons = _book().lessons()
    for number, lesson in enumerate(lessons, 1):
        if jsonl:
            print(json.dumps({"number": number, **json.loads(line_of(lesson))}, ensure_ascii=False))
        else:
            print(
                shown(
                    f"{number:>3}  “{lesson.sentence}”  {f'as “{lesson.meaning}”' if lesson.steps else 'is not for me'}"
                )
            )
    if not lessons and not jsonl:
        print("Nothing was taught yet.", file=sys.stderr)


@app.command()
def forget(
    number: Annotated[
        int, typer.Argument(metavar="N", help="As `equerry teach list` shows it.", autocompletion=completion.lessons)
    ],
) -> None:
    """Forget a sentence that was taught: it means again what it did before."""
    from device.cli.lines import shown

    print(shown(f"Forgotten: “{_book().forget(number).sentence}”"))


@app.command()
def review(
    all_: Annotated[bool, typer.Option("--all", help="Of all that is kept, not only of the last four weeks.")] = False,
) -> None:
    """Go through what was not understood, or was undone, and then said in other words: teach it? One by one, y or n."""
    from device.cli.lines import shown
    from firmware.errors import ExpectedError

    pupil = _Pupil()
    count = 0
    for each in pupil.proposals(everything=all_):
        try:
            lesson = pupil.lesson(each.sentence, each.meaning)
        except ExpectedError:
            continue
        # What leant on what was said before it means nothing, or something else, by itself.
        if tuple(step.action for step in lesson.steps) != each.actions or pupil.reads_as(lesson):
            continue
        count += 1
        print(
            shown(
                f"You said “{each.sentence}”{', took it back' if each.taken_back else ''}, and then said"
                f" “{each.meaning}”."
            )
        )
        if _is_somebody_there():
            _teach(pupil, lesson, yes=False)
    if not count:
        print("There is nothing to teach: nothing was said again in other words that is not understood by now.")
    elif not _is_somebody_there():
        print("Nothing was taught: there is nobody to ask. Run it in a terminal.", file=sys.stderr)


@app.command()
def export(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="JSON lines, to train the command model with (scripts/train --own FILE)."),
    ],
) -> None:
    """Write what was taught as examples for training the command model. They are yours: nothing is sent anywhere."""
    import os

    from device.teaching.examples import example_of

    rows = [json.dumps(example_of(lesson), ensure_ascii=False) for lesson in _book().lessons()]
    try:
        handle = os.open(file.expanduser(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.writelines(f"{row}\n" for row in rows)
    except OSError as error:
        raise typer.BadParameter(f"{file} can't be written: {error.strerror}", param_hint="FILE") from None
    print(f"{len(rows)} {'example' if len(rows) == 1 else 'examples'} in {file}")


class _Pupil:
    """What understands sentences here, and what it was taught."""

    def __init__(self) -> None:
        from device.configuration.load import load
        from device.teaching.book import Book
        from device.wiring.basis import clock_of, taught_of
        from device.wiring.commands import build_parser

        self.settings: Settings = load()
        self.parser: CommandParser = build_parser(self.settings)
        self.now = clock_of(self.settings)()
        self.book = Book(taught_of(self.settings))

    def lesson(self, sentence: str, meaning: str) -> Lesson:
        """Not taught yet; no meaning: not for it. Raises NothingSaid, AlwaysMeans, MeaningNotUnderstood."""
        from device.configuration.house import house_of
        from device.teaching.lesson import lesson_for

        return lesson_for(sentence, meaning, self.parser, self.now, house_of(self.settings))

    def reads_as(self, lesson: Lesson) -> bool:
        """Whether the sentence is understood so without the lesson."""
        from device.teaching.lesson import is_known

        return is_known(lesson, self.parser, self.now)

    def proposals(self, *, everything: bool) -> list[Proposal]:
        """Sentences that were said again, and are not taught yet. Ends the command where no words are kept."""
        from datetime import timedelta

        from device.teaching.proposals import proposals
        from services.insight.base import KIND
        from services.insight.entries import entries_of
        from services.store.sqlite.read_only import journal_of
        from services.understanding.sentences.lessons import words_of

        if not self.settings.insight.transcripts:
            print(
                f"equerry: What is said is not kept, so there is nothing to go through. To have it kept: {_ON}",
                file=sys.stderr,
            )
            raise typer.Exit(1)
        with journal_of(self.settings.paths.store) as journal:
            entries = entries_of(journal.rows(KIND, since=None if everything else self.now - timedelta(weeks=4)))
        taught = {lesson.words for lesson in self.book.lessons()}
        return [each for each in proposals(entries) if words_of(each.sentence) not in taught]


def _teach(pupil: _Pupil, lesson: Lesson, *, yes: bool) -> None:
    from device.cli.lines import shown
    from device.teaching.lesson import told, warnings

    for line in told(lesson):
        print(shown(line))
    for line in warnings(lesson, pupil.parser, pupil.now):
        print(shown(line), file=sys.stderr)
    if not yes and not _is_somebody_there():
        print("Nothing was taught: there is nobody to ask. Say --yes to have it taught.", file=sys.stderr)
        raise typer.Exit(1)
    if not yes and not typer.confirm("Is that right?", default=False, err=True):
        return
    before = pupil.book.add(lesson)
    print("Taught, in place of what it was taught to mean before." if before else "Taught.")


def _asked_for(sentence: str) -> str:
    if not _is_somebody_there():
        raise typer.BadParameter("say what it means: --as “…”", param_hint="--as")
    answer: str = typer.prompt(f"How would you say “{sentence}” in words that are understood?", err=True)
    return answer


def _book() -> Book:
    from device.configuration.load import load_usable
    from device.teaching.book import Book
    from device.wiring.basis import taught_of

    return Book(taught_of(load_usable()[0]))


def _is_somebody_there() -> bool:
    return sys.stdin.isatty()
