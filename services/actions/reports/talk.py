"""Reports about channels, customers, and how much the appliance is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from services.actions.base import Refused
from services.actions.call import Call
from services.actions.ledger import entries_of, overview
from services.actions.money import CREDITS, standing
from services.actions.reports.document import Bar, Report, Section
from services.actions.reports.period import Period
from services.actions.reports.work import by_count
from services.actions.statement import Statement, statements
from services.actions.wording import counted, excerpt, listed, number, sentence, spoken
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

_OWNER = "owner"
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
_MOST_DAYS = 92


def channels(call: Call, which: Sequence[Channel], over: Period) -> Report:
    """What was said in channels, by whom, and the files shared there."""
    names = {each.id: each.name for each in which}
    messages = call.tx.find(Message, lambda row: row.get("channel_id") in names and over.holds(row.get("send_at") or row["created"]))
    messages = [each for each in messages if (each.send_at or call.now) <= call.now]
    one = which[0] if len(which) == 1 else None
    title = f"Channel {one.name}" if one else "Channels"
    when = over.during
    if not messages:
        return Report(title, (f"Nothing was said in {f'the {one.name} channel' if one else 'any channel'}{when}.",), ())
    senders = [_who(each) for each in messages]
    shared = [each for each in messages if each.file_id]
    told = [sentence(f"{counted(len(messages), 'message')}{f' in {one.name}' if one else ''}{when}, from {_several(senders)}")]
    told += [sentence(f"{counted(len(shared), 'file')} shared")] if shared else []
    last = messages[-1]
    told.append(f"The last one, from {_who(last)}: {excerpt(spoken(last.content))}.")
    rows = tuple((_at(call, each.created), names[each.channel_id or ""], _who(each), each.content) for each in reversed(messages))
    sections = [Section("By person", bars=by_count(senders))]
    sections += [] if one else [Section("By channel", bars=by_count([names[each.channel_id or ""] for each in messages]))]
    return Report(title, tuple(told), (*sections, Section("Messages", ("When", "Channel", "Who", "Message"), rows)))


def all_channels(call: Call, over: Period) -> Report:
    """Of every channel. Raises Refused where there is none."""
    found = call.tx.find(Channel)
    if not found:
        raise Refused("channel.none", "You have no channels")
    return channels(call, found, over)


def customer(call: Call, one: Customer, over: Period) -> Report:
    """A customer's account: what stood there before, each entry, what stands there after."""
    sheets = statements(entries_of(call, one), over.span)
    entries = sum(len(sheet.told) for sheet in sheets)
    when = over.during
    after = standing(one.name, [sheet.closing for sheet in sheets])
    count = "one entry" if entries == 1 else f"{number(entries)} entries"
    told = (sentence(f"{count}{when}"), sentence(after))
    return Report(f"Customer {one.name}", told, tuple(_account(call, sheet) for sheet in sheets))


def customers(call: Call) -> Report:
    """The balance of each."""
    lines = []
    for one in sorted(call.tx.find(Customer), key=lambda each: each.name.casefold()):
        held = [sheet.closing for sheet in statements(entries_of(call, one))]
        lines.append((one.name, listed([f"{money.major:,f} {money.currency}" for money in held if money.minor]) or "0"))
    if not lines:
        return Report("Customers", ("You have no customers yet.",), ())
    return Report("Customers", (sentence(overview(call).words),), (Section("Balances", ("Customer", "Balance"), tuple(lines)),))


def usage(call: Call, over: Period) -> Report:
    """How much was made by commands: of each kind, and on which days."""
    counts: Counter[str] = Counter()
    days: Counter[date] = Counter()
    for kind, noun in _COUNTED.items():
        for row in call.tx.rows(kind).values():
            if over.holds(row.get("created")):
                counts[noun] += 1
                days[datetime.fromisoformat(row["created"]).astimezone(call.zone).date()] += 1
    when = over.words[:1].upper() + over.words[1:] or "So far"
    if not counts:
        return Report("Usage", (f"{when}, nothing was made with me.",), ())
    most = listed([_things(count, noun) for noun, count in counts.most_common(3)])
    told = [f"{when}: {most}." if len(counts) < 4 else f"{when}, {number(counts.total())} things were made, most of all {most}."]
    busiest = max(days, key=lambda day: days[day])
    told += [f"The busiest day was {busiest:%A}, {busiest:%B} {busiest.day}."] if len(days) > 1 else []
    kinds = tuple(Bar(noun, count) for noun, count in counts.most_common())
    by_day = tuple(Bar(f"{day:%a} {day.isoformat()}", days[day]) for day in sorted(days)[-_MOST_DAYS:])
    return Report("Usage", tuple(told), (Section("What was made", bars=kinds), Section("By day", bars=by_day)))


def _account(call: Call, sheet: Statement) -> Section:
    rows = [("", "before", "", f"{sheet.opening.major:,f}")]
    before = sheet.opening.minor
    for line in sheet.lines:
        moved = line.balance.minor - before
        before = line.balance.minor
        amount = f"{type(line.balance)(moved, sheet.currency).major:,f}"
        what = f"{line.entry.reason}{', taken back' if line.taken_back else ''}"
        rows.append((_at(call, line.entry.created), what, amount, f"{line.balance.major:,f}"))
    return Section("Credits" if sheet.currency == CREDITS else sheet.currency, ("When", "What", "Amount", "Balance"), tuple(rows))


def _who(message: Message) -> str:
    return "you" if message.sender == _OWNER else message.sender


def _several(names: Sequence[str]) -> str:
    each = list(dict.fromkeys(names))
    return listed(each) if len(each) < 4 else f"{number(len(each))} people"


def _things(count: int, noun: str) -> str:
    return f"{number(count)} ledger entries" if noun == "ledger entry" and count != 1 else counted(count, noun)


def _at(call: Call, stamp: str) -> str:
    return f"{datetime.fromisoformat(stamp).astimezone(call.zone):%Y-%m-%d %H:%M}"
