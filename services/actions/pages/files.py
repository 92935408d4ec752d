"""Writes all pages of a report."""

from __future__ import annotations

from collections.abc import Collection

from services.actions.pages.document import Report
from services.actions.pages.pictures import drawn
from services.actions.pages.render import html, markdown, sheet

FORMS = {".html": "a web page", ".png": "a picture", ".md": "Markdown", ".csv": "a spreadsheet"}
"""What each is called, in the order in which they are told."""


def written(
    report: Report, made: str, *, wanted: Collection[str] = (".html", ".png", ".md"), pictures: bool = True
) -> dict[str, bytes]:
    """The content of each file by its suffix, of those wanted (keys of FORMS); nothing where there is nothing to write.

    `made`: what it covers and when it was made. Without charts there is no picture. Drawing takes seconds, so within a
    transaction it is to be done without `pictures`; bars of the page stand for them.
    """
    if not report.sections:
        return {}
    art = drawn(report, made) if pictures and {".html", ".png"} & set(wanted) else None
    pages = {
        ".html": html(report, made, art.svgs if art else ()).encode(),
        ".png": art.png if art else b"",
        ".md": markdown(report, made).encode(),
        ".csv": sheet(report).encode(),
    }
    return {suffix: page for suffix, page in pages.items() if suffix in wanted and page}
