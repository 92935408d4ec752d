"""What comes onto lists, by their names or as what is missing: "hardware list, tape", "we're out of eggs". Pure."""

from __future__ import annotations

import re

from services.understanding.conversation import list_phrases as say
from services.understanding.conversation import list_remarks as beside
from services.understanding.conversation.known_lists import (
    Deed,
    KnownList,
    ListTalk,
    called_as,
    named,
    rows_of,
    standing,
    words_of,
)
from services.understanding.conversation.list_things import (
    are_things,
    head_of_name,
    is_remark,
    is_talk,
    without_asides,
    without_remarks,
)
from services.understanding.words import split_words, word_set

_MOST_ITEM_WORDS = 9
_MOST_OF_SEVERAL = 5
_MOST_BARE_WORDS = 4
_MOST_NAME_WORDS = 4

_IS_THERE = say.any_of(
    r"(?P<items>.+?)(?:'s| is| are)(?: just)? already (?:in|on|at) (?:the|my|our|his|her) [\w ]+",
    r"(?P<items>.+?)(?:'s| is| are) (?:in|on|at) (?:the|my|our|his|her) [\w ]+ already",
    r"(?!wh|how\b)(?:[^\W\d_]+)(?:'s| is| are|'re)"
    r" (?:bringing|getting|fetching|buying|picking up|taking care of|sorting) (?P<items>.+?)(?: along)?",
)
"""What is said to be there, or that somebody brings: said of things of the list alone."""
_THOSE = re.compile(
    r"(?P<before>^|,\s+|\band )(?:those|these) (?!ones?\b|two\b|three\b|things?\b)(?=\w+)", re.IGNORECASE
)
""" "Those little sausages": no others than everybody knows."""
_IN_ITS_PLACE = re.compile(r"(?P<but>but )?(?P<items>.+?)(?P<instead>[\s,]+(?:instead|though))?[\s.!]*", re.IGNORECASE)
"""Behind what went off: "wax though", "Lukas instead"."""
_JUDGES = word_set("""true fair weird expensive cheap late early tired cold hot odd strange funny silly sad annoying
    shame pity wrong right sure enough same different better worse ready done full empty""")
"""Said of something, and no thing itself."""
_IDEAS = re.compile(r"\b(?:ideas?|thoughts?|quotes?|questions?|wish(?:es)?|names?|titles?|jokes?)\b", re.IGNORECASE)
_PUT_FORWARD = re.compile(
    rf"{say.OPEN}(?:put|add|write|note|stick)(?: down)? (?:it|that|this) (?:on|onto|to|in|with) (?:the |my |our )?"
    r"(?P<list>[^,.:;]+?)\s*[,:;—]\s*(?P<rest>.+)",
    re.IGNORECASE,
)
""" "Put it on the ideas, the bag is the logo"."""
_GOES_ON = say.any_of(
    r"(?P<items>it|that|this|them|those|these|that one)(?:['’]s|['’]d be|['’]re| is| are| would be| goes| go| belongs?)"
    r" (?:for|on|to|in|onto) (?:the |my |our )?(?P<list>[^,.;]+)"
)
_THINGS_THAT = re.compile(r"(?:things|stuff|people|places|questions|reasons|ideas|books|films)\b", re.IGNORECASE)
"""Names of lists that tell what stands on them: "things I'm afraid of"."""
_MIDST = re.compile(
    r"(?P<rest>.+?) (?:on|to|onto|on to) (?:the|my|our) (?P<place>[^,.;—]+? list)(?P<more>\s*[,.;—]\s*.+)?",
    re.IGNORECASE,
)
_ONTO = re.compile(
    rf"{say.OPEN}(?:add|put|write|stick|note)(?: (?:this|these|that))? (?:to|on|onto|on to|in) (?:the |my |our )?"
    r"(?P<place>[^,.:;—?]+?)\s*[,:;—]\s*(?P<rest>.+)",
    re.IGNORECASE,
)
_HEAD = re.compile(
    rf"{say.OPEN}(?:on |for |from )?(?:the |my |our )?(?P<place>[^,.:;—?]+?)\s*[,.:;—]\s*(?P<rest>.+)", re.IGNORECASE
)
_MISSING = re.compile(
    rf"{say.OPEN}(?:(?:then|yes)[\s,]+)*(?:make|start|create|open|begin|set up)(?: (?:me|us|her|him"
    rf"|them))? (?:one|it|that one|that list|a list|this list)"
    r"(?: for (?:her|him|them|me|us|it|that|[\w'’-]+))?(?:(?:\s*[,:;.—–-]+\s*| with )(?P<rest>.+))?[\s.!]*",
    re.IGNORECASE,
)
"""A list that was asked about, and is not there: it is wanted."""
_NEW = re.compile(
    rf"(?P<before>[^.;]+[.;,]\s*)?{say.OPEN}(?:(?:let's )?(?:make|start|create|begin|open|do|put on|put|i want|i need"
    r"|we need|give me|on)(?: me| us)? )?(?:a |another )?(?:new )?(?P<called>(?!new\b)(?:[\w'’-]+ ){1,2})?list"
    r"(?: (?:for|called|named|of) (?!it\b|that\b|this\b)(?P<name>[^,.:;]+))?"
    r"(?P<it> for (?:it|that|this))?\s*[,.:;]\s*(?P<rest>.+)",
    re.IGNORECASE,
)
_ASKS = re.compile(r"(?:how|what|when|where|why|who|which)\b", re.IGNORECASE)
""" "How many miles before I run out of gas" puts no gas on the list."""
_AS_WELL = re.compile(
    r"[\s,]+(?:as well|too(?: though)?|obviously|of course|please|while (?:we|you|i)['’]?(?:re|m| are| am) at it)\b",
    re.IGNORECASE,
)


def newly_made(said: str, talk: ListTalk) -> list[Deed]:
    """A new list, its name and what is to stand on it; a list of that name may be there."""
    found = _NEW.fullmatch(said)
    if found is None or (found["called"] or "").strip().casefold() in ("task", "to do", "todo", "job"):
        return []  # those are no things to buy
    name, rest = (found["name"] or found["called"] or "").strip(), found["rest"].strip(" .!")
    if not name and found["before"] and found["it"]:
        name = found["before"].strip(" .,;")
    elif not name:
        name, *behind = re.split(r"\s*[,.:;]\s*", rest, maxsplit=1)
        rest = behind[0] if behind else ""
    counted = beside.numbered(rest)
    rows = [{"item": each} for each in counted] or rows_of(rest)
    name = re.sub(rf"^{say.OPEN}(?:the|my|our|a)\s+|\s+list$", "", name, flags=re.IGNORECASE)
    called = _THINGS_THAT.match(name) or are_things([{"item": name}], _MOST_NAME_WORDS)
    if not called or (rest and not counted and not are_things(rows, _MOST_BARE_WORDS)):
        return []
    there = any(each.name.casefold() == name.casefold() for each in talk.lists)
    return [Deed("list.add" if there else "list.create", name, rows)] if rows or not there else []


def made_missing(said: str, name: str) -> list[Deed]:
    """ "Then make one for her, a horse book and felt pens", where there was no list of that name."""
    found = _MISSING.fullmatch(said.strip()) if name else None
    rows = rows_of(found["rest"].strip(" .!")) if found and found["rest"] else ()
    fits = found is not None and (not found["rest"] or are_things(rows, _MOST_ITEM_WORDS))
    return [Deed("list.create", name, rows)] if fits else []


def headed(said: str, talk: ListTalk) -> list[Deed]:
    """ "Hardware list, filler and tape", "add to the handover, bed two": what is told behind a list's name."""
    onto = _ONTO.fullmatch(said)
    there = named(onto["place"], talk.lists) if onto else None
    if onto and there and are_things(more := rows_of(onto["rest"].rstrip(" .!")), _MOST_ITEM_WORDS):
        return [Deed("list.add", there.name, more)]
    found = _HEAD.fullmatch(said)
    name = re.fullmatch(r"(.+) list|(groceries)", found["place"], re.IGNORECASE) if found else None
    if found and name is None and (known := named(found["place"], talk.lists)):
        rows = rows_of(re.sub(rf"^{say.OPEN}(?:add|put|write) ", "", found["rest"].rstrip(" .!"), flags=re.IGNORECASE))
        whole = len(words_of(known.name)) == len(words_of(found["place"]))
        plain = whole and are_things(rows, _MOST_BARE_WORDS) and not talk.is_command(said)
        return [Deed("list.add", known.name, rows)] if plain else []
    if found is None or name is None:
        return []
    place, rows = named(found["place"], talk.lists), rows_of(found["rest"].rstrip(" .!"))
    called = place.name if place else name[1] or name[2]
    fits = are_things(rows, _MOST_BARE_WORDS) and (place or are_things([{"item": called}], 2))
    return [Deed("list.add", called, rows)] if fits else []


def put_forward(said: str, talk: ListTalk) -> list[Deed]:
    """ "Put it on the ideas, the bag is the logo": what it is, is told behind it."""
    found = _PUT_FORWARD.fullmatch(said)
    there = named(found["list"], talk.lists) if found else None
    if found is None or there is None or not _IDEAS.search(there.name):
        return []
    told = found["rest"].strip(" .!")
    begins = split_words(told)[:1]
    says_why = not begins or begins[0].text in say.SPEAKERS | say.IT_WORDS | say.TALK
    return [] if says_why else [Deed("list.add", there.name, [{"item": told}])]


def told_otherwise(said: str, talk: ListTalk) -> list[Deed]:
    """What belongs on a list, told otherwise than by its names: for whom it is, what is to be asked."""
    *before, last = [part.strip(" ,") for part in re.split(r"[,.;]\s+", said.rstrip(" .!"))]
    for found in say.fitting(_GOES_ON, last):
        if (there := named(found["list"], talk.lists)) and (things := beside.wanted(before)):
            return [Deed("list.add", there.name, rows_of(things))]
    if not talk.action or not talk.focus or talk.is_command(said):
        return []
    told = beside.for_somebody(said) or beside.to_ask(said, talk.focus.name)
    return [Deed("list.add", talk.focus.name, [{"item": each} for each in told])] if told else []


def there_already(said: str, talk: ListTalk) -> list[Deed]:
    """ "The trowel's already in the van", "Mike's bringing the rope", of what stands on the list spoken of."""
    focus = talk.focus if talk.action else None
    for found in say.fitting(_IS_THERE, said):
        rows = rows_of(found["items"])
        if focus and rows and all(standing(row["item"], focus) for row in rows):
            return [Deed("list.complete", focus.name, [{"item": standing(row["item"], focus)[0]} for row in rows])]
    return []


def run_out(said: str, talk: ListTalk) -> list[Deed]:
    """ "We're running low on milk, and we need butter": onto the shopping list, or the list spoken of."""
    said = re.sub(r" (?:on|in) (?:there|it)(?= too|[.!]?$)", "", said, flags=re.IGNORECASE)
    pieces = [each for each in re.split(r"[,.;]\s+(?:and )?|\s+and (?=(?:we|i|there)\b)", said.rstrip(" .!")) if each]
    told = [(each, beside.wanted([each])) for each in pieces]
    rows = [row for _, things in told if things for row in rows_of(without_remarks(things))]
    shop = called_as("buy", talk.lists) or (None if talk.lists else KnownList("shopping"))
    there = talk.focus if talk.action and talk.focus else shop
    gone = any(beside.has_run_out(each) for each, _ in told)
    plain = all(things or rows_of(each) for each, things in told) and not _ASKS.match(said)
    plain = plain and not said.rstrip().endswith("?")
    if not plain or there is None or not (gone or talk.action) or not told or not told[0][1]:
        return []
    more = [row for each, things in told[1:] if not things and not is_talk(each) for row in rows_of(each)]
    rows = [*rows, *more]
    fits = are_things(rows, _MOST_BARE_WORDS) and not any(beside.is_no_ware(head_of_name(row["item"])) for row in rows)
    return [Deed("list.add", there.name, rows)] if fits and not talk.is_command(said) else []


def on_list(said: str, talk: ListTalk) -> list[Deed]:
    """ "Cement on the merchant list, ten bags"."""
    found = _MIDST.fullmatch(said)
    place = named(found["place"], talk.lists) if found else None
    if found is None or place is None:
        return []
    more = (found["more"] or "").rstrip(" .!")
    put = re.match(rf"{say.OPEN}(?:add|put|stick|pop|write|jot)(?: down)? ", found["rest"], re.IGNORECASE)
    if put is None and talk.is_command(said):
        return []
    first, *later = re.split(r"\s*[—;]\s*", more)
    told = [without_remarks(first), *(piece for piece in later if not is_remark(piece, talk))]
    rows = rows_of(
        ", ".join(
            [found["rest"][put.end() if put else 0 :], *(each.strip(" ,.") for each in told if each.strip(" ,."))]
        )
    )
    return [Deed("list.add", place.name, rows)] if are_things(rows, _MOST_ITEM_WORDS) else []


def _in_its_place(said: str, talk: ListTalk) -> list[Deed]:
    """ "Wax though", "Lukas instead": what comes behind what went off."""
    found = _IN_ITS_PLACE.fullmatch(said) if talk.action == "list.remove" else None
    if found is None or talk.focus is None or not (found["but"] or found["instead"]):
        return []
    rows = rows_of(re.sub(r" too$", "", found["items"], flags=re.IGNORECASE))
    judges = any(_JUDGES & set(words_of(row["item"])) for row in rows)
    fits = are_things(rows, _MOST_BARE_WORDS) and not judges and not talk.is_command(said)
    return [Deed("list.add", talk.focus.name, rows)] if fits else []


def additions(said: str, talk: ListTalk) -> list[Deed]:
    """ "And butter", "plums, twenty kilos, and sugar", behind a list."""
    lead = say.LEAD.match(said)
    words = without_asides(said[lead.end() if lead else 0 :].rstrip(" .!"))
    more = _AS_WELL.search(words)
    behind = words[more.end() :].strip(" ,.") if more else ""
    if (
        not talk.action
        or not talk.focus
        or said.endswith("?")
        or say.SLIP.search(words)
        or beside.orders(words)
        or (behind and not is_remark(behind, talk))
    ):
        return []
    words = _THOSE.sub(r"\g<before>", words[: more.start()] if more else words)
    if instead := _in_its_place(said, talk):
        return instead
    rows = rows_of(without_remarks(words))
    on = [standing(row["item"], talk.focus) for row in rows]
    if talk.action == "list.remove" and say.SOME.match(behind or words) and not any(on):
        rows = rows_of(behind or words)  # what comes for what went off
        fits = are_things(rows, _MOST_BARE_WORDS) and not talk.is_command(said)
        return [Deed("list.add", talk.focus.name, rows)] if fits else []
    opened, counted = bool(lead or more or talk.action == "list.create"), any("quantity" in row for row in rows)
    others = opened and counted and not any(on)
    if talk.action in ("list.complete", "list.remove") and not others and (opened or any(on) or not counted):
        same = on and all(on) and opened
        return [Deed(talk.action, talk.focus.name, [{"item": names[0]} for names in on])] if same else []
    loose = re.search(r"[.;!]|'s\b", words) or say.IT_WORDS & {word.text for word in split_words(words)}
    fits = (
        (lead or not loose)
        and are_things(rows, _MOST_ITEM_WORDS if lead else _MOST_OF_SEVERAL if len(rows) > 1 else _MOST_BARE_WORDS)
        and (opened or counted or len(rows) > 1)
    )
    return [Deed("list.add", talk.focus.name, rows)] if fits and not talk.is_command(said) else []
