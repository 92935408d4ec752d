"""The table of actions, family.verb → function. Each family has its ACTIONS; here they come together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from services.actions import (
    calls,
    files,
    home,
    lists,
    meetings,
    notes,
    projects,
    reports,
    routines,
    search,
    tasks,
    templates,
)
from services.actions.accounts import customers, ledger
from services.actions.call import Action, Prepare
from services.actions.itself import backup, clock, control, jobs, vitals
from services.actions.people import channels, contacts, messages, voices
from services.actions.rings import alarms, reminders, timers
from services.store.base import kinds, row_of
from services.understanding.base import VOCABULARY
from services.understanding.base import Action as Row

ACTIONS: Mapping[str, Action] = {
    **tasks.ACTIONS,
    **templates.ACTIONS,
    **projects.ACTIONS,
    **lists.ACTIONS,
    **reminders.ACTIONS,
    **alarms.ACTIONS,
    **timers.ACTIONS,
    **channels.ACTIONS,
    **contacts.ACTIONS,
    **customers.ACTIONS,
    **ledger.ACTIONS,
    **messages.ACTIONS,
    **voices.ACTIONS,
    **notes.ACTIONS,
    **files.ACTIONS,
    **reports.ACTIONS,
    **meetings.ACTIONS,
    **routines.ACTIONS,
    **search.ACTIONS,
    **home.ACTIONS,
    **calls.ACTIONS,
    **clock.ACTIONS,
    **vitals.ACTIONS,
    **backup.ACTIONS,
    **jobs.ACTIONS,
    **control.ACTIONS,
}

PREPARATIONS: Mapping[str, Prepare] = {
    **files.PREPARATIONS,
    **reports.PREPARATIONS,
    **routines.PREPARATIONS,
    **backup.PREPARATIONS,
}
"""What is done for which family.verb before the transaction."""


def mismatches(rows: Collection[Row], actions: Collection[str]) -> Iterator[str]:
    """What does not fit between rows of the vocabulary, functions and kinds of documents, in words."""
    lonely = {row.name for row in rows} ^ {*actions}
    yield from (f"{name} is in one of VOCABULARY and ACTIONS only" for name in sorted(lonely))
    for row in rows:
        named = dict.fromkeys(kind for told in (*row.refers.values(), (row.makes,)) for kind in told if kind)
        strange = [kind for kind in named if not row_of(kind).name]
        yield from (f"{row.name} names a kind {kind}, which there is not" for kind in strange)


def unaskable(package: str) -> Iterator[str]:
    """The kinds of a package that search finds, though nobody can be allowed to ask for them; in words."""
    for kind in kinds().values():
        query = kind.about.query
        if kind.__module__.partition(".")[0] == package and kind.about.searched is not None and query not in VOCABULARY:
            yield f"whoever finds a {kind.about.noun} must be allowed {query}, which there is not"


if _faults := [*mismatches(VOCABULARY.values(), ACTIONS)]:
    raise ImportError(f"the families of actions do not fit together: {_faults[0]}")
