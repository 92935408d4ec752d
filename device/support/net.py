"""The second net: takes out of a text what must not leave the device, should it have got in all the same. Pure.

Secrets are looked for letter by letter, as they are, escaped as in JSON and in addresses, in base64 and in hexadecimal.
What people said and wrote is looked for word by word: a whole sentence of up to four words, and of longer ones every
four words in a row.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote

REMOVED = "‹removed›"
_RUN = 4
"""Words in a row by which a longer text is known."""
_SHORT = 6
"""Letters: a shorter secret is taken out only where it stands by itself, or half of all words would go."""
_LEAST = 3
"""Letters of what is looked for word by word, where it is one word."""
_WORD = re.compile(r"(?<!\\)[^\W_]+(?:[’'][^\W_]+)*")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_HEX = re.compile(r"\b(?:[0-9a-fA-F]{2}){6,}\b")


class Ours(str):
    """A word of this program: a code, an action. That people write the same word tells nothing here."""


class Net:
    """Knows what to look for; counts what it took out, by what it was."""

    def __init__(self, secrets: Iterable[str] = (), texts: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        """`secrets`: passwords, tokens, keys. `texts`: what people said. `names`: each of their words, too."""
        self.counts: Counter[str] = Counter()
        self._secret = _any_of(form for secret in secrets for form in _forms(secret))
        self._runs: set[tuple[str, ...]] = set()
        for text in texts:
            self._learn(text)
        for name in names:
            self._learn(name)
            for word in _words(name):
                self._learn(word)

    def clean(self, text: str) -> str:
        """The text without it; what was taken out is counted."""
        text = self._without_secrets(_unescaped(self._without_secrets(text)))
        for what, pattern, instead in PATTERNS:
            text = pattern.sub(self._counting(what, instead), text)
        text = self._decoded(text)
        return self._without_words(text)

    def clean_json(self, told: Any) -> Any:
        """The same of every text in a JSON value; keys, numbers and words of ours stay."""
        if isinstance(told, Ours):
            return told
        if isinstance(told, str):
            return self.clean(told)
        if isinstance(told, Mapping):
            return {key: self.clean_json(value) for key, value in told.items()}
        if isinstance(told, list | tuple):
            return [self.clean_json(value) for value in told]
        return told

    def _learn(self, text: str) -> None:
        words = _words(text)
        if len(words) == 1 and len(words[0]) < _LEAST:
            return
        for at in range(max(1, len(words) - _RUN + 1) if words else 0):
            self._runs.add(tuple(words[at : at + _RUN]))

    def _without_secrets(self, text: str) -> str:
        return self._secret.sub(self._counting("secret", REMOVED), text) if self._secret else text

    def _counting(self, what: str, instead: str) -> Callable[[re.Match[str]], str]:
        def put(match: re.Match[str]) -> str:
            self.counts[what] += 1
            return match.expand(instead)

        return put

    def _decoded(self, text: str) -> str:
        """Without whatever, once decoded, holds any of it."""

        def look(match: re.Match[str]) -> str:
            if any(self._holds(plain) for plain in _readings(match[0])):
                self.counts["encoded"] += 1
                return REMOVED
            return match[0]

        return _HEX.sub(look, _BASE64.sub(look, text))

    def _holds(self, text: str) -> bool:
        if self._secret and self._secret.search(text):
            return True
        words = _words(text)
        return any(
            tuple(words[at : at + size]) in self._runs for at in range(len(words)) for size in range(1, _RUN + 1)
        )

    def _without_words(self, text: str) -> str:
        found = list(_WORD.finditer(text))
        words = [match[0].casefold().replace("’", "'") for match in found]
        kept, end, at = list[str](), 0, 0
        while at < len(words):
            most = min(_RUN, len(words) - at)
            size = next((size for size in range(most, 0, -1) if tuple(words[at : at + size]) in self._runs), 0)
            if not size:
                at += 1
                continue
            last = at + size
            # Of a longer text it goes on.
            while last < len(words) and tuple(words[max(at, last - _RUN + 1) : last + 1]) in self._runs:
                last += 1
            kept += [text[end : found[at].start()], REMOVED]
            end, at = found[last - 1].end(), last
            self.counts["words"] += 1
        return "".join((*kept, text[end:]))


def _words(text: str) -> list[str]:
    return [match[0].casefold().replace("’", "'") for match in _WORD.finditer(text)]


def _forms(secret: str) -> Iterator[str]:
    """As it may stand in a file: whole, and line by line."""
    for part in {secret, *(line for line in secret.splitlines() if len(line.strip()) >= 8)}:
        if not part.strip():
            continue
        yield part
        yield json.dumps(part)[1:-1]
        yield json.dumps(part, ensure_ascii=False)[1:-1]
        yield repr(part)[1:-1]
        for escaped in (quote(part, safe=""), quote(part), quote_plus(part)):
            yield escaped
            yield _PERCENT.sub(lambda match: match[0].lower(), escaped)
        data = part.encode()
        if len(data) >= _SHORT:
            yield data.hex()
            for before in range(3):  # base64 of a longer text that holds it, at each of three places
                whole = base64.b64encode(b"\0" * before + data).decode().rstrip("=")
                core = whole[(before * 8 + 5) // 6 : (before + len(data)) * 8 // 6]
                if len(core) >= _SHORT:
                    yield core
                    yield core.replace("+", "-").replace("/", "_")


def _any_of(forms: Iterable[str]) -> re.Pattern[str] | None:
    """Longer ones first."""
    ordered = sorted({*forms} - {""}, key=lambda form: (-len(form), form))
    if not ordered:
        return None
    return re.compile(
        "|".join(re.escape(form) if len(form) >= _SHORT else rf"(?<!\w){re.escape(form)}(?!\w)" for form in ordered)
    )


def _unescaped(text: str) -> str:
    r"""Letters for \u00e9 and %C3%A9, blanks for \n, so that words are words; what JSON needs stays."""

    def letter(match: re.Match[str]) -> str:
        code = int(match[1], 16)
        return chr(code) if code > 0x9F and not 0xD800 <= code < 0xE000 else match[0]

    def decoded(match: re.Match[str]) -> str:
        try:
            plain = unquote(match[0], errors="strict")
        except UnicodeDecodeError:
            return match[0]
        return plain if plain.isprintable() and '"' not in plain and "\\" not in plain else match[0]

    text = _PERCENT.sub(decoded, _ESCAPED.sub(letter, text))
    return re.sub(r"\\[nrt](?=\w)", lambda match: match[0] + " ", text)


def _readings(run: str) -> Iterator[str]:
    """What letters may stand for in base64 or hexadecimal."""
    plain = run.rstrip("=").replace("-", "+").replace("_", "/")
    for hexadecimal in (False, True):
        try:
            data = bytes.fromhex(run) if hexadecimal else base64.b64decode(plain + "=" * (-len(plain) % 4))
            text = data.decode("utf-8")
        except (binascii.Error, ValueError):
            continue
        if text.isprintable() or text.replace("\n", " ").replace("\t", " ").isprintable():
            yield text


_KEPT = r"(?!127\.0\.0\.1\b|0\.0\.0\.0\b|255\.)"
_BLOCK = "[0-9a-fA-F]{1,4}"

PATTERNS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (what, re.compile(form), instead)
    for what, form, instead in (
        ("key", r"(?s)-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\Z)", "‹key›"),
        ("secret", r"(?i)(\b[a-z][a-z0-9+.-]{0,20}://)[^\s/@:\"']*:[^\s/@\"']+@", r"\1‹login›@"),
        (
            "secret",
            r"(?i)(?<![a-z])((?:pass(?:word|wd|phrase)?|secret|token|api[-_ ]?key|authorization|bearer|credential)\w*"
            r"[\"']?\s*[=:]\s*[\"']?)"
            r"(?!‹)(?:Basic |Bearer )?[^\s\"',;}‹]+",
            r"\1‹secret›",
        ),
        ("secret", r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", "‹token›"),
        ("secret", r"\b(?:AKIA|ASIA|ghp_|gho_|sk-|xox[abp]-|glpat-)[A-Za-z0-9_-]{8,}", "‹token›"),
        ("mail address", r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", "‹mail›"),
        ("MAC address", r"\b(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}\b", "‹MAC›"),
        ("IP address", rf"(?<![\w.]){_KEPT}(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?![\w.]*\d)", "‹IP›"),
        ("IP address", rf"(?<![\w:])(?:{_BLOCK}:){{7}}{_BLOCK}(?![\w:])", "‹IP›"),
        ("IP address", rf"(?<![\w:])(?:{_BLOCK}:){{1,6}}(?::{_BLOCK}){{1,6}}(?:%\w+)?(?![\w:])", "‹IP›"),
        ("serial number", r"(?i)\b(serial(?:[ _-]?number)?[\"']?\s*[:=]\s*)(?!‹)[\"']?[\w.-]+", r"\1‹serial›"),
        ("telephone number", r"(?<![\w.:/+-])\+\d(?:[ ()./-]{0,2}\d){6,14}(?![\w:-]*\d)", "‹telephone›"),
        ("telephone number", r"(?<![\w.:/+-])\(?0\d{1,5}\)?[ /-]\d(?:[ -]?\d){4,10}(?![\w.:-]*\d)", "‹telephone›"),
        ("telephone number", r"(?<![\w.:/+-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w.:-]*\d)", "‹telephone›"),
        (
            "telephone number",
            r"(?<![\w.:/+-])\d{5}[ -]?\d{5}(?![\w.:-]*\d)|(?<![\w.:/+-])0\d{9,11}(?![\w.:-]*\d)",
            "‹telephone›",
        ),
        ("folder of a user", r"(/home/|/media/|/Users/)(?!‹)[^/\s\"':;,]+", r"\1‹user›"),
    )
)
"""What it is, its form, what stands in its place. In this order: a login goes before the mail address that is in it."""
