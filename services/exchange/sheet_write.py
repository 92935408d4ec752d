"""CSV (RFC 4180) out of the store: a row a document."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import fields
from typing import Any

from services.store.base import Document, Reader

FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet might take for a formula (OWASP, CSV injection); an apostrophe goes before it."""


def written(reader: Reader, kind: type[Document]) -> str:
    """A row a document, the oldest first; the headings are the fields. Several values are parted by "; "."""
    out = io.StringIO()
    names = [each.name for each in fields(kind)]
    rows = sorted(reader.rows(kind).items(), key=lambda each: (each[1]["created"], each[0]))
    sheet = csv.writer(out)
    sheet.writerow(names)
    for id_, row in rows:
        sheet.writerow([_cell({"id": id_, **row}.get(name)) for name in names])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _guarded(value)
    if isinstance(value, list):
        plain = all(
            isinstance(each, str) and each and each == each.strip() and not {";", ","} & set(each) for each in value
        )
        return _guarded(
            "; ".join(value) if plain and not value[0].startswith("[") else json.dumps(value, ensure_ascii=False)
        )
    return json.dumps(value, ensure_ascii=False)


def _guarded(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text
