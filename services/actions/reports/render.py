"""Reports as pages: HTML that is read on a phone and loads nothing, Markdown (CommonMark with GitHub's tables), CSV (RFC 4180). Pure."""

from __future__ import annotations

import csv
import io
import re
from html import escape

from services.actions.reports.document import Bar, Report, Section

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem}"
    "h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}.made{opacity:.7;margin:0 0 1rem}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #8884;overflow-wrap:anywhere}"
    ".bar{display:grid;grid-template-columns:minmax(5rem,30%) 1fr 3rem;gap:.5rem;align-items:center}"
    ".bar i{display:block;height:.9rem;background:#3b82f6;border-radius:.2rem}.bar b{font-weight:400;text-align:right}"
)
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_BARS = 20
"""Signs of the longest bar in Markdown."""


def html(report: Report, made: str) -> str:
    """A page by itself. `made`: what it covers and when it was made. No word of the store becomes markup."""
    told = " ".join(escape(sentence) for sentence in report.told)
    parts = "".join(_html_section(section) for section in report.sections)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head>\n"
        f'<body><h1>{escape(report.title)}</h1><p class="made">{escape(made)}</p><p>{told}</p>\n{parts}</body></html>\n'
    )


def markdown(report: Report, made: str) -> str:
    """The same as text."""
    parts = [f"# {_text(report.title)}", f"*{_text(made)}*", " ".join(_text(sentence) for sentence in report.told)]
    for section in report.sections:
        parts.append(f"## {_text(section.title)}")
        parts += [_markdown_table(("", "Count", ""), [_markdown_bar(bar, section.bars) for bar in section.bars])] if section.bars else []
        if section.rows:
            parts.append(
                _markdown_table(tuple(_text(head) for head in section.heads), [tuple(_text(cell) for cell in row) for row in section.shown])
            )
        parts += [f"And {section.more} more."] if section.more else []
    return "\n\n".join(parts) + "\n"


def sheet(report: Report) -> str:
    """All rows, with the title of their section before them; what a spreadsheet could take for a formula is marked as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    for section in report.sections:
        heads, rows = section.heads, section.rows
        if not rows:
            heads, rows = ("", "Count"), tuple((bar.label, str(bar.count)) for bar in section.bars)
        writer.writerow(("Section", *(_cell(head) for head in heads)))
        writer.writerows((_cell(section.title), *(_cell(cell) for cell in row)) for row in rows)
    return out.getvalue()


def _html_section(section: Section) -> str:
    longest = max((bar.count for bar in section.bars), default=0) or 1
    bars = "".join(
        f'<div class="bar"><span>{escape(bar.label)}</span><i style="width:{100 * bar.count / longest:.0f}%"></i><b>{bar.count}</b></div>'
        for bar in section.bars
    )
    table = ""
    if section.rows:
        heads = "".join(f"<th>{escape(head)}</th>" for head in section.heads)
        rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in section.shown)
        table = f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    more = f"<p>And {section.more} more.</p>" if section.more else ""
    return f"<h2>{escape(section.title)}</h2>{bars}{table}{more}\n"


def _markdown_bar(bar: Bar, bars: tuple[Bar, ...]) -> tuple[str, ...]:
    longest = max(each.count for each in bars) or 1
    return _text(bar.label), str(bar.count), "█" * round(_BARS * bar.count / longest)


def _markdown_table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(words: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(words.split()))


def _cell(words: str) -> str:
    risky = words[:1] in ("=", "+", "@", "\t", "\r") or (words[:1] == "-" and not re.fullmatch(r"-[\d.,]+", words))
    return f"'{words}" if risky else words
