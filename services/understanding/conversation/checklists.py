"""What is said of a list while it is spoken of, in words that name no list, or name it anywhere: "take those off",
"what's still missing", "hardware list, tick off tape". Pure.

A sentence is read clause by clause. Those that say nothing of a list are remarks ("the organiser's got those"), as
far as they look like talk; else nothing of the sentence is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from services.understanding.slots.items import split_items
from services.understanding.words import FILLERS, split_words, word_set

Rows = Sequence[dict[str, str]]

_SAME_WORD, _STEM = 85.0, 4
_MOST_ITEM_WORDS, _MOST_BARE_WORDS, _MOST_NAME_WORDS = 9, 4, 4
_IDLE = word_set("a an the my our your his her their of to for on in at some list lists that this those these")
_TAKES_BACK = re.compile(r"(?:scratch|scrap) (?:it|that)", re.IGNORECASE)
"""Said of the last change, whatever it was."""
_PUTS_RIGHT = re.compile(r"\bi meant?\b|\bno,? wait\b|\bwait,? no\b", re.IGNORECASE)
_FILLER = re.compile(r"\b(?:um+|uh+|er|erm|lol|let's say|you know)\b[\s,]*", re.IGNORECASE)
_TALK = word_set("""i i'm i've i'll we we're we've we'll you you're he he's she she's they they're they've me us him
    them what who how why when where whether is isn't are aren't was wasn't were be been do don't does doesn't did
    didn't has hasn't have haven't had can can't could will won't would should shall must not no yes yeah okay
    ok because but if
    remind tell call set make show play ask send book schedule cancel move delete wake let let's typical obviously
    never sorry wait thanks thank please good great fine nice hello hi anyway""")
_ORDERS = word_set("""add put stick pop throw take remove cross strike scratch scrap drop lose knock tick check mark
    swap replace got bought packed read sent kill stop start open close turn switch pause repeat undo list write note
    find search report email text message pay meet go do invite assign""")
"""Words that open an order: none opens the name of a thing."""
_NO_THINGS = word_set("something anything nothing stuff things items")
_IT_WORDS = word_set("it that this them those these there")
_REMARK = re.compile(
    r"['’](?:ve|re|ll|d|m)\b|\b(?:one|that|it|there|here|ones|what|who|everybody|nobody|everyone)['’]s\b"
    r"|['’]s (?:\w+(?:ed|en|ing)|got|gone|empty|full|out|off|in|on|had|not|just|already|always|too|so|all|a|an|the)\b",
    re.IGNORECASE,
)
"""Talk by its verb: we've, the old one's, the printer's broken."""
_VERBS = (
    r"add|put|stick|pop|throw|chuck|take|remove|delete|cross|strike|scratch|scrap|drop|lose|knock|tick|check off|mark"
    r"|swap|replace|move|got|what's|what is|who's|who is|how many|read"
    r"|(?:all|everything|the lot) (?:but|except|apart from)"
)
_POLITE = r"(?:please|just|also|you can|can you|could you|we can|then|now|so|and|okay|ok|actually)"
_CLAUSES = re.compile(
    rf"\s*[.;!?](?:\s+|$)|\s+[—–-]+\s+|\s*—\s*"
    rf"|(?:\s*,\s*|\s+and\s+|\s+so\s+|\s+then\s+)(?=(?:{_POLITE}\s+)*(?:{_VERBS})\b)"
    r"|\s+so\s+(?=\S+(?:\s\S+)?(?:'s| is| are) off\b)",
    re.IGNORECASE,
)
_OPEN = (
    rf"(?:(?:{FILLERS}|plus|please|just|actually|hey|but|can you|could you|would you|you can|you may|go ahead and)"
    r"\b[\s,]*)*"
)
_CLOSE = r"(?:[\s,]*\b(?:please|then|now|too|as well|again|actually|thanks|thank you|instead|already|and all)\b)*"
_IT = r"(?:it|there|that|this|them|(?:the|that|this|my|our)(?: same)? list)"


_Forms = Sequence[re.Pattern[str]]


def _said(*forms: str) -> _Forms:
    """Ways to say one thing, politeness around it apart."""
    return [re.compile(rf"{_OPEN}(?:{form}){_CLOSE}[\s.,!?]*", re.IGNORECASE) for form in forms]


def _fitting(forms: _Forms, said: str) -> Iterator[re.Match[str]]:
    return (found for form in forms if (found := form.fullmatch(said)))


_PUT = _said(
    r"(?:add|put|stick|pop|throw|chuck|bung|write|jot|include)(?: (?:in|on|down))? (?P<items>.+?)(?: (?:on|in|down))?"
)
_OFF = _said(
    r"(?:take|cross|strike|scratch|knock|pull|get|leave|kick) (?:off|out|away) (?P<items>.+?)",
    r"(?:take|cross|strike|scratch|knock|pull|get|leave|kick) (?P<items>.+?) (?:off|out|away)",
)
_GO = _said(
    r"(?:drop|scrap|scratch|cross|strike|remove|delete|lose|bin|skip|take|get rid of|no need for"
    r"|(?:we|i) (?:no longer|don't) (?:need|want)) (?P<items>.+?)(?: any ?more| any longer| after all)?",
    r"(?P<items>.+?)(?:'s| is| are) off",
    r"(?P<items>.+?) (?:can|should) (?:go|come off|be taken off)",
    r"(?:w/o|without|minus|except|but no|no|not) (?P<items>.+?)",
)
_TICK = _said(
    r"(?:tick|check|mark) off (?P<items>.+?)",
    r"(?:tick|check|mark) (?P<items>.+?) off",
    r"(?:tick|mark) (?P<items>.+?)(?: as)? (?:done|bought|got|packed)",
)
_HAS = r"(?:'ve|'s| has| have)?(?: just| already| also)? (?:got|bought|brought|packed|picked up|collected|found)"
_COME = _said(
    rf"(?:(?:i|we|he|she|they|[^\W\d_]+){_HAS}|got|bought|packed) (?P<items>.+?)",
    rf"(?P<items>.+?) (?:i|we|he|she|they|[^\W\d_]+){_HAS}",
    r"(?P<items>.+?)(?:'s| has| have|'ve)(?: just| already| also| now)? (?:come|arrived|turned up|been (?:delivered"
    r"|bought|packed|collected)|landed)(?: in)?",
    r"(?P<items>(?:everything|all|the lot)(?: of it)? (?:but|except|apart from|bar) .+?)",
    r"(?P<items>.+?)(?:'s| is| are)(?: just| already| also| now| all)? (?:in|here|there|bought|packed|delivered|got"
    r"|sorted|done|ticked off)",
)
_LATER = re.compile(r"\b(?:done|sorted|in|there|here)[\s.,!?]*(?:now|too|already|as well)?[\s.,!?]*$", re.IGNORECASE)
"""Said of much else than things of a list."""
_SWAP = _said(
    r"(?:swap|replace|exchange|change|switch)(?: out)? (?P<out>.+?) (?:for|with|to|by) (?P<in>.+?)",
    r"not (?P<out>[^,.;—]+?)\s*(?:[,.;—]|\bbut\b)\s*(?:but )?(?P<in>[^,.;—]+?)",
)
_MOVE = _said(
    r"(?:move|shift|transfer|take|put) (?P<items>.+?) from (?P<from>.+?) (?:to|onto|on to|on|into) (?P<to>.+?)",
    r"(?:move|shift|transfer) (?P<items>.+?) (?:to|onto|on to|over to|into) (?P<to>.+?)",
)
_EVERYTHING = re.compile(
    r"(?:everything|all(?: of (?:it|them|those|that))?|it all|them all|the lot|the rest)"
    r"(?:,? (?:but|except|apart from|besides|bar|other than)(?: for)? (?P<but>.+))?",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"it|that|this|them|those|these|that one|this one|both(?: of (?:them|those))?"
    r"|(?:those|these|the) (?:two|three|ones)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?:(?:the )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)(?: (?:one|item|thing))?"
    r"|(?:item )?number \w+)",
    re.IGNORECASE,
)
_AT = re.compile(
    r"(?P<rest>.+?),? (?:on|in|to|onto|on to|into|off|from|out of|off of) (?P<place>[^,.;]+)", re.IGNORECASE
)
_MIDST = re.compile(
    r"(?P<rest>.+?) (?:on|to|onto|on to) (?:the|my|our) (?P<place>[^,.;—]+? list)(?P<more>\s*[,.;—]\s*.+)?",
    re.IGNORECASE,
)
_HEAD = re.compile(
    rf"{_OPEN}(?:on |for |from )?(?:the |my |our )?(?P<place>[^,.:;—?]+?)\s*[,.:;—]\s*(?P<rest>.+)", re.IGNORECASE
)
_OF_IT = _said(
    r"(?:what|who)(?:'s| is| was| are| were| else is| else was)?(?: still| left| all| else)*"
    rf" (?:on|in|left on|left in) {_IT}(?: still| left)?(?: for .+)?",
    r"(?:what|who)(?:'s| is| are)(?: still| left)+ (?:on there|there)(?: for .+)?",
    rf"how many(?:'s that| is that|'s it| are (?:there|they|those|we|left|on {_IT})| left)(?: left| still| on it| on"
    r" there)?(?: altogether| in all)?",
    rf"how many (?:things |items )?(?:(?:have|do) (?:i|we) (?:got|have)|(?:are )?(?:left|on {_IT}))(?: left| on it)?",
    rf"(?:read|tell|give|show)(?: me| us)? {_IT}(?: out| back| aloud| again| to me| to us)*",
)
_BY_ITSELF = _said(
    r"(?:what|who)(?:'s| is| are)(?: still| left)* (?:missing|left|outstanding|remaining|still to come)",
    r"what remains",
    r"(?:what|who)(?:'s| is| are)(?: still| left)+ to (?:get|buy|go|come|pay|pack|bring|fetch|order)",
    r"what (?:have|do|must|should) (?:i|we)(?: still)?(?: have| got| need)? (?:to )?(?:get|buy|pack|bring|fetch|order)",
    r"what(?:'ve| have| did)? (?:i|we)(?: still)? (?:forget|forgotten|forgot|miss|missed|need|got left)",
    r"what (?:do|did) (?:i|we) (?:still )?(?:need|forget|miss)",
    r"(?:the |my |our )?list(?: again| now)?",
)
"""Asked of the list just spoken of: with a word that stands for it, and by what is asked alone."""
_EMPTY = _said(rf"(?:empty|clear|wipe)(?: out)? {_IT}(?: out)?")
_ON = _said(rf"(?:is|are|was|were)(?: there)?(?: any)? (?P<items>.+?)(?: still| also)? (?:on|in) {_IT}(?: yet| still)?")
_NAMES_IT = _said(
    r"(?:what|who)(?:'s| is| are| was| else is)?(?: still| left| else)* (?:on|in|left on|to go on) (?P<list>.+?)",
    r"what (?:do|did) (?:i|we)(?: still)? (?:need|have|want)(?: to get| to buy)? (?:for|from|on) (?P<list>.+?)",
    r"(?:what|who)(?:'s| is| are)(?: still| left)+ (?P<list>to \w+ .+?)",
    r"(?:read|tell|give|show)(?: me| us)? (?P<list>(?:the|my|our) .+?)(?: out| back| aloud| again| to me)*",
    r"how many(?: things| items)? are(?: there| left| still)* (?:on|in) (?P<list>.+?)",
    r"(?:and )?(?P<list>.+?) again",
    r"(?P<list>[^,]+?),? what(?:'s| is)(?: still| left)? (?:on|in) (?:it|there|the list)",
)
_NEW = re.compile(
    rf"(?P<before>[^.;]+[.;,]\s*)?{_OPEN}(?:(?:let's )?(?:make|start|create|begin|open|do|put on|put|i want|i need"
    r"|we need|give me|on)(?: me| us)? )?(?:a |another )?(?:new )?list"
    r"(?: (?:for|called|named|of) (?!it\b|that\b|this\b)(?P<name>[^,.:;]+))?"
    r"(?P<it> for (?:it|that|this))?\s*[,.:;]\s*(?P<rest>.+)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:(?:oh|ah|okay|ok|so|right|well)[\s,]+)*(?P<goes_on>and|also|plus|oh and)\b[\s,]*", re.IGNORECASE
)
_AS_WELL = re.compile(r"[\s,]+(?:as well|too)\b", re.IGNORECASE)
_MORE = _said(
    r"(?:add |make (?:it|that) |put |give (?:it|me) |get )?(?:another |(?:an )?extra )(?P<many>\w+)"
    r"(?: of (?:them|those|it))?",
    r"(?:add |make (?:it|that) |put |get )?(?P<many>\w+) more(?: of (?:them|those|it))?",
)


@dataclass(frozen=True, slots=True)
class KnownList:
    """A list of the store, and what is open on it: (name, how much)."""

    name: str
    items: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do with a list: an action, the items, which list, a new one with its name."""

    action: str
    list: str = ""
    items: Rows = ()


@dataclass(frozen=True, slots=True)
class ListTalk:
    """What was said before, and what else the words may mean."""

    lists: Sequence[KnownList]
    focus: KnownList | None = None
    """The list spoken of last."""
    action: str = ""
    """What was done with it last; empty where something else was spoken of since."""
    told: Rows = ()
    """With what items."""
    lone: bool = False
    """One thing was put on it, and nothing else was done."""
    is_command: Callable[[str], bool] = field(default=lambda _: False)
    """Whether words are an order of another kind."""


def deeds(text: str, talk: ListTalk) -> list[Deed]:
    """What a sentence asks to do with lists; nothing where it asks for anything else, or only perhaps."""
    said = _FILLER.sub("", text).strip()
    if (
        _TAKES_BACK.fullmatch(said.rstrip(" .!"))
        or _PUTS_RIGHT.search(said)
        or (talk.lone and any(_fitting(_SWAP[1:], said)))
    ):
        return []  # undone, or undone and done otherwise
    whole = _question(said, talk) or _made(said, talk) or _moved(said, talk) or _more(said, talk)
    return whole or _in_clauses(said, talk) or _headed(said, talk) or _on_list(said, talk) or _additions(said, talk)


def named(words: str, lists: Sequence[KnownList]) -> KnownList | None:
    """The list that words name: all of its name, or a part that no other list has."""
    said = set(_words(words))
    if not said:
        return None
    fitting = [each for each in lists if all(_has(_words(each.name), word) for word in said)]
    whole = [each for each in fitting if len(_words(each.name)) == len(said)]
    return next((found[0] for found in (whole, fitting) if len(found) == 1), None)


def standing(told: str, there: KnownList) -> list[str]:
    """The items of a list that have all these words; only those that have no other, where there are such."""
    said = _words(told)
    fitting = [name for name, _ in there.items if said and all(_has(_words(name), word) for word in said)]
    return [name for name in fitting if len(_words(name)) == len(said)] or fitting


def holder(told: Sequence[str], talk: ListTalk) -> KnownList | None:
    """The list on which all these things stand: the one spoken of, else the only one."""
    if talk.focus and all(standing(each, talk.focus) for each in told):
        return talk.focus
    having = [each for each in talk.lists if all(standing(item, each) for item in told)]
    return having[0] if len(having) == 1 else None


def _words(text: str) -> list[str]:
    found = [word.text.removesuffix("'s") for word in split_words(text)]
    return [word for word in found if word not in _IDLE] or found


def _has(words: Sequence[str], word: str) -> bool:
    return any(
        each == word
        or (min(len(each), len(word)) >= _STEM and each[:_STEM] == word[:_STEM] and abs(len(each) - len(word)) < 3)
        or (len(word) > _STEM and fuzz.ratio(each, word) >= _SAME_WORD)
        for each in words
    )


def _rows(words: str) -> Rows:
    return split_items(split_words(words), words)


def _question(said: str, talk: ListTalk) -> list[Deed]:
    for on in _fitting(_ON, said) if talk.focus else ():
        if talk.focus and _are_things(rows := _rows(on["items"]), _MOST_ITEM_WORDS):
            return [Deed("list.query", talk.focus.name, rows)]
    if talk.focus and talk.action and any(_fitting(_EMPTY, said)):
        return [Deed("list.delete", talk.focus.name)]
    first = re.split(r"[,.;?](?:\s|$)", said, maxsplit=1)[0] if "?" not in said[:-1] else said
    if talk.focus and any(_fitting((*_OF_IT, *(_BY_ITSELF if talk.action else ())), said)):
        return [Deed("list.query", talk.focus.name)]
    for form in (*_fitting(_NAMES_IT, said), *_fitting(_NAMES_IT, first)):
        if there := named(form["list"], talk.lists):
            return [Deed("list.query", there.name)]
    return []


def _made(said: str, talk: ListTalk) -> list[Deed]:
    """A new list, its name and what is to stand on it; a list of that name may be there."""
    found = _NEW.fullmatch(said)
    if found is None:
        return []
    name, rest = (found["name"] or "").strip(), found["rest"].strip(" .!")
    if not name and found["before"] and found["it"]:
        name = found["before"].strip(" .,;")
    elif not name:
        name, *behind = re.split(r"\s*[,.:;]\s*", rest, maxsplit=1)
        rest = behind[0] if behind else ""
    rows = _rows(rest)
    name = re.sub(rf"^{_OPEN}(?:the|my|our|a)\s+|\s+list$", "", name, flags=re.IGNORECASE)
    if not _are_things([{"item": name}], _MOST_NAME_WORDS) or (rest and not _are_things(rows, _MOST_BARE_WORDS)):
        return []
    there = any(each.name.casefold() == name.casefold() for each in talk.lists)
    return [Deed("list.add" if there else "list.create", name, rows)] if rows or not there else []


def _moved(said: str, talk: ListTalk) -> list[Deed]:
    """Off one list and onto another, or one thing for another."""
    for found in _fitting(_MOVE, said):
        names = found.groupdict()
        onto, told = named(found["to"], talk.lists), [row["item"] for row in _pointed(_rows(found["items"]), [], talk)]
        off = named(names["from"], talk.lists) if "from" in names else holder(told, talk)
        if onto and off and onto != off and told and all(standing(each, off) for each in told):
            kept = [item for each in told for item in off.items if item[0] == standing(each, off)[0]]
            rows = [{"item": name, **({"quantity": many} if many else {})} for name, many in kept]
            gone = [{"item": name} for name, _ in kept]
            return [Deed("list.remove", off.name, gone), Deed("list.add", onto.name, rows)]
    return []


def _more(said: str, talk: ListTalk) -> list[Deed]:
    """Two more of the one thing that was put on the list."""
    found = next(_fitting(_MORE, said), None)
    if found is None or talk.action != "list.add" or len(talk.told) != 1 or not talk.focus:
        return []
    many = _rows(f"{found['many']} of them")[0].get("quantity")
    row = {"item": talk.told[0]["item"], "quantity": f"{many} more"}
    return [Deed("list.add", talk.focus.name, [row])] if many else []


def _in_clauses(said: str, talk: ListTalk) -> list[Deed]:
    remarks: list[str] = []
    here = talk
    found = _swapped(said, talk)
    for clause in [] if found else [part.strip(" ,") for part in _CLAUSES.split(said) if part]:
        if not clause:
            continue
        if done := _deed(clause, here, remarks) or _further(clause, found):
            found = _joined(found, done)
            there = next((each for each in talk.lists if each.name == done[-1].list), here.focus)
            here = replace(here, focus=there, action=done[-1].action, told=done[-1].items)
        elif place := _place(clause, talk):
            here = replace(here, focus=place, action=talk.action or "list.query")
        else:
            remarks.append(clause)
    return found if all(_is_remark(each, talk) for each in remarks) else []


def _further(clause: str, found: Sequence[Deed]) -> list[Deed]:
    """ "Put filler on — and brushes": more of what was put there."""
    lead = _LEAD.match(clause)
    if not lead or not found or found[-1].action != "list.add":
        return []
    rows = _rows(_without_remarks(clause[lead.end() :]))
    return [Deed("list.add", found[-1].list, rows)] if _are_things(rows, _MOST_BARE_WORDS) else []


def _joined(found: list[Deed], more: Sequence[Deed]) -> list[Deed]:
    """With what comes on: things that were told already are told once."""
    for deed in more:
        told = [row for each in found if each.action != "list.add" or deed.action == each.action for row in each.items]
        rows = [row for row in deed.items if row not in told]
        if deed.items and not rows:
            continue
        last = found[-1] if found else None
        if last and (last.action, last.list) == (deed.action, deed.list) and deed.items:
            found = [*found[:-1], Deed(deed.action, deed.list, [*last.items, *rows])]
        else:
            found = [*found, Deed(deed.action, deed.list, rows)]
    return found


def _without_remarks(words: str) -> str:
    """Without what is said of things behind a comma: "brushes, we've ruined all of them"."""
    pieces = words.rstrip(" .!").split(",")
    while len(pieces) > 1 and _talks(pieces[-1]):
        pieces.pop()
    return ",".join(pieces)


def _talks(piece: str) -> bool:
    """Whether a clause is talk: but a "no" puts right, and "them" counts."""
    words = {word.text for word in split_words(piece)}
    counts = len(words) < 4 and words & _IT_WORDS
    return not counts and (bool((_TALK - {"no"}) & words) or _REMARK.search(piece) is not None)


def _place(clause: str, talk: ListTalk) -> KnownList | None:
    """A clause that names a list and nothing else: "hardware list, …"."""
    words = re.fullmatch(rf"{_OPEN}(?:on |for )?(.+? list)[\s,:]*", clause.strip(), re.IGNORECASE)
    return named(words[1], talk.lists) if words else None


def _deed(clause: str, talk: ListTalk, remarks: Sequence[str]) -> list[Deed]:
    """What one clause asks for; remarks may stand behind its comma, and more of what is put on."""
    pieces = clause.split(",")
    for end in range(len(pieces), 0, -1):
        rest, tail = ",".join(pieces[:end]), [piece.strip() for piece in pieces[end:]]
        found = _ordered(rest.strip(), talk, remarks)
        further = [_further(piece, found) for piece in tail if _LEAD.match(piece)]
        if found and all(further) and all(_LEAD.match(each) or _is_remark(each, talk) for each in tail):
            return _joined(found, [deed for deeds_ in further for deed in deeds_])
    return []


_TAKING = ((_OFF, "list.remove"), (_TICK, "list.complete"), (_GO, "list.remove"), (_COME, "list.complete"))


def _ordered(clause: str, talk: ListTalk, remarks: Sequence[str]) -> list[Deed]:
    if whole := _swapped(clause, talk) or _question(clause, talk):
        return whole
    bare, place = clause, None
    if (at := _AT.fullmatch(re.sub(rf"{_CLOSE}$", "", clause, flags=re.IGNORECASE))) and (
        place := _there(at["place"], talk)
    ):
        bare = at["rest"]
    here = replace(talk, focus=place, action=talk.action or "list.query") if place else talk
    for pattern, action in _TAKING:
        for tried in dict.fromkeys((clause if place is None else f"{bare} off" if pattern is _OFF else bare, bare)):
            for found in _fitting(pattern, tried):
                if gone := _gone(found["items"], here, remarks, pattern):
                    return [Deed(action, *gone)]
    for found in _fitting(_PUT, bare) if here.focus and (here.action or place) else ():
        words = re.sub(r" (?:on|in|down|back)(?=,|$)", "", found["items"], flags=re.IGNORECASE)
        rows = _pointed(_rows(words), remarks, talk)
        to_other = not place and re.search(r"\b(?:to|into|onto|for) (?:the|my|our)\b", bare)
        if here.focus and not to_other and _are_things(rows, _MOST_ITEM_WORDS):
            return [] if not place and talk.is_command(clause) else [Deed("list.add", here.focus.name, rows)]
    return []


def _gone(told: str, talk: ListTalk, remarks: Sequence[str], forms: _Forms) -> tuple[str, Rows] | None:
    """The list and what goes off it."""
    focus = talk.focus if talk.action else None
    told = re.sub(r"\s+(?:already|now|too)$", "", told, flags=re.IGNORECASE)
    if everything := _EVERYTHING.fullmatch(told):
        but = [row["item"] for row in _rows(everything["but"] or "")]
        there = focus or (holder(but, talk) if but else None)
        return (there.name, [{"item": told}]) if there and there.items else None
    if _PLACE.fullmatch(told) and forms in (_OFF, _GO, _TICK):
        return (focus.name, [{"item": told}]) if focus and focus.items else None
    points = _POINTS.fullmatch(told)
    if points and (forms is _COME or (forms is _GO and talk.action == "list.create")):
        return None  # "got it" is said of what was said; "delete it" of the list
    rows = _pointed([{"item": told}] if points else _rows(told), remarks, talk)
    return _off(rows, talk, focus, surely=forms in (_OFF, _TICK)) if rows else None


def _off(rows: Rows, talk: ListTalk, focus: KnownList | None, *, surely: bool) -> tuple[str, Rows] | None:
    """The list that has these things; where none has, that in focus, if it is `surely` one of them that is meant."""
    names = [row["item"] for row in rows]
    there = holder(names, talk)
    if there is None:
        return (focus.name, rows) if focus and surely and _are_things(rows, _MOST_BARE_WORDS) else None
    exact = all(len(_words(name)) == len(_words(standing(name, there)[0])) for name in names)
    if there != focus and not exact:
        return None  # a part of the name is enough for what was just spoken of
    return there.name, [
        {"item": standing(name, there)[0] if len(standing(name, there)) == 1 else name} for name in names
    ]


def _pointed(rows: Rows, remarks: Sequence[str], talk: ListTalk) -> Rows:
    """The rows, with what "those" stand for: what the remarks before speak of, else what was told last."""
    found: list[dict[str, str]] = []
    for row in rows:
        if not _POINTS.fullmatch(row["item"]):
            found.append(row)
            continue
        there = talk.focus.items if talk.focus else ()
        spoken = {word for remark in remarks for word in _words(remark)}
        meant = [
            {"item": name}
            for name, _ in there
            if any(
                _has(list(spoken), word) and sum(_has(_words(n), word) for n, _ in there) == 1 for word in _words(name)
            )
        ]
        meant = meant or [{"item": each["item"]} for each in talk.told if not _EVERYTHING.fullmatch(each["item"])]
        if not meant:
            return []
        found += meant
    return found


def _swapped(said: str, talk: ListTalk) -> list[Deed]:
    """One thing of the list goes, another comes."""
    for found in _fitting(_SWAP, said):
        there, rows = holder([found["out"]], talk), _rows(found["in"])
        if there and (there == talk.focus or talk.action) and _are_things(rows, _MOST_BARE_WORDS):
            gone = standing(found["out"], there)[:1]
            return [
                Deed("list.remove", there.name, [{"item": name} for name in gone]),
                Deed("list.add", there.name, rows),
            ]
    return []


def _there(words: str, talk: ListTalk) -> KnownList | None:
    if re.fullmatch(_IT, words.strip(), re.IGNORECASE):
        return talk.focus
    return named(words, talk.lists)


def _headed(said: str, talk: ListTalk) -> list[Deed]:
    """ "Hardware list, filler and tape": what is told behind a list's name goes on it."""
    found = _HEAD.fullmatch(said)
    name = re.fullmatch(r"(.+) list|(groceries)", found["place"], re.IGNORECASE) if found else None
    if found is None or name is None:
        return []
    place, rows = named(found["place"], talk.lists), _rows(found["rest"].rstrip(" .!"))
    called = place.name if place else name[1] or name[2]
    fits = _are_things(rows, _MOST_BARE_WORDS) and (place or _are_things([{"item": called}], 2))
    return [Deed("list.add", called, rows)] if fits else []


def _on_list(said: str, talk: ListTalk) -> list[Deed]:
    """ "Cement on the merchant list, ten bags"."""
    found = _MIDST.fullmatch(said)
    place = named(found["place"], talk.lists) if found else None
    if found is None or place is None:
        return []
    more = (found["more"] or "").rstrip(" .!")
    put = re.match(rf"{_OPEN}(?:add|put|stick|pop|write|jot)(?: down)? ", found["rest"], re.IGNORECASE)
    if put is None and talk.is_command(said):
        return []
    first, *later = re.split(r"\s*[—;]\s*", more)
    told = [_without_remarks(first), *(piece for piece in later if not _is_remark(piece, talk))]
    rows = _rows(
        ", ".join(
            [found["rest"][put.end() if put else 0 :], *(each.strip(" ,.") for each in told if each.strip(" ,."))]
        )
    )
    return [Deed("list.add", place.name, rows)] if _are_things(rows, _MOST_ITEM_WORDS) else []


def _additions(said: str, talk: ListTalk) -> list[Deed]:
    """ "And butter", "plums, twenty kilos, and sugar", behind a list."""
    lead = _LEAD.match(said)
    words = _without_asides(said[lead.end() if lead else 0 :].rstrip(" .!"))
    more = _AS_WELL.search(words)
    behind = words[more.end() :].strip(" ,.") if more else ""
    if not talk.action or not talk.focus or said.endswith("?") or (behind and not _is_remark(behind, talk)):
        return []
    words = words[: more.start()] if more else words
    rows = _rows(_without_remarks(words))
    on = [standing(row["item"], talk.focus) for row in rows]
    opened, counted = bool(lead or more), any("quantity" in row for row in rows)
    if talk.action in ("list.complete", "list.remove") and (opened or any(on) or not counted):
        same = on and all(on) and opened
        return [Deed(talk.action, talk.focus.name, [{"item": names[0]} for names in on])] if same else []
    loose = re.search(r"[.;!]|'s\b", words) or _IT_WORDS & {word.text for word in split_words(words)}
    fits = (
        (lead or not loose)
        and _are_things(rows, _MOST_ITEM_WORDS if lead else _MOST_BARE_WORDS)
        and (opened or counted or len(rows) > 1)
    )
    return [Deed("list.add", talk.focus.name, rows)] if fits and not talk.is_command(said) else []


def _without_asides(words: str) -> str:
    """ "Beer — at two in the afternoon — for after": what stands between dashes goes on only behind an "and"."""
    first, *later = [piece for piece in re.split(r"\s+[—–-]+\s+", words) if piece] or [""]
    return ", ".join([first, *(piece for piece in later if piece.casefold().startswith("and "))])


def _are_things(rows: Rows, most: int) -> bool:
    """Whether these may be things for a list, and no talk."""
    for row in rows:
        words = [word.text for word in split_words(row["item"])]
        talks = (_TALK | _NO_THINGS) & set(words) or _REMARK.search(row["item"])
        if talks or not 0 < len(words) <= most or words[0] in _ORDERS or words[-1] in _IT_WORDS:
            return False
    return bool(rows)


def _is_remark(clause: str, talk: ListTalk) -> bool:
    """Whether it is said beside what is asked for: talk, or a word or two."""
    words = [word.text for word in split_words(clause)]
    short = all(len(split_words(piece)) <= 2 for piece in clause.split(","))
    talks = bool(_TALK & set(words)) or _REMARK.search(clause) is not None
    return (short or talks or bool(talk.action)) and not talk.is_command(clause)
