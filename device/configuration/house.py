"""The house rules of the settings, as those want them who read times and sums of money, and who ring."""

from __future__ import annotations

from datetime import time, timedelta

from device.configuration.settings import Settings
from services.actions.rings.due_now import Manner
from services.actions.rings.forewarnings import Warnings
from services.actions.rings.quiet import QuietHours
from services.understanding.when import House

_CURRENCIES = {
    code: currency
    for currency, codes in {
        "AED": "AE",
        "AUD": "AU",
        "BDT": "BD",
        "BRL": "BR",
        "CAD": "CA",
        "CHF": "CH LI",
        "CNY": "CN",
        "CZK": "CZ",
        "DKK": "DK",
        "EUR": "AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC MT NL PT SI SK SM VA",
        "GBP": "GB",
        "INR": "IN",
        "JPY": "JP",
        "KRW": "KR",
        "LKR": "LK",
        "MXN": "MX",
        "NOK": "NO",
        "NPR": "NP",
        "NZD": "NZ",
        "PKR": "PK",
        "PLN": "PL",
        "SEK": "SE",
        "SGD": "SG",
        "TRY": "TR",
        "USD": "US",
        "ZAR": "ZA",
    }.items()
    for code in codes.split()
}
"""ISO 3166 → ISO 4217, of countries whose currency needs no telling."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def house_of(settings: Settings) -> House:
    """The table that settles what words leave open about times."""
    told = settings.when
    return House(
        parts=House().with_parts(
            morning=told.morning, lunch=told.lunch, afternoon=told.afternoon, evening=told.evening, night=told.night
        ),
        business=told.business,
        end_of_day=told.end_of_day,
        later=timedelta(minutes=told.later_min),
        week_starts=_WEEKDAYS.index(told.week_starts),
        next_weekday_skips=told.next_weekday == "of next week",
        month_first=told.month_first,
        waking=(told.waking[0].hour, told.waking[1].hour),
        few=told.few,
        country=settings.device.country,
    )


def manner_of(settings: Settings) -> Manner:
    """What rings how."""
    quiet, ring = settings.quiet, settings.ring
    begins, ends = quiet.hours or (time(), time())
    hours = QuietHours(begins, ends, frozenset(map(_WEEKDAYS.index, quiet.weekdays)), quiet.chime)
    warn = Warnings(
        *(timedelta(minutes=ahead) if ahead else None for ahead in (ring.before_meetings_min, ring.before_tasks_min))
    )
    return Manner(hours, warn, timedelta(minutes=settings.routines.grace_min))


def currency_of(settings: Settings) -> str:
    """ISO 4217, for sums of money told without a currency: the one set, else the country's; empty if unknown."""
    return settings.device.currency or _CURRENCIES.get(settings.device.country.partition("-")[0], "")
