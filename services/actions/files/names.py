"""Finds files by loose names: "the brand guidelines" is brand-guidelines_v2.pdf. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from services.actions.matching import closest
from services.actions.matching import words as words_of
from services.actions.wording import NUMBERS

_SHEETS = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".numbers")
_SLIDES = (".pptx", ".ppt", ".odp", ".key")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".heic", ".tif", ".tiff", ".bmp")
_TEXTS = (".docx", ".doc", ".odt", ".rtf", ".txt", ".md", ".pdf", ".pages")
_KINDS: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("spreadsheet", "spreadsheets", "sheet", "excel"), _SHEETS),
    **dict.fromkeys(("presentation", "presentations", "deck", "slides", "powerpoint"), _SLIDES),
    **dict.fromkeys(
        ("image", "images", "picture", "pictures", "photo", "photos", "screenshot", "screenshots"), _PICTURES
    ),
    **dict.fromkeys(("document", "documents", "doc", "docs"), _TEXTS),
    **dict.fromkeys(("archive", "zip"), (".zip", ".tar", ".gz", ".7z", ".rar")),
    "pdfs": (".pdf",),
    "word": (".docx", ".doc"),
    "markdown": (".md",),
    "text": (".txt", ".md"),
    "jpeg": (".jpg", ".jpeg"),
    "webpage": (".html",),
}
"""What a file of these suffixes may be called."""
_NOUNS = frozenset((*_KINDS, "file", "files", "attachment", "attachments"))
_SUFFIX = re.compile(r"[a-z0-9]{1,6}")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z]{2})(?=\d)|(?<=\d)(?=[A-Za-z]{2})")
_SEPARATORS = re.compile(r"[-_.,+()\[\]\s]+")
_ISO_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_VERSION = re.compile(r"\b(?:version|ver|rev|revision|v)\s*(\d+)\b")
_DIGITS = {word: str(digit) for digit, word in enumerate(NUMBERS) if digit}
_AROUND = re.compile(
    r"^(?:(?:the|my|our|that|this|a|an|some)\s+)?(?:(?:files?|documents?|docs?)\s+(?:called|named|for|about|with)\s+)?",
    re.IGNORECASE,
)


@lru_cache(maxsize=65_536)
def folded(name: str) -> str:
    """Lower case, single words, digits: brandGuidelines_V2 and "brand guidelines version two" → brand guidelines v2."""
    words = _SEPARATORS.sub(" ", _HUMPS.sub(" ", name)).casefold().split()
    return _VERSION.sub(r"v\1", " ".join(_DIGITS.get(word, word) for word in words)).strip()


def stem(name: str) -> str:
    """A file's name without its suffix."""
    return _split(name)[0]


def suffix(name: str) -> str:
    """.pdf; empty where it has none."""
    return _split(name)[1]


@lru_cache(maxsize=65_536)
def _split(name: str) -> tuple[str, str]:
    before, dot, after = name.rpartition(".")
    return (before, f".{after.casefold()}") if before and dot and _SUFFIX.fullmatch(after.casefold()) else (name, "")


def said(name: str, among: Iterable[str] = ()) -> str:
    """A file's name as read aloud; with its type where another one of `among` sounds the same: "logo, PNG"."""
    dated = _ISO_DATE.sub(_spoken_date, stem(name))
    words = _SEPARATORS.sub(" ", _HUMPS.sub(" ", dated)).strip() or name
    alike = len(set(one_text([other for other in among if folded(stem(other)) == folded(stem(name))]))) > 1
    return f"{words} {suffix(name)[1:].upper()}" if alike and suffix(name) else words


def fitting(words: str, names: Sequence[str], sentence: str = "") -> list[str]:
    """The files that these words fit, nearest first. `sentence`: all that was said; it may tell the kind ("sheet")."""
    if words in names:
        return [words]
    wanted = _wanted(f"{words} {sentence}")
    told = folded(_AROUND.sub("", words.strip(" .?!,“”\"'")))
    of_stem: dict[str, list[str]] = {}
    for name in names:
        of_stem.setdefault(folded(stem(name)), []).append(name)
    found: list[str] = []
    for title in dict.fromkeys((told, _without_kind(told))):
        exact = [title] if title in of_stem else []
        found = found or [name for each in exact or _closest(title, list(of_stem)) for name in of_stem[each]]
    if not found and told and not _without_kind(told):
        found = [name for name in names if suffix(name) in _wanted(told)]
    return one_text([name for name in found if suffix(name) in wanted] or found)


def _closest(title: str, stems: Sequence[str]) -> list[str]:
    """Like `closest`, but tries exact words first: there may be thousands, and comparing letters takes long."""
    if not title:
        return []
    wanted = words_of(title)
    plain = [each for each in stems if all(word in each for word in wanted)]
    return closest(title, plain, str) or closest(title, stems, str)


def is_only_a_noun(words: str) -> bool:
    """Whether the words only say that it is a file: "the file", "a document", "files"."""
    return re.fullmatch(r"(?:(?:files?|documents?|docs?|all|of|the)\b ?)*", folded(_AROUND.sub("", words))) is not None


def _spoken_date(found: re.Match[str]) -> str:
    """2026-11-23 → November 23; what is no date stays."""
    try:
        at = date.fromisoformat(found[0])
    except ValueError:
        return found[0]
    return f"{at:%B} {at.day}"


def _wanted(words: str) -> set[str]:
    """The suffixes that the words tell."""
    told = folded(words).split()
    return {each for word in told for each in (*_KINDS.get(word, ()), f".{word}")}


def _without_kind(told: str) -> str:
    """ "brand guidelines pdf" → brand guidelines."""
    words = told.split()
    while words and (words[-1] in _NOUNS or (len(words) > 1 and f".{words[-1]}" in _SUFFIXES)):
        words.pop()
    return " ".join(words)


_SUFFIXES = frozenset((*_SHEETS, *_SLIDES, *_PICTURES, *_TEXTS, ".html", ".zip", ".mp3", ".mp4", ".wav", ".json"))


def one_text(names: Sequence[str]) -> list[str]:
    """Leaves out the Markdown, CSV and picture of a web page of the same name: the forms of one report."""
    pages = {stem(name) for name in names if suffix(name) == ".html"}
    return [name for name in names if suffix(name) not in (".md", ".csv", ".png") or stem(name) not in pages]
