"""What is typed in a hurry, spelled out: "tmrw", "pls", "mtg", "tomorow mornign".

Only what is no other word nor a part of an address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.understanding.words import spelled

_WORDS: Mapping[str, str] = spelled(
    {
        "tomorrow": "tmrw tmr tmw tmrow tomoz 2moro 2mro 2mrw 2morrow tomorow tommorow tommorrow tomorrrow tomrrow"
        " tomorro tomorrw tomarrow",
        "yesterday": "yday ystrdy yesturday yesteday",
        "morning": "mornign morining mornin mornnig",
        "afternoon": "afternon aftrnoon afternooon afternoom",
        "evening": "evning evenning evneing evenign",
        "monday": "mondy modnay mondey",
        "tuesday": "tuseday tueday tuesdy teusday",
        "wednesday": "wendesday wensday wednsday wedensday wednseday",
        "thursday": "thrusday thurday thursdy thirsday",
        "friday": "firday fridy frieday",
        "saturday": "satuday saterday saturdy",
        "sunday": "sundy suday",
        "february": "febuary feburary",
        "minutes": "mintues minuts mintes",
        "schedule": "schedual shedule scedule",
        "calendar": "calender calander",
        "appointment": "appt apointment appointmnet",
        "tonight": "2nite 2night tonite 2nt",
        "today": "2day tdy",
        "please": "pls plz plss pleez",
        "thanks": "thx thnx tnx thks",
        "create": "creat craete creatte",
        "cancel": "cancle cancell cansel",
        "delete": "delet deleet",
        "shopping": "shoping shoppping shoppin shopppin",
        "list": "lsit",
        "task": "taks tsak",
        "timer": "tiemr timre",
        "meeting": "mtg meetign",
        "meetings": "mtgs",
        "appointments": "appts",
        "message": "msg",
        "messages": "msgs",
        "people": "ppl",
        "birthday": "bday",
        "before": "b4",
        "because": "cuz bcoz b/c",
        "with": "w/",
        "without": "w/o",
        "weekend": "wknd",
        "never mind": "nvm",
        "reminder": "rmndr",
        "remind": "rmnd",
    }
)
"""Each stands for its word wherever it is."""
_OPENING: Mapping[str, str] = {"mv": "move", "rm": "remove", "del": "delete", "cxl": "cancel", "resched": "reschedule"}
"""As orders: elsewhere they may be anything."""
_YOU = re.compile(r"\b(can|could|will|would|do|did|are|thank) u\b", re.IGNORECASE)
_ARE = re.compile(r"^(\W*(?:what|where|when|who|how)) r\b(?! [&n] )", re.IGNORECASE)
_OK = re.compile(r"^k(?=[\s,]+\w)", re.IGNORECASE)
_ALONE = r"(?<![\w@#/.'’&+-]){}(?![\w@#/'’&+-]|\.\w)"


def _one_of(words: Mapping[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SHORT = re.compile(_ALONE.format(f"({_one_of(_WORDS)})"), re.IGNORECASE)
_ORDER = re.compile(rf"^(\W*(?:(?:ok|okay|please|pls|plz|and|then)\W+)?)({_one_of(_OPENING)})(?=\s+\w)", re.IGNORECASE)


def spelled_out(text: str) -> str:
    """The text with its words in full. What stands in capitals among others that don't is a name of its own."""
    shouts = text.isupper()

    def word(found: re.Match[str]) -> str:
        short = found[1]
        if short.isupper() and len(short) > 1 and not shouts and short[:1].isalpha():
            return short
        return _like(short, _WORDS[short.lower()])

    text = _OK.sub("ok", text)
    text = _ORDER.sub(lambda found: found[1] + _like(found[2], _OPENING[found[2].lower()]), text)
    return _ARE.sub(r"\1 are", _YOU.sub(r"\1 you", _SHORT.sub(word, text)))


def _like(short: str, word: str) -> str:
    return word[:1].upper() + word[1:] if short[:1].isupper() else word
