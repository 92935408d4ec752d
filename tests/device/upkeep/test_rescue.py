"""The words for a store that had to be mended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from device.upkeep.rescue import spoken, written
from services.store.backups.base import Backup
from services.store.backups.rescue import Rescue

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=BERLIN)
KEPT = Path("/data/equerry.db.until-20261123T140000Z")


def rescue(
    hours: float = 1, *, saved: int = 0, whole: bool = False, last: float = 35, backup: bool = True, kept: bool = True
) -> Rescue:
    at = (NOW - timedelta(hours=hours)).astimezone(UTC)
    made = Backup(at, Path("/data/backups/x.db"), 1) if backup else None
    return Rescue(made, KEPT if kept else None, saved, whole, at + timedelta(minutes=last))


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            rescue(),
            "The store was damaged. I restored the backup of 14:00; what was done in the 35 minutes after it is lost.",
        ),
        (
            rescue(saved=3),
            (
                "I restored the backup of 14:00 and three later changes from the damaged file; what else was done in"
                " the 35"
            ),
        ),
        (
            rescue(saved=1, whole=True),
            "I restored the backup of 14:00 and one later change from the damaged file; nothing is lost.",
        ),
        (rescue(last=0.5), "what was done in the minute after it is lost"),
        (rescue(last=0), "I restored the backup of 14:00."),
        (
            rescue(24, last=200),
            "I restored the backup of yesterday at 15:00; what was done in the 3 hours after it is lost.",
        ),
        (
            rescue(24 * 17, last=5000),
            "I restored the backup of 6 November at 15:00; what was done in the 3 days after it is lost.",
        ),
        (rescue(kept=False), "The store was gone. I restored the backup of 14:00"),
        (rescue(backup=False), "The store was damaged. There was no good backup, so I begin anew."),
        (
            rescue(backup=False, saved=9),
            "There was no good backup; I saved nine things from it, and what else was in it is lost.",
        ),
    ],
)
def test_words(found: Rescue, sentence: str) -> None:
    assert sentence in spoken(found, NOW)


def test_the_file_is_named_where_it_can_be_read_and_not_where_it_is_heard() -> None:
    assert str(KEPT) in written(rescue(), NOW)
    assert "/data" not in spoken(rescue(), NOW)
    assert spoken(rescue(), NOW).endswith("The damaged file is kept beside it.")
