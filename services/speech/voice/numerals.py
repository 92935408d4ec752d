"""Numbers, money and measures as words. Pure; English, as an American voice says them."""

from __future__ import annotations

import re
from collections.abc import Callable

from num2words import num2words

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
"""What to find, and what to say instead."""

NUMBER = r"\d+(?:,\d{2,3})*(?:\.\d+)?"
_DIGITS_SAID_ONE_BY_ONE = 16
"""A number this long is an identity, not an amount."""

_SCALES = {
    "k": "thousand",
    "m": "million",
    "mn": "million",
    "b": "billion",
    "bn": "billion",
    "cr": "crore",
    **{word: word for word in ("hundred", "thousand", "lakh", "crore", "million", "billion", "trillion")},
}
_SCALE = r"(?:hundred|thousand|lakh|crore|million|billion|trillion|mn|bn|cr|[kKMB])"

_MONEY = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "¥": ("yen", "yen", "sen", "sen"),
}
_MONEY |= {
    code: _MONEY[sign]
    for code, sign in {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥", "Rs.": "₹", "Rs": "₹"}.items()
}
_SIGN = "(?:" + "|".join(sorted((re.escape(sign) for sign in _MONEY), key=len, reverse=True)) + ")"

_UNITS = {
    **dict.fromkeys(("h", "hr", "hrs"), ("hour", "hours")),
    **dict.fromkeys(("min", "mins"), ("minute", "minutes")),
    **dict.fromkeys(("s", "sec", "secs"), ("second", "seconds")),
    "ms": ("millisecond", "milliseconds"),
    "mm": ("millimeter", "millimeters"),
    "cm": ("centimeter", "centimeters"),
    "m": ("meter", "meters"),
    "km": ("kilometer", "kilometers"),
    "m²": ("square meter", "square meters"),
    "km²": ("square kilometer", "square kilometers"),
    "mi": ("mile", "miles"),
    "ft": ("foot", "feet"),
    "yd": ("yard", "yards"),
    "km/h": ("kilometer per hour", "kilometers per hour"),
    "m/s": ("meter per second", "meters per second"),
    "mph": ("mile per hour", "miles per hour"),
    "mg": ("milligram", "milligrams"),
    "g": ("gram", "grams"),
    "kg": ("kilogram", "kilograms"),
    **dict.fromkeys(("lb", "lbs"), ("pound", "pounds")),
    "oz": ("ounce", "ounces"),
    "ml": ("milliliter", "milliliters"),
    "l": ("liter", "liters"),
    "L": ("liter", "liters"),
    "W": ("watt", "watts"),
    "kW": ("kilowatt", "kilowatts"),
    "kWh": ("kilowatt hour", "kilowatt hours"),
    "V": ("volt", "volts"),
    "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"),
    "KB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
    "%": ("percent", "percent"),
    "x": ("times", "times"),
}
_UNIT = "(?:" + "|".join(sorted((re.escape(unit) for unit in _UNITS), key=len, reverse=True)) + ")"
_FRACTIONS = {"1/2": "one half", "1/3": "one third", "2/3": "two thirds", "1/4": "one quarter", "3/4": "three quarters"}


def digits(text: str) -> str:
    """Each digit by itself."""
    return " ".join(num2words(int(digit)) for digit in text if digit.isdigit())


def cardinal(text: str) -> str:
    """A number with or without commas and a decimal point; digit by digit when it begins with a zero or is very
    long.
    """
    whole, _, part = text.replace(",", "").partition(".")
    if len(whole) >= _DIGITS_SAID_ONE_BY_ONE or (len(whole) > 1 and whole.startswith("0")):
        said = digits(whole)
    else:
        said = num2words(int(whole or "0")).replace(",", "")
    return f"{said} point {digits(part)}" if part else said


def ordinal(number: int) -> str:
    """1 is first."""
    return str(num2words(number, to="ordinal")).replace(",", "")


def year(number: int) -> str:
    """2026 is twenty twenty-six."""
    return str(num2words(number, to="year")).replace(",", "")


def counted(text: str, one: str, many: str) -> str:
    """A number and its noun."""
    return f"{cardinal(text)} {one if text.replace(',', '') == '1' else many}"


def _money(amount: str, scale: str | None, sign: str) -> str:
    one, many, cent, cents = _MONEY[sign]
    if scale:
        return f"{cardinal(amount)} {_SCALES[scale.lower()]} {many}"
    whole, _, part = amount.replace(",", "").partition(".")
    if len(part) != 2:
        return counted(amount, one, many)
    small = "" if part == "00" else counted(str(int(part)), cent, cents)
    if small and not int(whole):
        return small
    return counted(whole, one, many) + (f" and {small}" if small else "")


def _money_range(match: re.Match[str]) -> str:
    sign = match["sign"]
    return f"{cardinal(match['low'])} to {_money(match['high'], match['scale'], sign)}"


def _measure(match: re.Match[str]) -> str:
    one, many = _UNITS[match["unit"]]
    if match["low"]:
        return f"{cardinal(match['low'])} to {counted(match['number'], many, many)}"
    return _minus(match["minus"]) + counted(match["number"], one, many)


def _duration(match: re.Match[str]) -> str:
    said = [
        counted(number, *_UNITS[unit]) for number, unit in zip(match.groups(), ("h", "min", "s"), strict=True) if number
    ]
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1]


def _minus(sign: str | None) -> str:
    return "minus " if sign else ""


def _year_or_number(match: re.Match[str]) -> str:
    number = match.group()
    return year(int(number)) if re.fullmatch(r"(19|20)\d\d", number) else cardinal(number)


def _fraction(match: re.Match[str]) -> str:
    return _FRACTIONS.get(match.group()) or f"{cardinal(match[1])} slash {cardinal(match[2])}"


def _grouped(match: re.Match[str]) -> str:
    """A telephone number: digit by digit, a breath between groups."""
    groups = re.findall(r"\d+", match.group())
    return ("plus " if match.group().startswith("+") else "") + ", ".join(digits(group) for group in groups)


def rule(pattern: str, say: Callable[[re.Match[str]], str]) -> Rule:
    """One of a table."""
    return re.compile(pattern), say


_MINUS = r"(?<![\w.)])(?P<minus>[-−])?"

TELEPHONE: tuple[Rule, ...] = (
    rule(r"(?<![\w.])\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,5}(?![\w])", _grouped),
    rule(r"(?<![\w.])(?:\(\d{3}\) ?|\d{3}[ .-])?\d{3}[-.]\d{4}(?!\w)", _grouped),
    rule(r"(?<![\w.])0\d{2,4} \d{3,4}(?: ?\d{3,4})?(?!\w)", _grouped),
)

NUMERALS: tuple[Rule, ...] = (
    rule(
        rf"(?P<sign>{_SIGN}) ?(?P<low>{NUMBER}) ?(?:[-–—]|to) ?{_SIGN}? ?(?P<high>{NUMBER})(?:"
        rf" ?(?P<scale>{_SCALE})\b)?",
        _money_range,
    ),
    rule(
        rf"{_MINUS}(?P<sign>{_SIGN}) ?(?P<inner>[-−])?(?P<number>{NUMBER})(?: ?(?P<scale>{_SCALE})\b)?",
        lambda m: _minus(m["minus"] or m["inner"]) + _money(m["number"], m["scale"], m["sign"]),
    ),
    rule(
        rf"{_MINUS}(?P<number>{NUMBER})(?: ?(?P<scale>{_SCALE}))? ?(?P<sign>{_SIGN})(?!\w)",
        lambda m: _minus(m["minus"]) + _money(m["number"], m["scale"], m["sign"]),
    ),
    rule(
        r"(?<![\w.,])(\d+) ?(?:h|hr|hrs|hours?) (\d+) ?(?:m|min|mins|minutes?)(?: (\d+)"
        r" ?(?:s|sec|secs|seconds?))?(?!\w)",
        _duration,
    ),
    rule(
        rf"{_MINUS}(?:(?P<low>{NUMBER}) ?[-–—] ?)?(?P<number>{NUMBER}) ?(?P<unit>{_UNIT})(?![\w²/])",
        _measure,
    ),
    rule(r"(?<![\w.,])(\d{1,6})(?:st|nd|rd|th)\b", lambda m: ordinal(int(m[1]))),
    rule(r"(?<![\w./])(\d+) +([123]/[234])(?![\w/])", lambda m: f"{cardinal(m[1])} and {_FRACTIONS.get(m[2], m[2])}"),
    rule(r"(?<![\w./])(\d{1,3})/(\d{1,3})(?![\w/])", _fraction),
    rule(
        r"(?<![\w.,-])((?:19|20)\d\d)[-–—]((?:19|20)\d\d)(?![\w-])",
        lambda m: f"{year(int(m[1]))} to {year(int(m[2]))}",
    ),
    rule(rf"(?<![\w.,–-])({NUMBER}) ?[-–—] ?({NUMBER})(?![\w–-])", lambda m: f"{cardinal(m[1])} to {cardinal(m[2])}"),
    rule(r"(?<![\w.])\d+(?:\.\d+){2,}(?!\w)", lambda m: " dot ".join(cardinal(part) for part in m.group().split("."))),
    rule(rf"(?<![\w.)])[-−]({NUMBER})", lambda m: f"minus {cardinal(m[1])}"),
    rule(r"#(?=\d)|№ ?(?=\d)", lambda _: "number "),
    rule(rf"(?<![\w.])({NUMBER}) ?({_SCALE})\b", lambda m: f"{cardinal(m[1])} {_SCALES[m[2].lower()]}"),
    rule(r"(?<![\w.,])\d{4}(?![\w,]|\.\d)", _year_or_number),
    # Whatever digits are left, inside of words too: Q3, B2B, A4.
    rule(rf"(?<=[^\W\d]){NUMBER}(?=[^\W\d])", lambda m: f" {cardinal(m.group())} "),
    rule(rf"(?<=[^\W\d])-?{NUMBER}", lambda m: f" {cardinal(m.group().lstrip('-'))}"),
    rule(rf"{NUMBER}(?=[^\W\d])", lambda m: f"{cardinal(m.group())} "),
    rule(NUMBER, lambda m: cardinal(m.group())),
)
"""In the order in which they are tried."""
