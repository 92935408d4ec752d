"""Times of the command model: one sentence in, steps out; by settings of llama.cpp, with the sentence read while it was
spoken, and with the answer foreseen, as where the templates read the same.

    python benchmarks/command_model.py [--lora FILE] [--rounds 3] [--settings] [--each]

Sentences of 3 to 20 words with one or two actions, and of two to eight actions; each counts with its median over the
rounds. Processor time beside wall time, since a busy machine stretches the latter. Every setting runs in a process of
its own, so that its memory is its own. `--lora`: another than that of the adapter; speed does not depend on what it
learnt, but on how long its answers are.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import llama_cpp

from services.understanding.model import llama as engine
from services.understanding.model.adapter import load_adapter
from services.understanding.model.base import Context
from services.understanding.model.decoder import Decoder
from services.understanding.model.llama import LlamaModel

ROOT = Path(__file__).parents[1]
MODELS = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")
TODAY = date(2026, 11, 23)
NAMES = ("Sarah", "Mike", "Priya", "Rahul Sharma")
SHORT = (
    "scrap that alarm",
    "anything from sarah today",
    "who still owes me money",
    "jot down that the boiler leaks",
    "how long until the pasta is done",
    "give mike a nudge about the campaign launch",
    "pencil in lunch with sarah on friday at noon",
    "wake me at a quarter past six every working day",
    "we have run out of milk eggs bread and washing powder",
    "i must not forget to post the parcel on my way home",
    "could you push the standup with mike back to half past ten tomorrow",
    "let the team know that i am running late and will join after lunch",
    "tick off the tax return and tell me which of my tasks are still overdue",
    "put five hundred on the account of rahul sharma for the two fans he took today",
    "start twelve minutes for the rice and another one of eight minutes for the eggs please",
    "there ought to be a channel for the website project with sarah and mike in it i think",
    "i do not want to miss the dentist on thursday at nine so tell me an hour before i leave",
    "make the report about last month and when it is finished send it to sarah and to mike by email",
    "my list for the hardware store needs screws and sandpaper while the one for the market is missing apples",
    "set up a task named quarterly budget that is due on the last friday of november and assign priya",
)
LONG = (
    "add milk to the shopping list and set a timer for ten minutes",
    "remind me to call the bank at nine, cancel the standup tomorrow and read me my tasks",
    (
        "make a task called campaign launch due friday, assign it to sarah, create a channel for it and message mike"
        " about it"
    ),
    (
        "wake me at seven, turn the volume down, remind me to feed the cat at eight, note that the boiler leaks and add"
        " bread to the list"
    ),
    (
        "cancel my alarm, what is on today, move lunch with sarah to one, send mike a message that i am late, start a"
        " timer for five minutes and complete the tax return"
    ),
    (
        "create a task to paint the fence, add brushes to the shopping list, remind me on saturday at ten, invite mike"
        " to lunch on friday, share the budget file with sarah, stop the timer and read my messages"
    ),
    (
        "set a timer for ten minutes, wake me at six, add eggs and rice to the grocery list, remind me to ring the"
        " dentist at noon, make a task called quarterly budget, assign it to priya, message sarah that i am late and"
        " tell me what is on tomorrow"
    ),
)
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "as it is": {},
    "2 threads": {"threads": 2},
    "2 threads for the prompt": {"n_threads_batch": 2},
    "without flash attention": {"flash_attn": False},
    "KV q8_0": {"type_k": llama_cpp.GGML_TYPE_Q8_0, "type_v": llama_cpp.GGML_TYPE_Q8_0},
    "batch 512": {"n_batch": 512, "n_ubatch": 512},
    "batch 16": {"n_batch": 16, "n_ubatch": 16},
    "without the LoRA": {"lora": False},
}
"""Beside how it is loaded."""


class Spent:
    """Wall and processor seconds of parts of the work, by name."""

    def __init__(self) -> None:
        self.spent: dict[str, list[tuple[float, float]]] = {}

    def on(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work, its time noted."""

        def noted(*args: Any, **kwargs: Any) -> Any:
            with self.noting(name):
                return work(*args, **kwargs)

        return noted

    @contextmanager
    def noting(self, name: str) -> Iterator[None]:
        """What is done within."""
        wall, processor = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.spent.setdefault(name, []).append((time.perf_counter() - wall, time.process_time() - processor))

    def take(self) -> dict[str, list[tuple[float, float]]]:
        """What was noted since the last time."""
        spent, self.spent = self.spent, {}
        return spent


def resident() -> dict[str, int]:
    """Own and mapped memory in use, KiB."""
    rows = (line.split() for line in Path("/proc/self/status").read_text().splitlines())
    return {row[0].rstrip(":"): int(row[1]) for row in rows if row[0] in ("RssAnon:", "RssFile:")}


def measured(
    setting: Mapping[str, Any], lora: Path | None, rounds: int, said: Sequence[str], *, ahead: bool, foreseen: bool
) -> dict[str, Any]:
    """One setting in this process: a row for each sentence, milliseconds, and the memory added, MiB."""
    more = dict(setting)
    threads, with_lora = more.pop("threads", 1), more.pop("lora", True)
    made, spent = llama_cpp.Llama, Spent()
    setattr(llama_cpp, "Llama", lambda *args, **kwargs: made(*args, **{**kwargs, **more}))  # noqa: B010 - not what its type says
    for owner, name in ((engine, "grammar_for"), (Decoder, "__init__"), (Decoder, "_best")):
        setattr(owner, name, spent.on("grammar", getattr(owner, name)))
    adapter = load_adapter(ROOT / "config/language_models/equerry-commands.toml")
    lora = (lora or MODELS / adapter.lora) if with_lora else None
    model = LlamaModel(adapter, MODELS / adapter.weights, lora=lora, threads=threads, limit_s=60.0, most_tokens=256)
    before = resident()
    with spent.noting("load"):
        model.load()
    setattr(model, "_evaluate", spent.on("_evaluate", model._evaluate))  # noqa: B010
    setattr(Decoder, "_evaluate", spent.on("eval", Decoder._evaluate))  # noqa: B010
    rows = [_row(model, text, spent, rounds, ahead=ahead, foreseen=foreseen) for text in said]
    after = resident()
    return {"rows": rows, "memory": {key: (after[key] - before[key]) / 1024 for key in after}}


def _row(model: LlamaModel, text: str, spent: Spent, rounds: int, *, ahead: bool, foreseen: bool) -> dict[str, float]:
    found: list[dict[str, float]] = []
    context = Context(TODAY, names=tuple(name for name in NAMES if name.lower() in text))
    if foreseen and (guess := model.answered(text, context)):
        context = replace(context, likely=guess.steps)
    for _ in range(rounds):
        model.answered("what is the time", Context(TODAY))
        heard = text.split()
        for end in (
            range(2, len(heard), 2) if ahead else ()
        ):  # a recogniser tells of some words at a time; the last are not told of
            model.prepare(" ".join(heard[:end]), lambda: False)
        spent.take()
        with spent.noting("all"):
            model.answered(text, context)
        took = spent.take()
        ((wall, processor),) = took["all"]
        ((prompt, prompt_processor),) = took["_evaluate"]
        tokens = len(took["grammar"]) - 2
        first = prompt + took["eval"][0][0] + sum(each for each, _ in took["grammar"][:3])
        found.append(
            {
                "prompt": prompt,
                "prompt processor": prompt_processor,
                "first": first,
                "token": sum(each for each, _ in took["eval"]) / tokens,
                "token processor": sum(each for _, each in took["eval"]) / tokens,
                "grammar": sum(each for each, _ in took["grammar"]),
                "grammar built": sum(each for each, _ in took["grammar"][:2]),
                "all": wall,
                "processor": processor,
                "tokens": tokens / 1000,
            }
        )
    return {key: 1000 * statistics.median(each[key] for each in found) for key in found[0]}


def quantile(values: Sequence[float], share: float) -> float:
    """The value that so many are at most as large as."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def line(name: str, told: Mapping[str, Any]) -> str:
    """A row of the table."""
    rows = told["rows"]
    cells = [
        f"{quantile([row[key] for row in rows], share):.0f}" for key in ("all", "processor") for share in (0.5, 0.95)
    ]
    cells += [
        f"{statistics.median(row[key] for row in rows):.1f}"
        for key in ("prompt", "prompt processor", "first", "token", "token processor")
    ]
    cells += [f"{statistics.median(row['tokens'] for row in rows):.0f}", f"{max(row['tokens'] for row in rows):.0f}"]
    cells += [f"{statistics.median(row['grammar built'] for row in rows):.1f}"]
    cells += [f"{100 * sum(row['grammar'] for row in rows) / sum(row['all'] for row in rows):.0f} %"]
    memory = told["memory"]
    return f"| {name} | {' | '.join(cells)} | {memory['RssAnon']:.0f} + {memory['RssFile']:.0f} |"


HEAD = (
    "| | p50 | p95 | p50 processor | p95 processor | prompt | processor | first token | a token | processor | tokens |"
    " most | grammar built | grammar's share | memory, own + mapped |\n|" + "---|" * 16
)


def main() -> None:
    """Print the tables."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--lora", type=Path)
    told.add_argument("--rounds", type=int, default=3)
    told.add_argument(
        "--settings", action="store_true", help="try llama.cpp's settings too, on a quarter of the sentences"
    )
    told.add_argument("--each", action="store_true", help="a row for every sentence")
    told.add_argument("--one", help=argparse.SUPPRESS)
    asked = told.parse_args()
    if asked.one:
        wanted = json.loads(asked.one)
        print(
            json.dumps(
                measured(
                    wanted["setting"],
                    asked.lora,
                    asked.rounds,
                    wanted["said"],
                    ahead=wanted["ahead"],
                    foreseen=wanted["foreseen"],
                )
            )
        )
        return

    def apart(
        setting: Mapping[str, Any], said: Sequence[str], *, ahead: bool = False, foreseen: bool = False
    ) -> dict[str, Any]:
        wanted = json.dumps({"setting": setting, "said": said, "ahead": ahead, "foreseen": foreseen})
        command = [sys.executable, "-m", "benchmarks.command_model", "--rounds", str(asked.rounds), "--one", wanted]
        command += ["--lora", str(asked.lora)] if asked.lora else []
        done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return result

    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{machine}, llama-cpp-python {llama_cpp.__version__}; milliseconds, MiB\n\n{HEAD}")
    for name, said in (("up to 20 words", SHORT), ("two to eight actions", LONG), ("eight actions", LONG[-1:])):
        for way, ahead, foreseen in (
            ("", False, False),
            (", read while spoken", True, False),
            (", and foreseen", True, True),
        ):
            result = apart({}, said, ahead=ahead, foreseen=foreseen)
            print(line(name + way, result), flush=True)
            if asked.each:
                for text, row in zip(said, result["rows"], strict=True):
                    print(line(f"· {text}", {"rows": [row], "memory": result["memory"]}))
    for name, setting in SETTINGS.items() if asked.settings else ():
        print(line(f"a quarter of them, {name}", apart(setting, SHORT[1::4])), flush=True)


if __name__ == "__main__":
    main()
