"""Reports about how much the appliance is used: what was asked of it, how quickly it answered, what was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from services.actions.call import Call
from services.actions.pages.document import Report, Section
from services.actions.reports.charts import by_count, by_day, day_of
from services.actions.reports.period import Period
from services.actions.wording import counted, listed, number
from services.store.base import (
    Alarm,
    Channel,
    Customer,
    Document,
    Item,
    LedgerEntry,
    Meeting,
    Message,
    Note,
    Person,
    Project,
    Reminder,
    SharedFile,
    Task,
    Timer,
)

_COUNTED: Mapping[type[Document], str] = {
    Task: "task",
    Item: "list item",
    Reminder: "reminder",
    Alarm: "alarm",
    Timer: "timer",
    Meeting: "meeting",
    Message: "message",
    Note: "note",
    SharedFile: "file",
    LedgerEntry: "ledger entry",
    Person: "contact",
    Project: "project",
    Channel: "channel",
    Customer: "customer",
}
"""What is made by commands, and how it is called."""


def usage(call: Call, over: Period) -> Report:
    """How much was made by commands: of each kind, and on which days."""
    made: list[tuple[str, str]] = []
    for kind, noun in _COUNTED.items():
        made += [(noun, row["created"]) for row in call.tx.rows(kind).values() if over.holds(row.get("created"))]
    when = over.words[:1].upper() + over.words[1:] or "So far"
    if not made:
        return Report("Usage", (f"{when}, nothing was made with me.",), ())
    counts = Counter(noun for noun, _ in made)
    days: Counter[date] = Counter(day_of(call, stamp) for _, stamp in made)
    most = listed([_things(count, noun) for noun, count in counts.most_common(3)])
    told = [f"{when}: {most}." if len(counts) < 4 else f"{when}, {number(counts.total())} things were made, most of all {most}."]
    busiest = max(days, key=lambda day: days[day])
    told += [f"The busiest day was {busiest:%A}, {busiest:%B} {busiest.day}."] if len(days) > 1 else []
    charts = (by_count("What was made", [noun for noun, _ in made]), by_day(call, "Made", [stamp for _, stamp in made], over))
    return Report("Usage", tuple(told), tuple(Section(chart=chart) for chart in charts if chart))


def _things(count: int, noun: str) -> str:
    return f"{number(count)} ledger entries" if noun == "ledger entry" and count != 1 else counted(count, noun)
