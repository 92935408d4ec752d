"""Examples are made, written and read back; what a model is taught is what the appliance asks and reads."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.understanding.model.adapter import load_adapter
from services.understanding.model.base import Context
from services.understanding.model.grammar import LONGEST_VALUE, read_answer
from services.understanding.slots.readings import READINGS
from services.understanding.words import marked, split_words
from training.lora.prompts import answer_of, context_for, flaw
from training.sentences.examples import Example, Step, read_examples, write_examples
from training.sentences.frames import FOLDER, plain, read_frames
from training.sentences.generate import ADAPTER, Generator, main, write_part
from training.sentences.notation import FrameBroken
from training.sentences.pools import Pools

TODAY = date(2026, 11, 23)
DAYS = {Context(day).line(): day for day in (date(2024, 1, 1) + timedelta(days) for days in range(1500))}
ADAPTED = load_adapter(ADAPTER)
POOLS = Pools()
TASKS = list(read_frames(FOLDER / "task.yaml"))
FRAMES = {
    "task.yaml": """
task.create:
  - "add a task to {title} [{when}]"
  - "create [a] task {title:task}"
  - "make a task called {title:task}"
  - "set up a task for {title:task} {when}"
  - "note a task to {title}"
  - "put {title:task} on my tasks"
  - "add {title:task} to my tasks"
  - "create {title:task} as a task for {assignees}"
  - "write down a task {title:task}"
  - "open a task for {title:task}"
  - "start a task named {title:task}"
  - "file {title:task} as a task"
""",
    "none.yaml": "none:\n"
    + "".join(f'  - "i (never|always) had {n} tasks"\n' for n in ("two", "three", "four", "five", "six")),
    "follow.yaml": """
follow:
  - "<task.create> add a task to {title} // <task.deadline^1> by {when}"
  - "<task.create> create [a] task {title:task} {when} // <task.assign> {title@title} is for {assignees}"
  - "<task.create> add a task to {title} // (sorry, not you|he'll like {@title~})"
""",
    "several.yaml": 'several:\n  - "<task.create> add {title:task} <task.assign^1> and give it to {assignees}"\n',
}


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    folder = tmp_path / "frames"
    folder.mkdir()
    for name, text in FRAMES.items():
        (folder / name).write_text(text)
    return folder


def _made(frames: Path, out: Path, *more: str) -> tuple[bytes, bytes]:
    few = ("--together", "20", "--afterwards", "60")
    main(["--out", str(out), "--frames", str(frames), "--said", str(out), *few, *more])
    return (out / "train.jsonl").read_bytes(), (out / "validation.jsonl").read_bytes()


def _asked(example: Example) -> str:
    """As the appliance asks."""
    day, *rest = example.context.split("; ")
    told = dict(each.split(" ", 1) for each in rest)
    today = DAYS[day]
    names = tuple(told.get("names", "").split(", ")) if "names" in told else ()
    answer = answer_of(replace(example, steps=example.done, done=())).rstrip() if example.done else ""
    context = Context(today, told.get("focus", ""), names, example.before, re.sub(r"\^\d", "", answer))
    return ADAPTED.prefix + ADAPTED.asked(split_words(example.sentence), context)


def test_the_same_seed_gives_the_same_files(frames: Path, tmp_path: Path) -> None:
    first = _made(frames, tmp_path / "a")
    assert first == _made(frames, tmp_path / "b") != _made(frames, tmp_path / "c", "--seed", "8")
    assert all(first)


def test_what_is_written_is_read_and_no_wording_is_in_both_parts(frames: Path, tmp_path: Path) -> None:
    _made(frames, tmp_path)
    parts = {part: list(read_examples(tmp_path / f"{part}.jsonl")) for part in ("train", "validation")}
    for part, examples in parts.items():
        rows = [json.loads(line) for line in (tmp_path / f"{part}.jsonl").read_text().splitlines()]
        assert [row["answer"] for row in rows] == [answer_of(example) for example in examples]
        assert [row["prompt"] for row in rows] == [_asked(example) for example in examples]
        assert all(example.part == part and not flaw(example) for example in examples)
    assert not {each.group for each in parts["train"]} & {each.group for each in parts["validation"]}
    assert not {each.sentence for each in parts["train"]} & {each.sentence for each in parts["validation"]}


def test_frames_that_none_may_follow_are_refused_where_several_are_wanted(tmp_path: Path) -> None:
    (tmp_path / "task.yaml").write_text('task.create: ["there is a task to {title}"]\n')
    with pytest.raises(FrameBroken, match="follow"):
        list(Generator(1, tmp_path).in_one_breath(1))


def test_the_prompt_is_what_the_appliance_asks(tmp_path: Path) -> None:
    adapter, context = load_adapter(ADAPTER), Context(TODAY, "Rahul Sharma", ("Mike",))
    text = "Add a task: call Mike at 5 p.m. And milk, please!"
    write_part(tmp_path / "x", [Example(marked(split_words(text)), (), "owner", "g", context.line())], adapter)
    assert json.loads((tmp_path / "x").read_text())["prompt"] == adapter.prefix + adapter.asked(
        split_words(text), context
    )
    assert adapter.asked(split_words(text), context).startswith("add a task, call mike at 5 p.m. and milk, please\n")


def test_an_answer_is_written_as_the_brief_of_the_format_says() -> None:
    steps = (
        Step("task.create", (("title", "campaign launch"), ("when", "friday"))),
        Step("channel.assign", (("people", "sarah"),), 1),
    )
    example = Example("x", steps, "owner", "g")
    assert answer_of(example) == " task.create|title campaign launch|when friday; channel.assign^1|people sarah\n"
    assert answer_of(Example("x", (), "owner", "g")) == " none\n"
    assert answer_of(Example("x", steps[:1], "owner", "g", whole=False)) == " task.create"


def test_most_answers_are_read_back_as_they_were_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.sentences.generate.PER_FRAME", 2)
    monkeypatch.setattr("training.sentences.generate.PER_SEVERAL", 3)
    for family in ("channel", "reminder", "several", "timer"):
        (tmp_path / f"{family}.yaml").symlink_to(FOLDER / f"{family}.yaml")
    generator = Generator(7, tmp_path)
    told = kept = 0
    for example in [*generator.alone(), *generator.in_one_breath(50)]:
        if flaw(example):
            continue
        read = read_answer(answer_of(example), example.sentence, TODAY)
        told += sum(len(dict(step.slots)) for step in example.steps)
        if example.steps and not read:
            continue  # a word that says which way was misheard: rather nothing than the other way
        assert [step.action for step in read] == [step.action for step in example.steps]
        assert [step.after for step in read] == [(step.after - 1,) if step.after else () for step in example.steps]
        for step, meant in zip(read, example.steps, strict=True):
            slots = dict(meant.slots)
            kept += len(step.slots.keys() & slots.keys())
            for slot, value in step.slots.items():
                if isinstance(value, str) and not _is_turned(step.action, slot):
                    # "for eleven" is read as "at eleven".
                    assert set(plain(value).split()) <= {
                        *slots[slot].split(),
                        *slots[slot].removesuffix("'s").split(),
                        *(("at",) if slot in ("when", "old_when") else ()),
                    }
    assert kept >= 0.98 * told


def _is_turned(action: str, slot: str) -> bool:
    """Whether a spoken word is read as another one."""
    return slot == "direction" or (action, slot) in READINGS


def test_flaws_are_told() -> None:
    def example(sentence: str, *slots: tuple[str, str]) -> Example:
        return Example(sentence, (Step("task.create", slots),), "owner", "g")

    assert flaw(example("")) == flaw(example("a|b")) == flaw(example("a;b")) == "sentence"
    for missing in (example("add a b", ("title", "c")), example("add ab", ("title", "a")), example("a", ("title", ""))):
        assert flaw(missing) == "value"
    assert flaw(example("add a b", ("title", "a"), ("title", "b"))) == "slot twice"
    assert flaw(example("a " * LONGEST_VALUE + "a", ("title", ("a " * LONGEST_VALUE) + "a"))) == "long"
    assert flaw(example("tomorrow a at five", ("when", "tomorrow"), ("title", "a"), ("when", "at five"))) == ""


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_a_context_is_one_line_that_parts_nothing(seed: int) -> None:
    random = Random(seed)
    line = context_for(random.choice(TASKS).said(POOLS, random), POOLS, random)
    assert "\n" not in line and "|" not in line and line.split()[0].endswith("day")


@settings(max_examples=20)
@given(texts=st.lists(st.text(max_size=12), min_size=5, max_size=5), after=st.integers(0, 9), whole=st.booleans())
def test_any_example_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], after: int, whole: bool
) -> None:
    path = tmp_path_factory.mktemp("examples") / "x.jsonl"
    sentence, action, value, group, context = texts
    examples = [
        Example(sentence, (Step(action, (("title", value),), after),), "owner", group, context, (action,), whole)
    ] * 2
    assert write_examples(path, examples) == 2
    assert list(read_examples(path)) == examples
