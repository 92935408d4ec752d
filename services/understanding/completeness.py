"""Whether more is to come, read from the words said so far: what the end of a turn waits for
(device/hearing/turn_end.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from services.understanding.base import Command, Slot, Step
from services.understanding.vocabulary import VOCABULARY, has_all
from services.understanding.words import Word, split_words, word_set

Completeness = Literal["asked", "ordered", "extensible", "unsure", "unfinished"]
"""asked: a whole question, answered again where it goes on after all. ordered: a whole command that undo brings back.
extensible: whole, but such sentences often go on, or it can't be taken back. unsure: no sentence we know. unfinished:
it surely goes on.
"""

_LEADS_ON = word_set(
    """a an the my your our their his its this these and or but nor because if when while which whose than to of into
    onto until till via per every each another some please um uh er hmm saying called named titled"""
)
"""No sentence ends with them."""
_RARELY_LAST = word_set("for with at by from about due after before between under as is are am i in end")
"""Few sentences do: "who is it from"."""
_LIKE_AND_OR_TO = word_set("in end too")
"""How an "and" or a "to" before a pause is heard; of orders hardly one ends so."""
_LAST_OF_OTHERS = _RARELY_LAST | word_set("that")
"""Few sentences that we do not know end with them, either: "can you text my wife that"; but "delete that" is known."""
_BEGINS = word_set(
    """add put set create make remind tell ask send text message write schedule book plan note move change rename give
    assign invite charge credit remove delete take start show list read find wake"""
)
"""Verbs that ask for nothing by themselves."""
_DIGIT = re.compile(
    r"\d[\d.\-]*|zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|hundred|dash|hyphen|point"
)
_DIGITS = 3
"""So many of them in a row, with nothing behind them, are a string that somebody reads out; behind words that announce
one, a single one.
"""
_ANNOUNCES = word_set("number numbers phone mobile telephone cell code pin iban account password extension")
_NUMBER_DIGITS = 10
"""Digits of a telephone number, which is whole with them."""
_NUMBER = re.compile(
    r"[\d:.,]*\d|\w*teen|ten|eleven|twelve|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|hundred|thousand|half"
    r"|one|two|three|four|five|six|seven|eight|nine"
)
"""What may go on: twenty (five), ten (minutes), at seven (thirty)."""
_HOUR = re.compile(
    r"\d|noon|midnight|o'?clock|half|quarter|[ap]\.?m\b|\b(?:one|two|three|four|five|six|seven|eight|nine)\b"
)
_TIMED = frozenset(("meeting", "reminder", "alarm"))
"""Families in which a day alone mostly waits for its hour."""
_SURE = 0.9
"""Confidence from which nothing of a sentence was left out or put right,…"""
_MODEL_SURE = 0.8
"""…and from which the language model's reading may be the whole."""
_ALONE = frozenset(("control.confirm", "control.deny", "control.stop"))
"""Whole in a single word; "cancel", "what", "undo" are as often the first of a sentence."""


_NOT_UNDERSTOOD = "home.converse"
"""What Home Assistant is asked for nobody here understands it, so nobody knows whether it is whole."""


def completeness(command: Command) -> Completeness:
    """Of what was said so far, as the templates read it."""
    words = split_words(command.text)
    if not words:
        return "unsure"
    last = words[-1]
    sure = bool(command.steps) and command.confidence >= (_MODEL_SURE if command.source == "model" else _SURE)
    if last.text in _LEADS_ON and command.source != "reserved":
        return "unfinished"
    if not sure:
        goes_on = last.text in _LAST_OF_OTHERS or _reads_digits(words) or _has_only_begun(command, words)
        return "unfinished" if goes_on else "unsure"
    if (len(words) == 1 and command.steps[0].action not in _ALONE) or command.intent == _NOT_UNDERSTOOD:
        return "unsure"
    if not all(has_all(VOCABULARY[step.action], step.slots) for step in command.steps):
        return "unsure"
    return _whole(command, words)


def _whole(command: Command, words: list[Word]) -> Completeness:
    last = words[-1].text
    if _reads_digits(words) and any(_has_last(step, last, "text") for step in command.steps):
        return "unfinished"
    if last == "that" and any(_has_last(step, last, "text", alone=False) for step in command.steps):
        return "unfinished"
    if last in _LIKE_AND_OR_TO:
        return "unsure"
    risks = {VOCABULARY[step.action].risk for step in command.steps}
    doubtful = command.source == "model" or last in _RARELY_LAST
    if "high" in risks or doubtful or any(_may_go_on(step, last) for step in command.steps):
        return "extensible"
    return "asked" if risks == {"none"} else "ordered"


def _may_go_on(step: Step, last: str) -> bool:
    """Whether this step ends with the last word, and in a slot whose words are not bounded by anything."""
    action = VOCABULARY[step.action]
    if action.family == "home":
        return _NUMBER.fullmatch(last) is not None  # all else are names and words of lists
    for slot, said in _told(step):
        if said.split()[-1:] != [last]:
            continue
        kind = action.slots.get(slot, "text")
        if kind == "duration":
            continue
        if kind != "when" or _NUMBER.fullmatch(last):
            return kind == "when" or not (kind == "text" and action.refers.get(slot))
        if action.makes and action.family in _TIMED and not _HOUR.search(said):
            return True
    return False


def _told(step: Step) -> Iterator[tuple[str, str]]:
    for slot, value in step.slots.items():
        for words in _texts(value):
            yield slot, " ".join(word.text for word in split_words(words))


def _texts(value: Slot) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    for each in value:
        if isinstance(each, str):
            yield each
        else:
            yield from each.values()


def _has_last(step: Step, last: str, kind: str, *, alone: bool = True) -> bool:
    """Whether this step ends with the last word, in a slot of this kind; perhaps the only one of it."""
    slots = VOCABULARY[step.action].slots
    return any(
        slots.get(slot, "text") == kind and said.split()[-1:] == [last] and (alone or said != last)
        for slot, said in _told(step)
    )


def _reads_digits(words: list[Word]) -> bool:
    """Whether somebody is reading out digits: the last words are, or a written string of them, and no whole number."""
    announced = any(word.text in _ANNOUNCES for word in words)
    return (1 if announced else _DIGITS) <= _digits(words) < _NUMBER_DIGITS


def _has_only_begun(command: Command, words: list[Word]) -> bool:
    """Whether it is a verb alone, or nothing but digits. As answers they are whole, which whoever knows the question
    tells.
    """
    begun = len(words) == 1 and words[0].text in _BEGINS
    return not command.steps and (begun or all(_DIGIT.fullmatch(word.text) for word in words))


def _digits(words: list[Word]) -> int:
    """How many digits the last words are."""
    count = 0
    for word in reversed(words):
        if not _DIGIT.fullmatch(word.text):
            break
        count += max(1, sum(letter.isdigit() for letter in word.text))
    return count
