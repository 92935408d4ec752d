"""Reports about channels and customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from services.actions.accounts.ledger import entries_of, overview
from services.actions.accounts.money import CREDITS, Money, standing
from services.actions.accounts.statement import Statement, statements
from services.actions.base import Refused
from services.actions.call import Call
from services.actions.pages.document import Chart, Report, ReportSection, bars
from services.actions.reports.charts import MOST_BARS, balance, by_count, by_day
from services.actions.reports.period import ReportPeriod
from services.actions.wording import counted, excerpt, listed, number, sentence, spoken
from services.store.base import Channel, Customer, Message

_OWNER = "owner"


def channels(call: Call, which: Sequence[Channel], over: ReportPeriod) -> Report:
    """Messages in channels, by whom, and files shared there."""
    names = {each.id: each.name for each in which}
    messages = call.tx.find(
        Message, lambda row: row.get("channel_id") in names and over.holds(row.get("send_at") or row["created"])
    )
    messages = [each for each in messages if (each.send_at or call.now) <= call.now]
    one = which[0] if len(which) == 1 else None
    title = f"Channel {one.name}" if one else "Channels"
    when = over.during
    if not messages:
        return Report(title, (f"Nothing was said in {f'the {one.name} channel' if one else 'any channel'}{when}.",), ())
    senders = [_who(each) for each in messages]
    shared = [each for each in messages if each.file_id]
    told = [
        sentence(
            f"{counted(len(messages), 'message')}{f' in {one.name}' if one else ''}{when}, from {_several(senders)}"
        )
    ]
    told += [sentence(f"{counted(len(shared), 'file')} shared")] if shared else []
    last = messages[-1]
    told.append(f"The last one, from {_who(last)}: {excerpt(spoken(last.content))}.")
    rows = tuple(
        (_at(call, each.created), names[each.channel_id or ""], _who(each), each.content) for each in reversed(messages)
    )
    places = None if one else by_count("By channel", [names[each.channel_id or ""] for each in messages])
    charts = (
        by_day(call, "Messages", [each.created for each in messages], over),
        by_count("By person", [name[:1].upper() + name[1:] for name in senders]),
        places,
    )
    sections = [ReportSection(chart=chart) for chart in charts if chart]
    return Report(
        title, tuple(told), (*sections, ReportSection("Messages", ("When", "Channel", "Who", "Message"), rows))
    )


def all_channels(call: Call, over: ReportPeriod) -> Report:
    """Of every channel. Raises Refused where there is none."""
    found = call.tx.find(Channel)
    if not found:
        raise Refused("channel.none", "You have no channels")
    return channels(call, found, over)


def customer(call: Call, one: Customer, over: ReportPeriod) -> Report:
    """A customer's account: opening balance, entries, closing balance."""
    sheets = statements(entries_of(call, one), over)
    entries = sum(len(sheet.told) for sheet in sheets)
    when = over.during
    after = standing(one.name, [sheet.closing for sheet in sheets])
    told = (sentence(f"{counted(entries, 'entry', 'entries')}{when}"), sentence(after))
    return Report(f"Customer {one.name}", told, tuple(_account(call, sheet, over) for sheet in sheets))


def customers(call: Call) -> Report:
    """The balance of each."""
    held: dict[str, list[Money]] = {}
    for one in sorted(call.tx.find(Customer), key=lambda each: each.name.casefold()):
        held[one.name] = [sheet.closing for sheet in statements(entries_of(call, one)) if sheet.closing.minor]
    if not held:
        return Report("Customers", ("You have no customers yet.",), ())
    lines = [
        (name, listed([f"{money.major:,f} {_named(money.currency)}" for money in sums]) or "0")
        for name, sums in held.items()
    ]
    table = ReportSection("Balances", ("Customer", "Balance"), tuple(lines), _balances(held))
    return Report("Customers", (sentence(overview(call).words),), (table,))


def _account(call: Call, sheet: Statement, over: ReportPeriod) -> ReportSection:
    rows = [("", "before", "", f"{sheet.opening.major:,f}")]
    before = sheet.opening.minor
    for line in sheet.lines:
        moved = line.balance.minor - before
        before = line.balance.minor
        amount = f"{type(line.balance)(moved, sheet.currency).major:,f}"
        what = f"{line.entry.reason}{', taken back' if line.taken_back else ''}"
        rows.append((_at(call, line.entry.created), what, amount, f"{line.balance.major:,f}"))
    heads = ("When", "What", "Amount", "Balance")
    return ReportSection(_named(sheet.currency), heads, tuple(rows), balance(call, sheet, over))


def _named(currency: str) -> str:
    return "Credits" if currency == CREDITS else currency


def _balances(held: Mapping[str, Sequence[Money]]) -> Chart | None:
    """A bar for each of several customers, in the most common currency alone: different ones can't be compared."""
    currencies = Counter(money.currency for sums in held.values() for money in sums)
    if not currencies:
        return None
    (most, _), *_ = currencies.most_common(1)
    sums = [(name, float(money.major)) for name, each in held.items() for money in each if money.currency == most]
    shown = sorted(sums, key=lambda each: -abs(each[1]))[:MOST_BARS]
    more = f", the {MOST_BARS} largest of {len(sums)}" if len(sums) > MOST_BARS else ""
    return bars(f"Balances, {_named(most)}{more}", [] if len(shown) < 2 else sorted(shown, key=lambda each: -each[1]))


def _who(message: Message) -> str:
    return "you" if message.sender == _OWNER else message.sender


def _several(names: Sequence[str]) -> str:
    each = list(dict.fromkeys(names))
    return listed(each) if len(each) < 4 else f"{number(len(each))} people"


def _at(call: Call, stamp: str) -> str:
    return f"{datetime.fromisoformat(stamp).astimezone(call.zone):%Y-%m-%d %H:%M}"
