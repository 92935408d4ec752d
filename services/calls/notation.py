"""Sentence templates in hassil's notation, found anywhere within a sentence: each becomes a regular expression.

The notation is that of config/sentences (`[optional]`, `(one|other)`, `<rule>`, `{list}`). Built in are the lists:

word   one word
some   one to three words, not across a pause
deed   a word of the list `verbs`, with all that follows to the end of the sentence: what somebody does
act    the same, but any word that is not of the list `idle`
doing  a word that ends in "ing", with all that follows
rest   all that follows to the end of the sentence
number digits, or a number in words of the list `numbers`
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hassil import parse_sentence
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)
from hassil.parse_expression import ParseExpressionError
from hassil.parser import ParseError

BUILT_IN = ("word", "some", "deed", "act", "doing", "rest", "number")
_BOUNDARY = r"(?:(?<= )| (?:, )?)"
"""Between two words; a pause may stand there."""
_WORD = r"[^ ,]+"
_DEEPEST = 12


class TemplateBroken(ValueError):
    """A template that can't be read; its text says why."""


class Notation:
    """The rules and lists that the templates of some files have in common."""

    def __init__(self, rules: Mapping[str, str], lists: Mapping[str, tuple[str, ...]]) -> None:
        self._rules = rules
        self._lists = {name: _alternatives(values) for name, values in lists.items()}
        self._parsed: dict[str, Sentence] = {}

    def pattern(self, template: str) -> re.Pattern[str]:
        """What finds a template in the text of a spoken sentence. Raises TemplateBroken."""
        body = self._of(self._sentence(template).expression, 0)
        try:
            return re.compile(rf"(?<= ){body}(?:(?<= )|(?= |$))")
        except re.error as error:
            raise TemplateBroken(f"it can't be used ({error})") from None

    def _sentence(self, template: str) -> Sentence:
        if template not in self._parsed:
            try:
                self._parsed[template] = parse_sentence(template.lower(), keep_text=True)
            except (ParseError, ParseExpressionError, ValueError) as error:
                raise TemplateBroken(str(error)) from None
        return self._parsed[template]

    def _of(self, part: Expression, depth: int) -> str:
        if depth > _DEEPEST:
            raise TemplateBroken("its rules are made of themselves")
        if isinstance(part, TextChunk):
            return re.sub(r"\s+", lambda _: _BOUNDARY, re.sub(r"[^\w\s']", "", part.text))
        if isinstance(part, RuleReference):
            if part.rule_name not in self._rules:
                raise TemplateBroken(f"there is no rule <{part.rule_name}>")
            return self._of(self._sentence(self._rules[part.rule_name]).expression, depth + 1)
        if isinstance(part, ListReference):
            return self._list(part)
        assert isinstance(part, Group)
        inner = [self._of(each, depth) for each in part.items]
        if isinstance(part, Permutation):
            raise TemplateBroken("permutations (a;b) are not for calls")
        if isinstance(part, Alternative):
            return f"(?:{'|'.join(inner)})"
        return "".join(inner)

    def _list(self, part: ListReference) -> str:
        name, slot = part.list_name, part.slot_name
        if name == "word":
            body = _WORD
        elif name == "some":
            body = rf"{_WORD}(?: {_WORD}){{0,2}}"
        elif name == "rest":
            body = r"[^ ].*?(?= *$)"
        elif name == "deed":
            body = rf"{self._values('verbs')}(?= |$)(?: .*?(?= *$))?"
        elif name == "act":
            verb = rf"(?:{self._values('verbs')}|(?!{self._values('idle')}(?: |$)){_WORD})"
            body = rf"{verb}(?= |$)(?: .*?(?= *$))?"
        elif name == "doing":
            body = rf"{_WORD}ing(?= |$)(?: .*?(?= *$))?"
        elif name == "number":
            body = rf"(?:\d[\d.,:]*(?:k|%)?|{self._values('numbers')})"
        else:
            body = self._values(name)
        return f"(?P<{slot}>{body})" if slot != name or name == "deed" else body

    def _values(self, name: str) -> str:
        if name not in self._lists:
            raise TemplateBroken(f"there is no list {{{name}}}")
        return self._lists[name]


def _alternatives(values: tuple[str, ...]) -> str:
    """The longest first, so that "call back" is not taken for "call"."""
    words = sorted({value.lower() for value in values if value.strip()}, key=lambda each: (-len(each), each))
    return f"(?:{'|'.join(re.escape(word) for word in words)})" if words else r"(?!)"
