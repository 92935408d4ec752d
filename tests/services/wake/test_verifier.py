"""The second stage of a word: what it weighs, its file, and what it learns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.wake.base import WakeModelUnusable
from services.wake.features import Floats
from services.wake.head import Head
from services.wake.kept import STEPS, Wakes
from services.wake.verifier import HOPELESS, LEAST_SURE, Verifier, borne_out, heard, hidden, load_verifier, packed

SIZE = 16 * 96


def verifier(seed: int = 0) -> Verifier:
    random = np.random.default_rng(seed)
    layers = (
        (random.normal(0, 0.05, (SIZE, 8)).astype(np.float32), np.zeros(8, np.float32)),
        (random.normal(0, 1, (8, 1)).astype(np.float32), np.zeros(1, np.float32)),
    )
    head = Head("alexa", np.zeros(96, np.float32), np.ones(96, np.float32), layers)
    kept = hidden(head, windows(20, seed + 1))
    return Verifier(head, 0.02, np.array([0.5, 0.25, 1, 1, -1], np.float32), kept)


def windows(count: int, seed: int, steps: int = 16) -> Floats:
    return np.random.default_rng(seed).standard_normal((count, steps, 96)).astype(np.float32)


def test_it_weighs_both_stages_of_the_sound_as_it_is_and_without_its_noise() -> None:
    judge, window, quiet = verifier(), windows(1, 5), windows(1, 6)
    logits = judge.head.logits(np.concatenate((window, quiet)))
    expected = 0.5 * np.log(0.7 / 0.3) + 0.25 * np.log(0.2 / 0.8) + logits.sum() - 1
    assert judge.score(0.7, 0.2, window, quiet) == pytest.approx(1 / (1 + np.exp(-expected)), abs=1e-5)


@pytest.mark.parametrize(("first", "second"), [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
def test_scores_of_nothing_and_of_all_are_numbers(first: float, second: float) -> None:
    assert 0 <= verifier().score(first, second, windows(1, 1), windows(1, 2)) <= 1


def test_what_is_read_is_what_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "alexa.npz"
    path.write_bytes(packed(verifier()))
    again = load_verifier(path)
    assert again and again.floor == pytest.approx(0.02)
    window, quiet = windows(1, 5), windows(1, 6)
    assert again.score(0.3, 0.4, window, quiet) == pytest.approx(verifier().score(0.3, 0.4, window, quiet), abs=1e-5)
    np.testing.assert_allclose(again.kept, verifier().kept, atol=1e-3)


def test_a_word_without_a_second_stage_has_none(tmp_path: Path) -> None:
    assert load_verifier(tmp_path / "hey_bob.npz") is None


@pytest.mark.parametrize("length", [0, 1, 100, -1])
def test_a_damaged_file_is_a_sentence(tmp_path: Path, length: int) -> None:
    path = tmp_path / "alexa.npz"
    path.write_bytes(packed(verifier())[:length])
    with pytest.raises(WakeModelUnusable, match=r"alexa\.npz can't be used"):
        load_verifier(path)


def test_a_head_alone_is_no_second_stage(tmp_path: Path) -> None:
    path = tmp_path / "alexa.npz"
    path.write_bytes(verifier().head.packed())
    with pytest.raises(WakeModelUnusable, match="no second stage"):
        load_verifier(path)


@pytest.mark.parametrize("wrong", [{"kept": np.zeros((3, 5), np.float32)}, {"weights": np.zeros(3, np.float32)}])
def test_parts_that_do_not_belong_together_are_a_sentence(tmp_path: Path, wrong: dict[str, Floats]) -> None:
    path = tmp_path / "alexa.npz"
    path.write_bytes(packed(replace(verifier(), **wrong)))
    with pytest.raises(WakeModelUnusable, match="do not belong together"):
        load_verifier(path)


def test_what_woke_it_wrongly_scores_nothing_until_it_is_forgotten() -> None:
    judge, alarm = verifier(), windows(1, 9, STEPS)
    window = alarm[:, -16:]
    before = judge.score(0.9, 0.9, window, window)
    assert before > 0
    judge.learn(Wakes.none().with_one("alexa", alarm[0].astype(np.float16), 1.0, sure=True), Wakes.none())
    assert judge.score(0.9, 0.9, window, window) == 0.0
    judge.learn(Wakes.none(), Wakes.none())
    assert judge.score(0.9, 0.9, window, window) == before


def test_what_was_meant_is_not_lost_to_a_wrong_wake_that_sounds_the_same() -> None:
    judge, said = verifier(), windows(1, 9, STEPS)[0].astype(np.float16)
    wakes = Wakes.none().with_one("alexa", said, 1.0, sure=True)
    judge.learn(wakes, wakes)
    window = said[None, -16:].astype(np.float32)
    assert judge.score(0.9, 0.9, window, window) > 0


def test_the_ears_are_asked_only_while_there_is_hope_and_only_by_those_that_were_taught_to() -> None:
    asked: list[int] = []

    def ask() -> tuple[float, float]:
        asked.append(1)
        return -1.0, -0.5

    deaf, window = verifier(), windows(1, 5)
    assert deaf.score(0.5, 0.5, window, window, ask) == deaf.score(0.5, 0.5, window, window) and not asked
    hearing = replace(deaf, ears=np.array([0.5, 1.0, 2.0, 3.0], np.float32))
    verdict = deaf.verdict(0.5, 0.5, window, window)
    expected = 0.5 * verdict - 1.0 - 1.0 + 3.0
    assert verdict > -4
    assert hearing.score(0.5, 0.5, window, window, ask) == pytest.approx(1 / (1 + np.exp(-expected)), abs=1e-5)
    hopeless = replace(hearing, weights=np.array([0, 0, 0, 0, -5], np.float32))
    assert hopeless.score(0.5, 0.5, window, window, ask) < 0.05 and len(asked) == 1


def test_what_the_ears_count_for_is_kept(tmp_path: Path) -> None:
    path, ears = tmp_path / "alexa.npz", np.array([0.5, 1.0, 2.0, 3.0], np.float32)
    path.write_bytes(packed(replace(verifier(), ears=ears)))
    found = load_verifier(path)
    assert found and found.ears is not None
    np.testing.assert_array_equal(found.ears, ears)


@pytest.mark.parametrize(
    ("phrase", "best", "counts"),
    [(-1.0, -0.5, (-1.0, -0.5)), (-99.0, -1.0, (-12.0, -12.0)), (-0.5, -2.0, (-0.5, 0.0))],
)
def test_what_counts_of_their_answer(phrase: float, best: float, counts: tuple[float, float]) -> None:
    assert heard(phrase, best) == counts


@pytest.mark.parametrize(
    ("verdict", "behind", "woken"),
    [
        (0.0, 0.0, True),  # neither in doubt
        (-1.5, -0.5, True),  # hardly heard by the head, surely by the ears
        (0.0, LEAST_SURE - 0.1, False),  # other words are likelier to the ears
        (3.0, -9.0, True),  # the head is sure enough for both
        (3.0, -12.0, False),
        (HOPELESS, 0.0, False),  # nothing makes up for it
    ],
)
def test_a_learnt_word_is_borne_out_by_head_and_ears_together(verdict: float, behind: float, woken: bool) -> None:
    assert (borne_out(verdict, -20.0 + behind, -20.0) > 0) == woken


@given(st.floats(-12, 12), st.floats(-60, 0), st.floats(-60, 0), st.floats(0, 5))
def test_more_of_either_never_wakes_less(verdict: float, phrase: float, best: float, more: float) -> None:
    before = borne_out(verdict, phrase, best)
    assert borne_out(verdict + more, phrase, best) >= before
    assert borne_out(verdict, min(phrase + more, 0.0), best) >= before
