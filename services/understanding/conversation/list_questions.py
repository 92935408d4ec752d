"""What is asked of a list: "what's still missing", "how much plaster was it", "who have I got on Saturday". Pure."""

from __future__ import annotations

import re

from services.understanding.conversation import list_phrases as say
from services.understanding.conversation.known_lists import (
    Deed,
    KnownList,
    ListTalk,
    called_as,
    holder,
    named,
    rows_of,
    standing,
)
from services.understanding.conversation.list_things import are_things

_MOST_ITEM_WORDS = 9
_MOST_BARE_WORDS = 4

_HOW_MUCH = say.any_of(
    r"how (?:many|much) (?P<items>(?!(?:is|are|was|were|do|did|have|has|of|things?|items?|more|time|left)\b).+?)"
    r" (?:is|are|was|were|do|did|have|has|'s|had)(?: (?:it|that|there|i|we|you|they))?"
    r"(?: (?:need|have|got|say|said|put|want|write|written|down|get|to get|to buy|still|again))*"
    rf"(?: (?:on|in) (?:{say.IT}|any of (?:them|those)))?",
)
_STANDS = say.any_of(
    r"(?:did|have|had|do) (?:i|we|you)(?: already| ever| even| actually)*(?: got| have| put| say| said| write| written"
    r"| add| added| mention| mentioned| remember| note| noted)(?: down)? (?P<items>.+?)"
    rf"(?: (?:on|in) (?:{say.IT}|(?:any|either|one)(?: of (?:them|those|the lists|my lists))?)| down"
    r"| already| anywhere| yet| somewhere| at all)*",
    r"(?:is|are) (?P<items>.+?)(?: still| already)?"
    r" (?:(?:on|in) (?:any(?: of (?:them|those|the lists|my lists))?|one of (?:them|the lists|my lists)|any list"
    r"|a list)|anywhere|down)(?: anywhere| already| yet| at all)*",
)
""" "Did I say screws", "do we have napkins down anywhere"."""
_ANYWHERE = re.compile(r"\bany(?:where)?\b|\beither\b|\bsomewhere\b|\bone of\b|\ba list\b", re.IGNORECASE)
_WHAT_OF = say.any_of(r"(?:what|how) about (?P<items>[^,.;]+?)")
_AND_OF = say.any_of(r"(?P<items>[^,.;]+?)")
""" "And tape?" where it was asked how much of something there is."""
_OF_IT = say.any_of(
    r"(?:what|who)(?:'s| is| was| are| were| else is| else was)?(?: still| left| all| else)*"
    rf" (?:on|in|left on|left in) {say.IT}(?: still| left)?(?: for .+)?",
    r"(?:what|who)(?:'s| is| are)(?: still| left)+ (?:on there|there)(?: for .+)?",
    rf"how many(?: things?| items?)?(?:'s that|'s left| is that| is this| are these|'s it"
    rf"| are (?:there|they|those|we|left|on {say.IT})| left)(?: left| still| on it| on there)?(?: altogether| in all)?",
    rf"how many (?:things |items )?(?:(?:have|do) (?:i|we) (?:got|have)|(?:are )?(?:left|on {say.IT}))(?: left"
    r"| on it| down| there)*",
    rf"(?:read|tell|give|show)(?: me| us)? {say.IT}(?: out| back| aloud| again| to me| to us)*",
)
_BY_ITSELF = say.any_of(
    r"(?:is there |is )?(?:anything|something|much|a lot)(?: still| else)*"
    r" (?:missing|left|on (?:it|there)|(?:left )?to (?:get|buy|go|pack|bring|fetch|order))(?: on (?:it|there)| still"
    r"| left| now)*",
    r"(?:now |so |and )?(?:all of (?:it|them)|the (?:whole|entire|full) (?:list|thing|lot)|everything on it)",
    r"(?:read|tell|give|show)(?: me| us)? (?:it|that|them|everything|the (?:whole|entire|full) (?:list|thing|lot))"
    r"(?: out| back| aloud| again| to me| to us| once more| one more time)*",
    r"what (?:have|do|'ve) (?:i|we)(?: got| have)(?: on (?:it|there))?(?: so far| now| up to now| in all)*",
    r"(?:what|who)(?:'s| is| are)(?: still| left)* (?:missing|left|outstanding|remaining|still to come)",
    r"who(?:'s| is| are) (?:that|it|they|there)(?: now| then)+",
    r"what remains|(?:what|who) does that leave(?: us| me)?(?: with)?",
    r"how many (?!of\b|more\b)\w+ (?:is|are|does) (?:that|this|it|those|they|these)(?: make)?(?: now)*"
    r"(?: altogether| in all)?(?: now)?",
    r"(?:what|who)(?:'s| is| are)(?: still| left)+ to (?!do\b)(?:be )?\w+",
    r"what (?:have|do|must|should) (?:i|we)(?: still)?(?: have| got| need)? (?:to )?(?:get|buy|pack|bring|fetch|order)",
    r"what(?:'ve| have| did)? (?:i|we)(?: still)? (?:forget|forgotten|forgot|miss|missed|need|got left)",
    r"what (?:do|did) (?:i|we) (?:still )?(?:need|forget|miss)",
    r"(?:the |my |our )?list(?: again| now)?",
)
"""Asked of the list just spoken of: with a word that stands for it, and by what is asked alone."""
_STILL_TO_COME = say.any_of(
    r"(?:what|who)(?:'s| is| are)(?: still)? (?:missing|(?:left )?to"
    r" (?:get|buy|pack|bring|fetch|order|be (?:bought|packed|got)))",
    r"what (?:have|do|must|should) (?:i|we)(?: still)?(?: have| got| need)? to (?:get|buy|pack|bring|fetch|order)",
    r"(?:is there |is )(?:anything|something|much|a lot)(?: still)?"
    r" (?:missing|(?:left )?to (?:get|buy|pack|bring|fetch|order))",
)
"""Asked of a list though something else was spoken of since."""
_SHOPS = re.compile(
    r"(?:the |a )?(?:shops?|stores?|supermarket|market|grocer(?:y|'s)|corner shop|grocery store)", re.IGNORECASE
)
_LEFT_TO = say.any_of(
    r"(?:tell me |show me )?(?:what|who)(?:['’]s| is| are)(?: still| left)* to (?:be )?(?P<verb>\w+)",
    r"(?:is there |is )?(?:anything|something|much)(?: still| else)* (?:left )?to (?P<verb>\w+)",
    r"what (?:have|do|must|should) (?:i|we)(?: still)?(?: have| got| need)? to (?P<verb>\w+)",
)
"""What is still to be done with the things of a list, by whose name it may be known."""
_EMPTY = say.any_of(rf"(?:empty|clear|wipe)(?: out)? {say.IT}(?: out)?")
_ON_LIST = say.any_of(
    r"(?:is|are|was|were) (?P<items>.+?)(?: still| also| already| down)* (?:on|in|for) (?:the |my |our )?"
    r"(?P<list>[^,.;]+?)(?: yet| still| already| list)*"
)
""" "Is Ayse on Saturday as well"."""
_ON = say.any_of(
    rf"(?:is|are|was|were)(?: there)?(?: any)? (?P<items>.+?)(?: still| also)? (?:on|in) {say.IT}(?: yet| still)?"
)
_NAMES_IT = say.any_of(
    r"(?:what|who)(?:'s| is| are| was| else is)?(?: still| left| else)* (?:on|in|left on|to go on) (?P<list>.+?)",
    r"what (?:do|did) (?:i|we)(?: still)? (?:need|have|want)(?: to get| to buy)? (?:for|from|on) (?P<list>.+?)",
    r"(?:what|who)(?:'s| is| are)(?: still| left)+ (?P<list>to \w+ .+?)",
    r"(?:read|tell|give|show)(?: me| us)? (?:all (?:of )?)?(?P<list>(?:the|my|our) .+?)"
    r"(?: out| back| aloud| again| to me| once more| once again| once)*",
    r"how many(?: things| items)? are(?: there| left| still)* (?:on|in) (?P<list>.+?)(?: now| still| left)*",
    r"(?:who(?:'ve| have| do)|what have) (?:i|we)(?: got| have)?(?: down)? (?:on|for|in) (?P<list>.+?)(?: now"
    r"| so far)*",
    r"who(?:'s| is| are|'re) (?:working|down for|on for|in for|meant to do|there (?:on|for))"
    r" (?P<list>.+?)(?: now)?",
    r"what(?:'ve| have| do) (?:i|we)(?: got| have)?(?: so far| now| still| left)* (?:in the way of|on|in) (?P<list>.+?)"
    r"(?: so far| now)*",
    r"(?:what|who)(?:'s| is| are| do i| do we| have i| have we)?(?: still| left| else| got)*"
    r" (?:missing|left|outstanding|needed|need|to get|to buy|to bring|else)(?: still| to get| to buy)?"
    r" (?:for|on|from|at) (?P<list>.+?)",
    r"what does that leave(?: us| me)?(?: with)? (?:on|for) (?P<list>.+?)",
    r"(?:(?:is|are) there )?(?:anything|something|much|any)(?: still| else| left)* (?:on|for|from) (?P<list>.+?)"
    r"(?: still| left| yet)*",
    r"(?:and )?(?P<list>.+?) again",
    r"(?P<list>[^,]+?),? what(?:'s| is)(?: still| left)? (?:on|in) (?:it|there|the list)",
    r"(?P<list>[^,]+?), what(?:'ve| have| do) (?:i|we)(?: got| have| need)?(?: on (?:it|there)| in (?:it|there)| now)*",
)
_NAME_ALONE = say.any_of(r"(?:the |my |our )?(?P<list>[^,.]+? list)")


def question(said: str, talk: ListTalk) -> list[Deed]:
    for on in say.fitting(_ON, said) if talk.focus else ():
        if talk.focus and are_things(rows := rows_of(on["items"]), _MOST_ITEM_WORDS):
            return [Deed("list.query", talk.focus.name, rows)]
    for on in say.fitting(_ON_LIST, said):
        there, rows = named(on["list"], talk.lists), rows_of(on["items"])
        if there and rows and (there == talk.focus or standing(rows[0]["item"], there)):
            return [Deed("list.query", there.name, rows)]
    if talk.focus and talk.action and any(say.fitting(_EMPTY, said)):
        return [Deed("list.delete", talk.focus.name)]
    first = re.split(r"[,.;?](?:\s|$)", said, maxsplit=1)[0] if "?" not in said[:-1] else said
    if there := _left_to(said, talk):
        return [Deed("list.query", there.name)]
    if talk.focus and any(say.fitting((*_OF_IT, *(_BY_ITSELF if talk.action else ())), said)):
        return [Deed("list.query", talk.focus.name)]
    there = talk.before if any(say.fitting(_STILL_TO_COME, said)) else None
    forms = (*say.fitting(_NAMES_IT, said), *say.fitting(_NAMES_IT, first))
    there = there or next((found for form in forms if (found := _list_of(form["list"], talk))), None)
    return [Deed("list.query", there.name)] if there else []


def _list_of(words: str, talk: ListTalk) -> KnownList | None:
    return named(words, talk.lists) or (called_as("buy", talk.lists) if _SHOPS.fullmatch(words) else None)


def asked_of_things(said: str, talk: ListTalk) -> list[Deed]:
    """ "How much plaster was it", "did I say screws", "are napkins on any of them": behind a list, or of what stands on
    one.
    """
    about_things = talk.action == "list.query" and bool(talk.told)
    for forms in (_HOW_MUCH, _STANDS, _WHAT_OF, *((_AND_OF,) if about_things else ())):
        for found in say.fitting(forms, said):
            rows = rows_of(found["items"])
            on = holder([row["item"] for row in rows], talk) if rows else None
            if (forms is _WHAT_OF and not (on and talk.action)) or (forms is _AND_OF and not on):
                continue
            if not are_things(rows, _MOST_BARE_WORDS) or not (on or (talk.action and forms is _STANDS)):
                continue
            if on is None and _ANYWHERE.search(said):
                return [Deed("list.query", "", rows)]
            there = on or talk.focus
            return [Deed("list.query", there.name, rows)] if there else []
    return []


def _left_to(said: str, talk: ListTalk) -> KnownList | None:
    """The list that is called as what is still to be done with its things: "what's left to pack", of the packing."""
    verb = next((found["verb"] for found in say.fitting(_LEFT_TO, said)), "")
    there = called_as(verb, talk.lists)
    return there if verb.lower() not in say.BUYING or not (talk.focus and talk.action) else None


def called(said: str, talk: ListTalk) -> list[Deed]:
    """ "Seeds list please" asks what is on it."""
    there = next((named(form["list"], talk.lists) for form in say.fitting(_NAME_ALONE, said)), None)
    return [Deed("list.query", there.name)] if there else []
