"""Backups that somebody asks for aloud; what the thread `upkeep` makes by itself is told, too."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.base import BackedUp, Refused
from services.actions.call import Action, Call, Done, Prepare, Prepared


def make(call: Call) -> Prepared:
    """Before the transaction, since it takes as long as the store is large. Raises BackupError."""
    return Prepared(result=call.appliance.back_up()) if call.appliance else Prepared()


def backup(call: Call) -> Done:
    """Without slots: of everything."""
    made = call.prepared
    if not isinstance(made, BackedUp):
        raise Refused("backup.none", "I can't make backups from here. On the device: equerry backup")
    twice = " twice, also in your second folder" if made.twice else ""
    return Done(f"Everything is backed up{twice}. {made.trouble}".rstrip())


ACTIONS: Mapping[str, Action] = {"device.backup": backup}
PREPARATIONS: Mapping[str, Prepare] = {"device.backup": make}
