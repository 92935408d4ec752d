"""The circuit breaker before a language model, and its memory; by a clock that the test moves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest

from services.understanding.base import EngineUncompiled, LanguageModelUnusable, Step
from services.understanding.mock import ScriptedModel
from services.understanding.model.base import Context, Guess
from services.understanding.model.guarded import KEPT, KEPT_S, GuardedModel
from services.understanding.model.patience import Spent, ahead, together

TODAY = Context(date(2026, 11, 23))
GUESS = Guess((Step("list.query", {}),), 0.4)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def ask(model: GuardedModel, *texts: str) -> list[Guess | None]:
    return [model.read(text, TODAY) for text in texts]


@pytest.mark.parametrize("trouble", ["broken", "slow"])
def test_it_opens_after_failures_in_a_row_and_tries_again_by_itself(
    trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    clock, engine = Clock(), ScriptedModel({"known": GUESS}, **{trouble: True})
    model = GuardedModel(engine, failures=3, rest_s=60, clock=clock)
    assert model.state == "closed"
    assert ask(model, "a", "b", "c", "d") == [None] * 4
    assert (model.state, engine.asked) == ("open", ["a", "b", "c"])
    assert model.trouble is not None
    assert "circuit open, was closed" in caplog.text
    clock.now += 59.9
    assert ask(model, "known") == [None]
    assert (model.state, engine.asked) == ("open", ["a", "b", "c"])
    clock.now += 0.1
    assert model.state == "half-open"
    assert ask(model, "e", "f") == [None, None]
    assert (model.state, engine.asked) == ("open", ["a", "b", "c", "e"])
    clock.now += 60
    engine.broken = engine.slow = False
    assert ask(model, "known") == [GUESS]
    assert (model.state, model.trouble) == ("closed", None)
    assert "circuit closed, was half-open" in caplog.text


def test_an_engine_that_is_still_being_compiled_is_no_failure() -> None:
    engine = ScriptedModel({"known": GUESS}, uncompiled=True)
    model = GuardedModel(engine, failures=2, clock=Clock())
    model.load()
    assert ask(model, "known", "a", "b", "known") == [None] * 4
    assert isinstance(model.trouble, EngineUncompiled) and model.state == "closed"
    with ahead(lambda: False):
        assert ask(model, "known") == [None]
    engine.uncompiled = False
    assert ask(model, "known") == [GUESS] and model.trouble is None


def test_failures_that_are_not_in_a_row_do_not_open_it() -> None:
    engine = ScriptedModel({})
    model = GuardedModel(engine, failures=2, clock=Clock())
    for n in range(6):
        engine.slow = n % 2 == 0
        ask(model, str(n))
    assert model.state == "closed"
    assert len(engine.asked) == 6


def test_the_same_sentence_in_the_same_context_is_answered_from_memory_for_a_while() -> None:
    clock, engine = Clock(), ScriptedModel({"known": GUESS})
    model = GuardedModel(engine, clock=clock)
    assert ask(model, "known", "known", "else", "else") == [GUESS, GUESS, None, None]
    assert engine.asked == ["known", "else"]
    clock.now += KEPT_S - 1
    ask(model, "known")
    assert len(engine.asked) == 2
    model.read("known", Context(TODAY.today, focus="Rahul"))
    assert len(engine.asked) == 3
    clock.now += 1
    ask(model, "known")
    assert len(engine.asked) == 4


def test_what_was_asked_least_lately_is_forgotten_and_failures_are_not_kept() -> None:
    engine = ScriptedModel({})
    model = GuardedModel(engine, clock=Clock())
    ask(model, *(str(n) for n in range(KEPT + 1)))
    ask(model, str(KEPT), "0")
    assert engine.asked.count("0") == 2
    assert engine.asked.count(str(KEPT)) == 1
    engine.slow = True
    ask(model, "slow", "slow")
    assert engine.asked.count("slow") == 2


def test_answers_are_remembered_while_the_circuit_is_open() -> None:
    engine = ScriptedModel({"known": GUESS})
    model = GuardedModel(engine, failures=1, clock=Clock())
    ask(model, "known")
    engine.broken = True
    assert ask(model, "other", "known") == [None, GUESS]
    assert model.state == "open"


def test_loading_counts_and_raises_nothing() -> None:
    model = GuardedModel(ScriptedModel({}, broken=True), failures=1, clock=Clock())
    model.load()
    assert model.state == "open"


def test_who_comes_while_it_answers_another_gets_no_answer() -> None:
    inside, leave = threading.Event(), threading.Event()

    class Busy(ScriptedModel):
        def read(self, text: str, context: Context, stop: Callable[[], bool] = lambda: False) -> Guess | None:
            inside.set()
            assert leave.wait(20)
            return super().read(text, context, stop)

    engine = Busy({"known": GUESS})
    model = GuardedModel(engine, clock=Clock())
    first: list[list[Guess | None]] = []
    thread = threading.Thread(target=lambda: first.append(ask(model, "known")))
    thread.start()
    assert inside.wait(20)
    assert ask(model, "known", "else") == [None, None]
    leave.set()
    thread.join(20)
    assert first == [[GUESS]]
    assert ask(model, "known") == [GUESS]
    assert engine.asked == ["known"]


def test_what_is_begun_is_prepared_and_a_sentence_to_read_ends_that() -> None:
    inside, waited = threading.Event(), threading.Event()

    class Slow(ScriptedModel):
        def prepare(self, text: str, stop: Callable[[], bool] = lambda: False) -> None:
            inside.set()
            while text == "kn" and not stop():
                waited.wait(0.001)
            super().prepare(text, stop)

    engine = Slow({"known": GUESS})
    model = GuardedModel(engine, clock=Clock())
    model.prepare("k")
    assert engine.prepared == ["k"]
    inside.clear()
    thread = threading.Thread(target=model.prepare, args=("kn",))
    thread.start()
    assert inside.wait(20)
    assert ask(model, "known") == [GUESS]
    thread.join(20)
    assert engine.prepared == ["k"]
    model.prepare("else")
    assert engine.prepared == ["k", "else"]


def test_nothing_is_prepared_while_it_answers_or_is_left_alone() -> None:
    class Asked(ScriptedModel):
        def read(self, text: str, context: Context, stop: Callable[[], bool] = lambda: False) -> Guess | None:
            model.prepare("meanwhile")
            return super().read(text, context, stop)

    engine = Asked({"known": GUESS})
    model = GuardedModel(engine, failures=1, clock=Clock())
    assert ask(model, "known") == [GUESS]
    engine.broken = True
    model.prepare("known")
    assert (model.state, type(model.trouble)) == ("closed", LanguageModelUnusable)
    ask(model, "other")
    assert model.state == "open"
    engine.broken = False
    model.prepare("other")
    assert engine.prepared == []


def test_a_bug_is_not_hidden() -> None:
    class Wrong(ScriptedModel):
        def read(self, text: str, context: Context, stop: Callable[[], bool] = lambda: False) -> Guess | None:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(GuardedModel(Wrong({})), "a")


def test_readings_of_one_utterance_take_no_longer_together_than_they_may() -> None:
    clock = Clock()

    class Takes(ScriptedModel):
        def read(self, text: str, context: Context, stop: Callable[[], bool] = lambda: False) -> Guess | None:
            clock.now += 2.5
            return super().read(text, context, stop)

    engine = Takes(dict.fromkeys("abcdef", GUESS))
    model = GuardedModel(engine, together_s=4.0, clock=clock)
    with together(Spent()):
        assert ask(model, "a", "b", "c") == [GUESS, GUESS, None]
        assert ask(model, "a") == [GUESS], "what is known costs nothing"
    assert engine.asked == ["a", "b"] and model.state == "closed"
    with together(Spent()):
        assert ask(model, "c") == [GUESS], "the next utterance has its own time"
    assert ask(model, "d", "e", "f") == [GUESS] * 3, "outside of any, each for itself"


def test_marks_at_the_end_make_no_other_sentence() -> None:
    engine = ScriptedModel({"call the bank": GUESS})
    model = GuardedModel(engine, clock=Clock())
    assert ask(model, "call the bank.", "call the bank", "call the bank!") == [GUESS] * 3
    assert engine.asked == ["call the bank"]


def test_what_is_stale_is_given_up_and_not_kept() -> None:
    engine = ScriptedModel({"known": GUESS})
    model = GuardedModel(engine, clock=Clock())
    with ahead(lambda: True):
        assert ask(model, "known") == [None]
    with ahead(lambda: False):
        assert ask(model, "known") == [GUESS]
    assert ask(model, "known") == [GUESS]
    assert engine.asked == ["known", "known"]
