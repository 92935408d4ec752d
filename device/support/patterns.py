"""What gives itself away by its form: addresses, numbers of devices, telephone numbers, keys."""

from __future__ import annotations

import re

PATTERNS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("key", re.compile(r"-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\Z)", re.DOTALL), "‹key›"),
    ("secret", re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^\s/@:\"']*:[^\s/@\"']+@"), r"\1‹login›@"),
    (
        "secret",
        re.compile(
            r"(?i)\b((?:pass(?:word|wd|phrase)?|secret|token|api[-_ ]?key|authorization|bearer|credential)\w*[\"']?\s*[=:]\s*)(?!‹)[\"']?[^\s\"',;}]+"
        ),
        r"\1‹secret›",
    ),
    ("secret", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"), "‹token›"),
    ("secret", re.compile(r"\b(?:AKIA|ASIA|ghp_|gho_|sk-|xox[abp]-|glpat-)[A-Za-z0-9_-]{8,}"), "‹token›"),
    ("mail address", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "‹mail›"),
    ("MAC address", re.compile(r"\b(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}\b"), "‹MAC›"),
    ("IP address", re.compile(r"(?<![\w.])(?!127\.0\.0\.1\b|0\.0\.0\.0\b|255\.)(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)"), "‹IP›"),
    (
        "IP address",
        re.compile(
            r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){2,7}(?::?[0-9a-fA-F]{1,4}){1,7}(?:%\w+)?(?![\w:])|(?<![\w:])[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*::[0-9a-fA-F:]*(?![\w:])"
        ),
        "‹IP›",
    ),
    ("serial number", re.compile(r"(?i)\b(serial(?:\s*number)?\w*[\"']?\s*[:=]\s*)(?!‹)[\"']?[\w.-]+"), r"\1‹serial›"),
    (
        "telephone number",
        re.compile(
            r"(?<![\w.:/+-])(?:\+\d[\d ()./-]{6,16}\d|\(?0\d{1,5}\)?[ /-]\d[\d -]{4,12}\d|\d{3}[ .-]\d{3}[ .-]\d{4}|0\d{9,11}|[1-9]\d{9,12})(?![\w.:-]*\d)"
        ),
        "‹telephone›",
    ),
    ("folder of a user", re.compile(r"(/home/|/media/|/run/media/|/Users/)(?!‹)[^/\s\"':;,]+"), r"\1‹user›"),
)
"""What it is, its form, what stands in its place. In this order: a login goes before the mail address that is in it."""
