"""Whether one asks how a customer stands, in whichever order the words come: "so they're still at", "which brings him
to how much in all", "so there's how much to go".

Such a question has words of a few closed classes alone; one of them asks, one tells of what is owed. Pure; the text has
its customers and sums as marks (marks.py).
"""

from __future__ import annotations

import re

from services.understanding.words import word_set

_CLOSED = word_set("""WHO SUM 's 're 've 'd is are was be been do does did has have had will would i'd what how much
    where which that this it there all like before the a an to in on at for with by of from us me up down off still
    yet now then so and but oh ah well ok okay right yes no same today again altogether together total sum amount
    everything left leave leaves leaving owe owes owing owed open outstanding remain remains remaining rest remainder
    balance account tab bill slate debt debts due pay paid bring brings make makes come comes go get gets got put puts
    stand stands standing exactly please tell give read after only just over missing unpaid looking doing moment
    far anything nothing""")
_ASKS = re.compile(r"\b(?:what|how|where)\b|^(?:(?:so|and|then|but) )*(?:is|are) (?:there )?(?:still )?anything\b")
_ENDS_OPEN = re.compile(
    r"\bWHO(?: 's| 're| is| are| still| now| then)+ (?:at|down to|up to|left with|owing)$"
    r"|^(?:(?:so|and|then|which|that) )*(?:leaves|makes|brings|puts) WHO(?: with| at| to| on)?$"
    r"|^(?:(?:so|and|then|oh|ok) )*(?:the )?(?:rest|total|balance|sum|remainder)(?: is| then| now| altogether)*$"
)
""" "So they're still at", with a voice that waits."""
_OWED = re.compile(
    r"\bWHO (?:(?:'s|is|are|still|now|also) )*(?:owes?|owing|in for)\b|\b(?:does|do|did|is|are|has|have|will) WHO"
    r" (?:(?:still|now|to|got to) )*(?:owe|owing|pay|stand|at|on)\b|\bWHO (?:has to|have to|still has to|still have to)"
    r" (?:pay|bring)\b|\bWHO (?:brings?|pays?) (?:me |us )?(?:what|how much)\b"
    r"|\b(?:left|open|outstanding|owing|unpaid|missing|remains?|due) (?:for|with|from|on|at|by) WHO\b"
    r"|\b(?:leaves?|brings?|makes?|puts?|gets?) WHO\b|\bWHO stands?\b"
    r"|(?:\bhas|\bhave|'s) WHO (?:still )?got (?:open|outstanding|on (?:the|WHO 's) (?:tab|slate|account|bill))\b"
    r"|\bWHO (?:'s|is|are|now|still) (?:(?:now|still) )*at\b"
    r"|\bWHO 's (?:balance|account|tab|bill|slate|debts?)\b|\bremains? for WHO to pay\b|\bfor WHO to pay\b"
)
"""Of somebody; asked so, it is about money whatever was spoken of before."""
_PAID = re.compile(r"\b(?:did|has|have) WHO (?:[a-z]+ )?pa(?:y|id)\b")
""" "How much did she pay": what was booked, not what is left."""
_REST = re.compile(
    r"\b(?:owed|owing|outstanding|unpaid|remains?|remaining|rest|remainder|balance|altogether|to go|to pay|missing)\b"
    r"|\banything\b|\bin (?:all|total)\b|\b(?:leaves?|brings?|makes?|left)\b"
    r"|(?:\bis|\bare|'s) (?:[a-z]+ )?(?:by|with|on) WHO\b"
    r"|\b(?:where(?: 's| is| are| 're) WHO (?:now|then|today|again|standing)"
    r"|how(?: 's| is| are| 're) WHO (?:looking|doing))\b"
    r"|\bWHO\b.*\b(?:like|as) before\b|\bWHO\b.*\bthe same\b"
)
"""Behind an account, which these go on from."""
_MINE = re.compile(r"\b(?:do|have|did|are|am) (?:i|we)\b|\b(?:i|we) (?:owe|have|got)\b|\bto do\b")
_WHEN = re.compile(r" (?:when|if|once|after) (?:WHO|that) .*$")


def asks_standing(text: str, *, behind: bool, meant: bool, asks: bool = False) -> bool:
    """Whether the balance of one customer is asked for. `behind`: an account was just spoken of; `meant`: a customer is
    named, or pointed at surely; `asks`: it ended with a question mark.
    """
    bare = _WHEN.sub("", text.replace(" , ", " ").replace(" . ", " "))
    words = bare.split()
    if not words or not set(words) <= _CLOSED or _MINE.search(bare) or _PAID.search(bare):
        return False
    asks = asks or bool(_ASKS.search(bare))
    if meant and asks and _OWED.search(bare):
        return True
    return behind and (bool(_ENDS_OPEN.search(bare)) or (asks and bool(_REST.search(bare))))
