"""Reports as pages: HTML for a phone that loads nothing, Markdown (CommonMark with GitHub's tables), CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence
from html import escape

from services.actions.pages.document import Chart, Report, ReportSection
from services.actions.pages.pictures import drawn

_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:0"
    " auto;padding:1rem}h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:1.6rem 0"
    " .4rem}.made{opacity:.7;margin:0 0"
    " 1rem}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem"
    " .6rem .3rem 0;border-bottom:1px solid"
    " #8884;overflow-wrap:break-word}td:first-child{overflow-wrap:anywhere;min-width:8rem}.n{white-space:nowrap}figure{margin:1.6rem"
    " 0;padding:.6rem;background:#fff;border-radius:.6rem;max-width:34rem}figure"
    " svg{display:block;width:100%;height:auto}figcaption{font-weight:700;margin:0 0"
    " .4rem}.bar{display:grid;grid-template-columns:minmax(5rem,30%) 1fr 5rem;gap:.5rem;align-items:center}.bar"
    " i{display:block;height:.9rem;background:#0072B2;border-radius:.2rem}.bar b{font-weight:400;text-align:right}"
)
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_NUMBER = re.compile(r"[-\d.,: ]+")
_BARS = 20
"""Signs of the longest bar in Markdown."""


def html(report: Report, made: str, svgs: Sequence[str] = ()) -> str:
    """A page by itself. `made`: what it covers and when it was made. No word of the store becomes markup.

    `svgs`: an svg element for each of `Report.charts`; where there are none, bars stand for them.
    """
    told = " ".join(escape(sentence) for sentence in report.told)
    drawn = dict(zip(map(id, report.charts), svgs, strict=False))
    parts = "".join(_html_section(section, drawn.get(id(section.chart), "")) for section in report.sections)
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
        if section.chart:
            parts += [
                f"## {_text(section.chart.title)}",
                _markdown_table(("", "Value", ""), _markdown_bars(section.chart)),
            ]
        parts += [f"## {_text(section.title)}"] if section.rows else []
        if section.rows:
            heads = tuple(_text(head) for head in section.heads)
            parts.append(_markdown_table(heads, [tuple(_text(cell) for cell in row) for row in section.shown]))
        parts += [f"And {section.more} more."] if section.more else []
    return "\n\n".join(parts) + "\n"


def sheet(report: Report) -> str:
    """All rows, each section with its title first; what a spreadsheet could take for a formula is marked as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    for section in report.sections:
        title, heads, rows = section.title, section.heads, section.rows
        if not rows and section.chart:
            title, heads = section.chart.title, ("", "Value")
            rows = tuple((label, section.chart.said(index)) for index, label in enumerate(section.chart.labels))
        writer.writerow(("Section", *(_cell(head) for head in heads)))
        writer.writerows((_cell(title), *(_cell(cell) for cell in row)) for row in rows)
    return out.getvalue()


def _html_section(section: ReportSection, svg: str) -> str:
    chart = _figure(section.chart, svg) if section.chart else ""
    table = ""
    if section.rows:
        heads = "".join(f"<th>{escape(head)}</th>" for head in section.heads)
        rows = "".join(f"<tr>{''.join(map(_html_cell, row))}</tr>" for row in section.shown)
        table = f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        table = f"<h2>{escape(section.title)}</h2>{table}"
    more = f"<p>And {section.more} more.</p>" if section.more else ""
    return f"{chart}{table}{more}\n"


def _html_cell(words: str) -> str:
    """Dates and numbers are not broken."""
    kind = ' class="n"' if _NUMBER.fullmatch(words) else ""
    return f"<td{kind}>{escape(words)}</td>"


def _figure(chart: Chart, svg: str) -> str:
    if svg:
        return f'<figure role="img" aria-label="{escape(_aloud(chart))}">{svg}</figure>'
    bars = "".join(
        f'<div class="bar"><span>{escape(label)}</span><i'
        f' style="width:{100 * share:.0f}%"></i><b>{escape(chart.said(index))}</b></div>'
        for index, (label, share) in enumerate(zip(chart.labels, _shares(chart), strict=True))
    )
    return f"<h2>{escape(chart.title)}</h2>{bars}"


def _aloud(chart: Chart) -> str:
    """A chart for somebody who does not see it."""
    return f"{chart.title}. {'; '.join(f'{label}: {chart.said(index)}' for index, label in enumerate(chart.labels))}."


def _shares(chart: Chart) -> list[float]:
    """Of the longest, 0 to 1."""
    longest = max((abs(value) for value in chart.values), default=0) or 1
    return [abs(value) / longest for value in chart.values]


def _markdown_bars(chart: Chart) -> list[tuple[str, ...]]:
    shares = enumerate(zip(chart.labels, _shares(chart), strict=True))
    return [(_text(label), _text(chart.said(index)), "█" * round(_BARS * share)) for index, (label, share) in shares]


def _markdown_table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(words: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(words.split()))


def _cell(words: str) -> str:
    risky = words[:1] in ("=", "+", "@", "\t", "\r") or (words[:1] == "-" and not re.fullmatch(r"-[\d.,]+", words))
    return f"'{words}" if risky else words


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
