"""Whether a rule of somebody else's repeats what it is of: the next time of one that never comes is looked for until
the year 9999.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from dateutil.rrule import rrulestr

_PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)")
_OF_DAYS = frozenset(("BYDAY", "BYHOUR", "BYMINUTE"))
_OF_MONTHS = _OF_DAYS | {"BYMONTHDAY", "BYSETPOS"}
_BY: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "YEARLY": (_OF_MONTHS | {"BYMONTH", "BYYEARDAY", "BYWEEKNO"}, _OF_MONTHS | {"BYMONTH"}),
    "MONTHLY": (_OF_MONTHS | {"BYMONTH"}, _OF_MONTHS),
    "WEEKLY": (_OF_MONTHS | {"BYMONTH"}, _OF_DAYS),
    "DAILY": (_OF_MONTHS | {"BYMONTH"}, _OF_DAYS - {"BYDAY"}),
    "HOURLY": (_OF_DAYS, frozenset()),
    "MINUTELY": (_OF_DAYS, frozenset()),
}
"""By how often it comes: what may be told beside, each time and every second or third. With more than that it may miss
what it waits for,
such as every second day that is a Monday."""
_BESIDE = frozenset(("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"))
_LONGEST_INTERVAL = 1000
_LAST_YEARS = datetime(9988, 1, 1)
_LAST_DAYS = datetime(9999, 12, 1)
"""dateutil looks for the first time up to the end of 9999, so beginning there bounds it; two leap years are among them.
"""


def comes(rule: str) -> bool:
    """Whether a rule (RFC 5545, 3.3.10) can be read, and gives times without end if nothing ends it. Raises ValueError
    where it can't.
    """
    found = [_PART.fullmatch(part) for part in rule.split(";")]
    parts = {part[1]: part[2] for part in found if part}
    if len(parts) != len(found) or parts.get("FREQ") not in _BY:
        return False
    interval = int(parts.get("INTERVAL", 1))
    allowed = _BY[parts["FREQ"]][interval > 1]
    if not 1 <= interval <= _LONGEST_INTERVAL or parts.keys() - _BESIDE - allowed:
        return False
    begins = _LAST_DAYS if parts["FREQ"] in ("HOURLY", "MINUTELY") else _LAST_YEARS
    rrulestr(rule, dtstart=begins, ignoretz=True)
    endless = ";".join(f"{name}={value}" for name, value in parts.items() if name not in ("INTERVAL", "COUNT", "UNTIL"))
    return next(iter(rrulestr(endless, dtstart=begins, ignoretz=True)), None) is not None
