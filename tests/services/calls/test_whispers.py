"""The queue of whispers."""

from __future__ import annotations

from services.calls.whispers import Whisper, Whispers


def whisper(words: str, since_s: float = 0.0, priority: int = 5, *, urgent: bool = False) -> Whisper:
    return Whisper(words, words, since_s, priority, urgent)


def told(queue: Whispers, *times: float) -> list[str]:
    found = (queue.next(at_s, owner_speaks=False) for at_s in times)
    return [each.words for each in found if each]


def test_the_most_pressing_goes_first() -> None:
    queue = Whispers()
    for each in (whisper("low", priority=2), whisper("high", priority=8), whisper("urgent", priority=1, urgent=True)):
        queue.offer(each)
    assert told(queue, 1, 2, 3) == ["urgent", "high", "low"]


def test_at_most_so_many_a_minute_but_urgent_ones() -> None:
    queue = Whispers(most_per_minute=2)
    for name in ("one", "two", "three"):
        queue.offer(whisper(name, since_s=55.0))
    assert told(queue, 55, 56, 57) == ["one", "two"]
    queue.offer(whisper("now", since_s=57.0, urgent=True))
    assert told(queue, 58) == ["now"]
    queue.offer(whisper("later", since_s=118.0))
    assert told(queue, 119) == ["later"]


def test_what_is_stale_is_left_unsaid() -> None:
    queue = Whispers()
    queue.offer(whisper("old", since_s=0.0))
    assert told(queue, 30) == []


def test_eight_words_at_most_and_each_cause_once() -> None:
    queue = Whispers()
    queue.offer(Whisper("one two three four five six seven eight nine", "cause", 0.0))
    queue.offer(Whisper("again", "cause", 0.0))
    assert told(queue, 1, 2) == ["one two three four five six seven eight"]


def test_quiet_silences_it() -> None:
    queue = Whispers()
    queue.offer(whisper("before"))
    queue.quiet(until_s=60)
    queue.offer(whisper("meanwhile", since_s=50))
    assert told(queue, 1, 55) == []
    assert told(queue, 61) == ["meanwhile"]
