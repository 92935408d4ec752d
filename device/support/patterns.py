"""What gives itself away by its form: addresses, numbers of devices, telephone numbers, keys."""

from __future__ import annotations

import re

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
