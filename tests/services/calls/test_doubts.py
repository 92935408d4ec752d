"""A side whose words can't be made out is told of once, and not believed."""

from __future__ import annotations

from services.calls.doubts import HeardDoubts


def test_another_language_is_told_of_once_and_left_out() -> None:
    doubts = HeardDoubts()
    believed, told = [], 0
    for confidence in (0.33, 0.53, 0.0, 0.26, 0.0, 0.27, 0.31):
        believed.append(doubts.believes("other", 3.0, confidence))
        told += doubts.news("other")
    assert believed == [True, True, True, False, False, False, False]
    assert told == 1
    assert not doubts.news("owner")


def test_a_poor_word_here_and_there_is_no_other_language() -> None:
    doubts = HeardDoubts()
    for confidence in (0.8, 0.3, 0.7, 0.5, 0.9, 0.2, 0.6, 0.7) * 3:
        assert doubts.believes("owner", 2.0, confidence)
    assert not doubts.news("owner")


def test_short_sounds_say_nothing_and_english_is_believed_again() -> None:
    doubts = HeardDoubts()
    for _ in range(20):
        assert doubts.believes("other", 0.4, 0.1)
    for _ in range(5):
        doubts.believes("other", 3.0, 0.1)
    assert doubts.news("other")
    assert doubts.believes("other", 3.0, 0.9)
    assert not doubts.believes("other", 3.0, 0.4)
    for _ in range(4):
        doubts.believes("other", 3.0, 0.8)
    assert doubts.believes("other", 3.0, 0.4)
