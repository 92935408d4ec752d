"""Text as a person would say it: words and punctuation only. Pure; English.

speakable("Meet Dr. Lee at 5:30 PM, $20 each")   "Meet Doctor Lee at five thirty P M, twenty dollars each"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from services.speech.voice.dates import CALENDAR, TIMES
from services.speech.voice.numerals import NUMERALS, TELEPHONE, Rule

LONGEST_TEXT = 4_000
"""Characters; what goes beyond is not spoken. Nobody listens to a reply of five minutes."""
_LONGEST_LINK = 40
"""Characters; of a longer link only the site is named."""


def _rules(*table: tuple[str, str | Callable[[re.Match[str]], str]]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), say if callable(say) else _template(say)) for pattern, say in table)


def _template(words: str) -> Callable[[re.Match[str]], str]:
    return lambda match: match.expand(words)


def _spelled(match: re.Match[str]) -> str:
    return " ".join(match.group().replace(".", "").upper())


def _mail(match: re.Match[str]) -> str:
    local, _, host = match.group().partition("@")
    return f"{_named_signs(local)} at {_named_signs(host)}"


def _link(match: re.Match[str]) -> str:
    whole = match.group()
    link = whole.rstrip(".,;:!?'\"")
    place = re.sub(r"^(?:\w+://)?(?:www\.)?|[?#].*$|/$", "", link)
    if len(place) > _LONGEST_LINK:
        place = place.partition("/")[0]
    return _named_signs(place) + whole[len(link) :]


def _named_signs(place: str) -> str:
    names = {".": " dot ", "/": " slash ", "-": " dash ", "_": " underscore ", "+": " plus ", ":": " colon "}
    return "".join(names.get(char, char) for char in place)


_MARKDOWN = _rules(
    (r"```\w*\n?|`+", ""),
    (r"!?\[([^\]]*)\]\([^)\s]*(?: \"[^\"]*\")?\)", r"\1"),
    (r"(?m)^[ ]*(?:[-*_][ ]*){3,}$", ""),
    (r"(?m)^[ ]*\|?(?:[ ]*:?-{3,}:?[ ]*\|)+[ ]*:?-*:?[ ]*$", ""),
    (r"(?m)^[ ]*(?:(?:#{1,6}|>+|[-*+•▪◦])[ ]+)+(?=\S)", ""),
    (r"(?m)^[ ]*\d{1,2}[.)][ ]+(?=[^\W\d])", ""),
    (r"(\*\*\*|\*\*|\*|___|__|~~)(?=\S)(.+?)(?<=\S)\1", r"\2"),
    (r"(?<!\w)_(?=\S)([^_\n]+)(?<=\S)_(?!\w)", r"\1"),
    (r"(?m)^[ ]*\|[ ]*|[ ]*\|[ ]*$", ""),
    (r"[ ]*\|[ ]*", ", "),
)

_PLACES = _rules(
    (r"\b(?:https?|ftp)://[^\s<>()\"]+|\bwww\.[^\s<>()\"]+", _link),
    (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _mail),
)

_ABBREVIATIONS = _rules(
    (r"\bDr\.?(?= [A-Z])", "Doctor"),
    (r"\bMr(?:\.|(?= [A-Z]))", "Mister"),
    (r"\bMrs\.?(?= [A-Z])", "Missus"),
    (r"\bMs\.?(?= [A-Z])", "Miz"),
    (r"\bProf\.(?= [A-Z])", "Professor"),
    (r"\bSt\.(?= [A-Z])", "Saint"),
    (r"(?<=[a-z] )St\.", "Street"),
    (r"\b[Ee]\.g\.,?", "for example,"),
    (r"\b[Ii]\.e\.,?", "that is,"),
    (r"\betc\.(?=\s*$|\s+[A-Z])", "et cetera."),
    (r"\betc\b\.?", "et cetera"),
    (r"\b[Vv]s\b\.?", "versus"),
    (r"\b[Aa]pprox\.", "approximately"),
    (r"\b[Nn]o\. ?(?=\d)", "number "),
    (r"\b[Ee]xt\. ?(?=\d)", "extension "),
    (r"\bpp\. ?(?=\d)", "pages "),
    (r"\bp\. ?(?=\d)", "page "),
    (r"\b[Dd]ept\.", "department"),
    (r"\bJr\.", "Junior"),
    (r"\bSr\.", "Senior"),
    (r"\b([Ii]nc|[Cc]orp|[Ll]td|[Cc]o)\.(?=,? [a-z])", r"\1"),
    (r"\bPh\.? ?D\.?(?!\w)", "P H D"),
    (r"\b[Ww]/o\b", "without"),
    (r"\b[Ww]/(?=[ ]?\w)", "with "),
)

_SIGNS = _rules(
    (r"\s*(?:→|⇒|-+>|=+>)\s*", " to "),
    (r"[~≈]\s*(?=\d|[$€£₹¥])", "about "),
    (r"(?:<=|≤)\s*(?=\d)", "at most "),
    (r"(?:>=|≥)\s*(?=\d)", "at least "),
    (r"<\s*(?=\d)", "less than "),
    (r">\s*(?=\d)", "more than "),
    (r"(?<=\d) ?[×*] ?(?=\d)", " times "),
    (r" ?÷ ?", " divided by "),
    (r"± ?", "plus or minus "),
    (r" ?& ?", " and "),
    (r"(?<=[\w ])\+(?=[ \d])", " plus "),
    (r" ?=+ ?", " equals "),
    (r"(?<=\w)@(?=\w)| @ ", " at "),
)

_DOTS = _rules(
    (
        r"(?<![\w.])(?:[A-Za-z]\.){2,}(?=\s+[A-Z]|\s*$)",
        lambda m: _spelled(m) + ("." if not m.string[m.end() :].strip() else ""),
    ),
    (r"(?<![\w.])(?:[A-Za-z]\.)+[A-Za-z]\b\.?", _spelled),
    (r"(?<=\w\w)\.(?=[a-z]{2})", " dot "),
    (r"(?:\.{2,}|…)(?=\s*$|\s+[A-Z])", ". "),
    (r"\.{2,}|…", ", "),
)

_PUNCTUATION = _rules(
    (r"\s*[\])}]", ", "),
    (r"\s*[(\[{]", ", "),
    (r"\s[-–—]+\s|\s*[–—]+\s*|-{2,}", ", "),
    (r"(?m)(?<=[^\s.,;:!?])[^\S\n]*$(?!\Z)", "."),
    (r"[^\w\s.,;:!?'-]|_", " "),
    (r"(?<!\w)['-]+|['-]+(?!\w)|(?<=[-'])[-']+", " "),
)

_TIDY = _rules(
    (r"\s+", " "),
    (r"(?:\s*[.,;:!?])+", lambda m: next(mark for mark in "?!.;:," if mark in m.group())),
    (r"^[ .,;:!?]+", ""),
    (r"[,;: ]+$", ""),
    (r"(?<=[.,;:!?])(?=\w)", " "),
)

_VULGAR = str.maketrans({"½": " 1/2 ", "⅓": " 1/3 ", "⅔": " 2/3 ", "¼": " 1/4 ", "¾": " 3/4 "})
_PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "“": '"',
        "”": '"',
        "−": "-",
        "‑": "-",
        "\u00ad": "",
        "\t": " ",
        "℃": "°C",
        "℉": "°F",
    }
)


def speakable(text: str) -> str:
    """`text` without digits, signs, Markdown and emoji: Latin letters, spaces, and . , ; : ? ! ' - only. Any text;
    never raises.
    """
    said = _normal(text[:LONGEST_TEXT])
    stages = (_MARKDOWN, _PLACES, _ABBREVIATIONS, CALENDAR, TIMES, TELEPHONE, _SIGNS, NUMERALS, _DOTS, _PUNCTUATION)
    for rules in stages:
        said = _replaced(said, rules)
    said = "".join(char if char.isascii() or unicodedata.name(char, "").startswith("LATIN") else " " for char in said)
    return _replaced(said, _TIDY)


def _normal(text: str) -> str:
    """One form for each character, and ASCII digits."""
    plain = text.translate(_VULGAR).translate(_PLAIN)
    # Compatibility forms become plain ones (full-width, ligatures, circled), but a square meter stays square.
    plain = "".join(
        char if char == "²" else unicodedata.normalize("NFKC", char) for char in unicodedata.normalize("NFC", plain)
    )
    plain = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)
    return "\n".join(" ".join(line.split()) for line in plain.splitlines() if line.strip())


def _replaced(text: str, rules: tuple[Rule, ...]) -> str:
    for pattern, say in rules:
        text = pattern.sub(say, text)
    return text
