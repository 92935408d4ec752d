"""The spoken code: digits that the owner chose, asked for after a yes to something dangerous that was spoken.

What answers the question is taken off the words before anybody else sees them (`hide`): no log, no record and no
partial has it. Here it is compared, in constant time.
"""

from __future__ import annotations

import hmac
import re
import threading
import time
from collections.abc import Callable

from firmware.errors import FacultyError

MASK = "••••"
"""What stands in place of the digits."""
LEAST, MOST = 4, 12
"""Digits of a code."""
TRIES = 3
"""So many wrong ones within WITHIN_S end it for as long."""
WITHIN_S = 600.0
_ASKED_S = 120.0
"""How long after the question the digits are listened for: as long as it stays open."""
_UNITS = {
    **{
        word: str(value)
        for value, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
    },
    **{"oh": "0", "o": "0", "nil": "0", "nought": "0"},
}
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ALIKE = {"to": "2", "too": "2", "for": "4", "won": "1", "ate": "8"}
"""Heard for digits; taken for them only where nothing else is said."""
_TIMES = {"double": 2, "triple": 3}
_AROUND = frozenset(
    [
        "yes",
        "yeah",
        "it's",
        "it",
        "is",
        "the",
        "my",
        "code",
        "please",
        "and",
        "um",
        "uh",
        "okay",
        "ok",
        "so",
        "well",
        "that's",
    ]
)
"""Words around a code that are none of it."""
_WORD = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)?")


class SpokenCodeUnusable(FacultyError):
    """The secret spoken-code is no code: write 4 to 12 digits into its file, such as 4711, and nothing else."""

    code = "policy.spoken_code"


class SpokenCode:
    """One for all microphones of the appliance. Safe to use from several threads."""

    def __init__(self, digits: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises SpokenCodeUnusable for anything but 4 to 12 digits."""
        if not re.fullmatch(rf"[0-9]{{{LEAST},{MOST}}}", digits.strip()):
            raise SpokenCodeUnusable
        self._digits = digits.strip().encode()
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: dict[str, float] = {}
        """When each client was asked for it."""
        self._said: dict[str, bool] = {}
        """Whether what a client said was right, until somebody takes it."""
        self._again: set[str] = set()
        """Clients whose last try was wrong."""
        self._wrong: list[float] = []
        self._shut_until = 0.0

    @property
    def shut_s(self) -> float:
        """Seconds until it may be tried again; 0: now."""
        return max(0.0, self._shut_until - self._clock())

    def ask(self, client: str) -> bool:
        """From now on digits of this client are its answer. Whether its last one was wrong."""
        with self._lock:
            again = client in self._again
            self._again.discard(client)
            self._asked[client] = self._clock()
            self._said.pop(client, None)
            return again

    def hide(self, text: str, client: str) -> str:
        """The words without a code, where this client was asked for one; whether it was right is kept for `taken`."""
        if not self._awaited(client) or (digits := digits_in(text)) is None:
            return text
        with self._lock:
            self._said[client] = hmac.compare_digest(digits.encode(), self._digits)
        return MASK

    def hide_part(self, text: str, client: str) -> str:
        """The same of words that are still being said: whatever is a digit, or may be the beginning of a code."""
        if not self._awaited(client):
            return text
        words = _WORD.findall(text.casefold())
        return MASK if any(word.isdigit() or _number(word) for word in words) else text

    def taken(self, client: str) -> bool | None:
        """Whether the code that was said last is right; None: none was. Each counts once, and a wrong one as a try."""
        with self._lock:
            right = self._said.pop(client, None)
            if right is not None and self.shut_s:
                return False
            if right:
                self._asked.pop(client, None)
                self._wrong.clear()
            elif right is False:
                now = self._clock()
                self._again.add(client)
                self._wrong = [*(at for at in self._wrong if now - at < WITHIN_S), now]
                if len(self._wrong) >= TRIES:
                    self._shut_until, self._wrong = now + WITHIN_S, []
                    self._asked.clear()
                    self._again.clear()
            return right

    def forget(self, client: str) -> None:
        """The question is over: digits are digits again."""
        with self._lock:
            self._asked.pop(client, None)
            self._said.pop(client, None)

    def _awaited(self, client: str) -> bool:
        at = self._asked.get(client)
        return at is not None and self._clock() - at < _ASKED_S


def digits_in(text: str) -> str | None:
    """The digits that somebody says as a code: "four seven one one", "47 11", "forty-seven eleven"; None for words
    that are none. Behind other words at least three digits are one.
    """
    words = [word for word in _WORD.findall(text.casefold().replace("-", " ")) if word not in _AROUND]
    alone = all(word.isdigit() or _number(word) or word in _ALIKE or word in _TIMES for word in words)
    digits = _spelled(words, _ALIKE if alone else {})
    return digits if digits and (alone or len(digits) >= LEAST - 1) else None


def _number(word: str) -> str:
    """Its digits; empty where it is no number."""
    if word in _TEENS:
        return str(10 + _TEENS.index(word))
    return _UNITS.get(word, "") or (str(20 + 10 * _TENS.index(word)) if word in _TENS else "")


def _spelled(words: list[str], alike: dict[str, str]) -> str:
    digits, times = "", 1
    for before, word in zip(["", *words], words, strict=False):
        number = word if word.isdigit() else _number(word) or alike.get(word, "")
        if before in _TENS and len(number) == 1 and number != "0":
            digits = digits[:-1] + number  # forty seven
        else:
            digits += number * times
        times = _TIMES.get(word, 1)
    return digits
