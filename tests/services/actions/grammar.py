"""What no reply may have: doubled words, prepositions, articles and marks, numbers and persons that don't agree."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PREPOSITIONS = "on|at|for|in|by|to|from|of|with|until|about"
_OURS = "a|an|the|my|your|our|his|her|their|this|that"
_NOUNS = (
    "task|meeting|timer|alarm|reminder|item|note|message|person|channel|project|customer|list|minute|hour|day|second|"
    "file|report|routine|contact|template|change|job|member|entry|step|lamp"
)
_PLURALS = f"(?:(?:{_NOUNS})s|people|entries)"
_MANY = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[2-9]|[1-9]\\d+|both|several"
_FAULTS: Sequence[tuple[str, str]] = (
    ("a word twice", r"\b(?!that\b|had\b|\d)(\w+) \1\b"),
    ("a noun listed twice", r"\b(\w+)(?:, | and )\1\b(?! \d)"),
    (
        "two prepositions",
        rf"\b(?:{_PREPOSITIONS}) (?!by |about |until )(?:{_PREPOSITIONS})\b(?! most| least)",
    ),
    ("a preposition before a day", r"\b(?:on|at|in) (?:today|tomorrow|tonight|yesterday|this|next|last|now|every)\b"),
    ("two articles", rf"\b(?:a|an|the|my|your|our) (?:{_OURS})\b"),
    ("a for an", r"\ba [aeio]\w+"),
    ("an for a", r"\ban [bcdfgjklmnpqrstvwxyz]\w+"),
    ("marks", r"\.\.|  | [.,;:?!](?: |$)|,,|[,:;]$|\.,|,\.|\?\.|\.\?|:\.|“”|\(\)"),
    ("person", r"\b(?:you|we|they) (?:am|is|was|has)\b|\bI (?:are|is|has)\b|\b(?:he|she|it) (?:are|am|have)\b"),
    ("you for you", r"\byou have \w+ \w+ for you\b"),
    ("one of many", rf"\b(?:one|1|an?|each|every) (?:{_PLURALS})\b"),
    ("many of one", rf"\b(?:{_MANY}) (?:{_NOUNS})\b(?! list| reminder| timer| alarm| channel| project| ago|-|')"),
    ("are of one", rf"^(?:one|the) (?:{_NOUNS}) (?:are|were|have)\b"),
    ("is of many", rf"\b(?:{_PLURALS}) (?:is|was|has)\b"),
    ("stay of one", r"(?i)\bone of \w+ \w+ (?:stay|are|have)\b"),
    ("a slot left open", r"[{}]|\bsome (?:title|when|content|name)\b"),
)
FAULTS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _FAULTS)


def faults(reply: str) -> list[str]:
    """What is wrong with a reply, each with its words; what it quotes was said by others."""
    reply = re.sub(r"“[^”]*”", "“so”", reply)
    found = [f"{name}: “{hit.group()}”" for name, pattern in FAULTS for hit in pattern.finditer(reply)]
    if reply and not (reply[:1].isupper() or reply[:1] in "“0123456789"):
        found.append("a small letter first")
    if reply and not reply.endswith((".", "!", "?", "”", "…")):
        found.append("no mark at the end")
    return found
