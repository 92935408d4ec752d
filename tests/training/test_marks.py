"""Commas and full stops stand where steps end, change no word, and are often left out."""

from __future__ import annotations

from collections import Counter
from random import Random

from services.understanding.words import marked, split_words
from training.sentences.frames import FOLDER, SEVERAL, Named, plain, read_frames
from training.sentences.marks import written
from training.sentences.notation import read_frame
from training.sentences.pools import Pools

POOLS = Pools()
FRAMES = [named for path in sorted(FOLDER.glob("breath_*.yaml")) for named in read_frames(path)][::7]


def _ways(line: str, count: int = 400) -> Counter[str]:
    """How often a frame is written how."""
    random, named = Random(3), Named(SEVERAL, line, read_frame(line))
    return Counter(written(named.said(POOLS, random), random) for _ in range(count))


def test_where_a_step_ends_a_comma_stands_or_a_full_stop_or_nothing() -> None:
    ways = _ways("<task.create> add {title=soup} <task.query> show it")
    assert ways.keys() >= {"add soup show it", "add soup, show it", "add soup. show it"}
    assert ways["add soup, show it"] > ways["add soup. show it"] > 0.05 * ways.total()
    assert 0.4 * ways.total() < ways["add soup show it"] < 0.7 * ways.total()


def test_a_comma_stands_before_and_not_behind_it() -> None:
    ways = _ways("<task.create> add {title=soup} and <task.query> show it")
    assert ways["add soup, and show it"] > 0.1 * ways.total() > 0.05 * ways.total() > ways["add soup and, show it"]


def test_a_pause_is_written_where_marks_are_and_is_no_full_stop() -> None:
    ways = _ways("<task.create> so , add {title=soup}, tea")
    assert ways["so, add soup, tea"] > 0.2 * ways.total() and not any("." in way for way in ways)


def test_marks_change_no_word_and_are_those_that_a_model_is_shown() -> None:
    random = Random(7)
    for named in FRAMES:
        said = named.said(POOLS, random)
        way = written(said, random)
        assert plain(way) == said.words
        assert marked(split_words(way)) == way
