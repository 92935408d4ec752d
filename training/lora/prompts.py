"""An example as the text a model reads and the text it is to answer, as services.understanding.model asks and reads
them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from services.understanding.model.adapter import Adapter
from services.understanding.model.base import Context
from services.understanding.model.grammar import LONGEST_VALUE, SIGNS
from training.sentences.examples import Example, Step
from training.sentences.frames import NONE, Sentence, plain
from training.sentences.pools import Pools

_NAMED = frozenset(
    ("person", "people", "project", "channel", "customer", "assignees", "attendees", "recipients", "name")
)
"""Pools whose words a store may know as names."""


def answer_of(example: Example) -> str:
    """`␣task.create|title campaign launch|when friday; channel.assign^1|people sarah and mike⏎`, unfinished where not
    all is known. What goes on from another sentence stands behind the steps of that one.
    """
    joined = ";" if example.done else ""
    if not example.steps:
        return "\n" if example.done else f" {NONE}\n"
    if not example.whole:
        return f"{joined} {example.steps[0].action}"
    return joined + ";".join(map(_told, example.steps)) + "\n"


def prompt_of(example: Example, adapter: Adapter) -> str:
    """What comes before the answer."""
    said = f"{example.before}, {example.sentence}" if example.before else example.sentence
    asked = adapter.prefix + adapter.question.format(sentence=said, context=example.context)
    return asked + ";".join(_told(replace(step, after=0)) for step in example.done)


def _told(step: Step) -> str:
    after = f"^{step.after}" if step.after else ""
    return f" {step.action}{after}{''.join(f'|{slot} {words}' for slot, words in step.slots)}"


def flaw(example: Example) -> str:
    """What makes an example unfit; empty where it is sound: every value stands in the sentence, is short enough to be
    read, and only times stand twice in a step.
    """
    said = f" {plain(example.sentence)} "
    if not example.sentence or not SIGNS.isdisjoint(example.sentence):
        return "sentence"
    for step in example.steps:
        names = [slot for slot, _ in step.slots if slot not in ("when", "recurrence")]
        if len(names) != len(set(names)):
            return "slot twice"
        if any(not words or f" {words} " not in said for _, words in step.slots):
            return "value"
        if any(len(words.split()) > LONGEST_VALUE for _, words in step.slots):
            return "long"
    return ""


def context_for(sentence: Sentence | None, pools: Pools, random: Random) -> str:
    """A context line as the appliance might have it: any day, now and then what was spoken of, and names that it knows
    of the sentence.
    """
    today = date(2024, 1, 1) + timedelta(random.randrange(1500))
    focus = pools.say(random.choice(("customer", "task", "person")), random) if random.random() < 0.15 else ""
    names: tuple[str, ...] = ()
    if sentence and random.random() < 0.35:
        names = tuple(plain(piece.words) for piece in sentence.pieces if piece.slot and piece.pool in _NAMED)[:3]
    return Context(today, focus, names).line()
