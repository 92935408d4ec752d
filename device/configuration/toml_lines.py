"""In which line of a TOML file each key stands: the parser of the standard library tells what, not where."""

from __future__ import annotations

import re
from collections.abc import Mapping

Where = tuple[str, ...]

_SKIPPED = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_NAME = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_NAMES = re.compile(rf"{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*")
_EACH = re.compile(_NAME)
_STRING = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}'''
    r"""|'{3}.*?'{3,5}"""
    r'''|"(?:\\.|[^"\\\n])*"'''
    r"""|'[^'\n]*'""",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^\"'#\[\]{}\n]+")
_BROKEN = re.compile(r"at line (\d+)")


def lines_of(text: str) -> Mapping[Where, int]:
    """The line, from 1, of each key and heading, but of keys within inline tables. What is no TOML is skipped."""
    found: dict[Where, int] = {}
    section: Where = ()
    at = 0
    while (at := _after(_SKIPPED, text, at)) < len(text):
        line = text.count("\n", 0, at) + 1
        heading = text[at] == "["
        if heading:
            at = _after(re.compile(r"\[+[ \t]*"), text, at)
        names = _NAMES.match(text, at)
        where = _parts(names.group()) if names else ()
        if heading:
            section = where
        elif where:
            where = (*section, *where)
        for length in range(1, len(where) + 1):
            found.setdefault(where[:length], line)
        at = _end(text, names.end() if names else at, within=0)
    return found


def broken_line(words: str, text: str) -> int:
    """Where tomllib found what is wrong, by what it says of it."""
    told = _BROKEN.search(words)
    return int(told.group(1)) if told else text.rstrip().count("\n") + 1


def _parts(names: str) -> Where:
    return tuple(each.strip("\"'") for each in _EACH.findall(names))


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _end(text: str, at: int, *, within: int) -> int:
    """Past the line's end after a value, which may span lines within quotes and brackets."""
    while at < len(text):
        letter = text[at]
        if letter == "\n" and within <= 0:
            return at + 1
        if letter in "\"'":
            string = _STRING.match(text, at)
            at = string.end() if string else at + 1
            continue
        if letter == "#":
            at = _after(re.compile(r"[^\n]*"), text, at)
            continue
        within += (letter in "[{") - (letter in "]}")
        at = max(at + 1, _after(_PLAIN, text, at)) if letter not in "[]{}\n" else at + 1
    return at
