"""Money of customers told or asked as one does across a counter: "he paid fifty, cash", "so that leaves".

The customer is named in any place, pointed at, or the one just spoken of; sentences in which none of that holds are
left to the templates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.people import in_focus
from services.understanding.stages.base import Understanding
from services.understanding.stages.money.marks import Marked, marked, spoken_of
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS

_SURE = 0.95
_MAYBE = 0.7
"""Money is asked about first where it is only guessed who is meant."""
_LEAD = rf"(?:(?:{FILLERS}|alright|hey|but|by the way)(?: [,.])? )*"
_TAIL = r"(?P<tail>(?: (?!(?:and|then|no|not|never|forget|if|but|unless|SUM)\b)[^ ]+){0,9})"
_NOW = (
    r"(?: (?:now|today|then|again|still|at the moment|so far|these days|right now|with (?:me|us)|in total|altogether"
    r"|after that|at least|please|by now|as things stand|currently|overall))*"
)
_HAS = r"(?:(?:has|have|had|'s|'ve|'d) )?(?:(?:just|now|finally|already|also|only|actually|today|yesterday) )*"
_WHOSE = r"WHO (?:'s (?!never\b|not\b)[a-z]+ )?"
_PAID = (
    r"(?:paid|pays|gave|handed|dropped|put|brought|sent|transferred|wired|settled|left|slipped|deposited|returned"
    r"|repaid)"
)
_ALL = (
    r"(?:the lot|the whole lot|it all|all of it|everything|in full|(?:the whole|the entire) (?:thing|amount|sum|bill"
    r"|balance|debt)|what WHO owed?s?|all WHO owed?s?|the rest|the remainder|the (?:bill|tab|balance|debt)"
    r"|WHO 's (?:whole )?(?:bill|tab|account|balance|debts?))"
)
_TAB = r"(?:account|tab|bill|slate|book)"


def _patterns(*said: str, tail: str = _TAIL) -> Sequence[re.Pattern[str]]:
    return [re.compile(_LEAD + each + tail) for each in said]


_PAYMENT = _patterns(
    rf"{_WHOSE}{_HAS}{_PAID}(?: WHO 's| (?!(?:on|for|not|never|about|by)\b)[a-z]+){{0,5}}(?: ,)? SUM",
    r"WHO (?:(?!SUM)[^ ]+ ){1,8}[,.] SUM (?:cash|in cash|paid|by card|by transfer)",
    r"(?:(?:i|we) (?:got|received|took) |got |received )?SUM (?:(?:cash|in cash|just) )*(?:(?:came in|arrived) )?"
    r"(?:from|off) WHO",
    r"WHO (?:'s )?(?:money|payment|transfer|cheque|check|cash)(?: (?:has|'s|is))?(?: just)? (?:come|came"
    r"|arrived|landed"
    r"|in|here)(?: [a-z]+)?(?: ,)? SUM",
)
_ALL_PAID = _patterns(
    rf"{_WHOSE}{_HAS}(?:paid|settled|cleared)(?: (?:me|us|back|off|up))* {_ALL}",
    rf"{_WHOSE}{_HAS}(?:settled|paid) up",
)
_HALF_PAID = _patterns(
    rf"{_WHOSE}{_HAS}(?:paid|settled|given|gave|brought)(?: (?:me|us|back|off))* half(?: (?:of )?(?:it|that|the {_TAB}"
    r"|the (?:bill|tab|balance|debt|sum|amount|money)|what WHO owes?d?|WHO 's [a-z]+))?",
)
_BY_CLAUSES = re.compile(rf"{_LEAD}{_WHOSE}{_HAS}(?:paid|settled)(?: (?:me|us|up|back))*")
_EVERYTHING = re.compile(rf"(?:and )?(?:every (?:penny|cent)(?: of it)?|to the (?:last )?(?:penny|cent)|{_ALL})")
"""Told in pieces: "they've paid, the darlings, all of it"."""
_PAID_ALONE = _patterns(
    rf"{_WHOSE}{_HAS}paid(?: (?:me|us|up|cash|in cash|just now|today|this morning|yesterday))*", tail=""
)
_DEBIT = _patterns(
    r"(?:please )?(?:charge|bill|debit|invoice) WHO(?: (?:another|a further|with))?(?: ,)? SUM",
    rf"(?:put|stick|chalk|write)(?: down)? SUM(?: more)? (?:on|onto|against|down for|down to) WHO(?: 's"
    rf" (?!account){_TAB})?",
    rf"SUM(?: more)? for (?:[a-z]+ ){{1,4}}(?:, )?(?:(?:put (?:it|that)|goes|that goes) )?(?:on|onto|to"
    rf"|against) WHO(?: 's {_TAB})?",
    r"(?:put|book|stick|write|chalk) an? [a-z]+ (?:on|down for) WHO , SUM",
    rf"WHO(?: [,.])? SUM (?:on|onto|to) WHO 's {_TAB}",
    rf"(?=(?:[^ ]+ )*?(?:for WHO|[a-z]+ed|done|made|sold)\b)(?:(?!SUM)[^ ]+ ){{2,16}}[,.] (?:another )?SUM "
    rf"(?:on|onto|to) (?:WHO 's )?{_TAB}",
    rf"(?:take|knock|get)(?: another)? SUM off (?:what )?WHO(?: 's {_TAB}| owes?)?",
    r"WHO (?:just )?(?:took|had|bought|got) (?:[a-z]+ ){1,4}for SUM",
)
_AS_WELL = _patterns(r"WHO (?:too|as well|also)(?: ,)? SUM", r"(?:(?<=and )|(?<=also ))WHO(?: ,)? SUM", tail="")
_EACH = re.compile(r"\bSUM (?:each|apiece|per head)\b[^.]*?\bWHO(?:(?: ,)?(?: and)? WHO)+")
_FROM = re.compile(r"\b(?:paid|gave|came in|got|received|from)\b")
_ON_THEM = re.compile(r"\b(?:owes?|charge|bill|debit|tab|account|slate|put|down)\b")
_ON_A_TAB = re.compile(r"\b(?:tab|slate)\b")
_OWED = _patterns(
    r"(?:what|where|how)(?: 's| 're| is| are) WHO (?:at|in for|on|up to|down for|standing|standing at|owing)",
    r"(?:what|how much) (?:does|do|did|has|have|'s) WHO (?:still |now )*(?:owe|got open|have open|got left|have left"
    r"|got outstanding|have outstanding|owing)(?: (?:me|us))?",
    r"(?:what|how much)(?: (?:'s|is))? (?:still )?(?:left|open|outstanding|owing|unpaid) (?:with|for|from|on|at) WHO",
    r"WHO(?: [.,])? (?:owes|owe) (?:me |us )?(?:what|how much)",
    r"WHO [.,] (?:what|how much) (?:does|do) WHO owe(?: (?:me|us))?",
    r"(?:that |which |this )?(?:leaves|makes) WHO(?: (?:with|at|on|owing))?(?: (?:what|how much))?",
    r"what (?:does|do) (?:that|this|it) (?:leave|make|put|bring) WHO(?: (?:with|to|at|on|owing))?",
    r"(?:is|are) WHO (?:at (?:zero|nothing)|(?:all )?square|even|settled|(?:all )?clear|paid up|quits)",
    r"WHO (?:'s|'re|is|are) (?:at (?:zero|nothing)|(?:all )?square|even|settled|paid up|clear)"
    r"(?: then)?(?: , (?:is|are|isn't|aren't) WHO| , right)?",
    r"how (?:much|far) (?:is|are|'s) WHO (?:behind|in arrears|in debt|owing)(?: by the way)?(?: , WHO)?",
    rf"(?:what|how|where)(?: 's| is) WHO 's {_TAB}(?: at| looking)?",
    r"where (?:does|do) WHO stand",
    tail=_NOW,
)
"""Asked of a customer who is named or pointed at."""
_EVER_PAID = _patterns(
    r"(?:has|have|did|had) WHO (?:(?:ever|already|just) )*(?:paid|pay)(?: (?:me|us|up|yet|anything|SUM|in full|ever))*",
    tail=_NOW,
)
_LEFT = _patterns(
    r"(?:that |which |this )?(?:leaves|makes)(?: (?:me|us|it))?(?: (?:with|at))?(?: (?:what|how much))?",
    r"(?:that |which )?leaves SUM(?: , .{1,30})?",
    r"what (?:does|do|'s|is) (?:that|this|it) (?:leave|make|come to|bring)(?: (?:it|us))?(?: (?:with|to|at|on))?",
    r"what 's (?:that|it) now",
    r"(?:what|how much)(?: (?:'s|is))? (?:still )?(?:left|open|outstanding|owing|unpaid|remaining)(?: there)?",
    r"(?:what about )?(?:the )?(?:rest|remainder)",
    r"WHO (?:'s|'re|is|are) (?:at|on)(?: (?:what|how much))?",
    tail=_NOW,
)
"""Asked right behind something about an account."""
_THE_BALANCE = _patterns(
    r"(?:(?:i'll|we'll|i will|we will) [^.]* \. )?(?:(?:tell|give|read) me|what's|what is) the balance", tail=_NOW
)
_ALL_OF_THEM = _patterns(
    r"(?:who|which (?:customers|clients)) (?:still )?(?:hasn't|haven't|has not|have not|didn't|did not) (?:paid|pay"
    r"|settled)(?: (?:me|us|up|yet|anything|their [a-z]+))*",
    r"(?:who|which (?:customers|clients)) (?:'s|is|are) (?:still )?(?:behind|in arrears|in debt|outstanding"
    r"|owing|to pay)"
    r"(?: (?:with|on) (?:their|the|WHO 's) [a-z]+)?",
    r"(?:(?:list|show me|tell me|give me) )?(?:who|which (?:customers|clients)|(?:everybody|everyone|anybody"
    r"|anyone|all"
    r"(?: the)?(?: customers| clients)?)(?: who| that)?) (?:still )?(?:owes|owe)(?: (?:me|us))?(?: (?:the most|money"
    r"|anything|something))?(?: (?:more than|over|above|at least|less than|under|below) SUM)?",
    r"(?:what|how much) (?:do|does) (?:WHO all|everybody|everyone|all of WHO|(?:all )?(?:the|my|our) "
    r"(?:customers|clients))"
    r" owe(?: (?:me|us))?(?: (?:together|in total|altogether|in all))?",
    r"(?:what|how much)(?: (?:'s|is)) (?:owed|outstanding|open|due|owing)(?: to (?:me|us))? (?:in total|altogether"
    r"|together|overall|in all)",
    tail=_NOW,
)
_TOGETHER = _patterns(
    r"(?:(?:what|how much) (?:'s|is) (?:that|it) )?(?:all of WHO|everybody|everyone|all|for all of WHO|all WHO"
    r"|all (?:the )?(?:customers|clients))(?: (?:together|in total|altogether|in all))?"
    r"(?: ,)? ?(?:(?:what|how much) (?:'s|is|makes|does|do) (?:that|it|WHO|this)"
    r"(?: (?:all )?(?:make|owe|come to|add up to))?"
    r"(?: (?:together|in total|altogether|in all))?)?",
    r"who (?:'s |has |still |all )*(?:got|have|has|with) (?:something|anything|money|a balance)"
    r"(?: (?:open|outstanding|to pay|owing))?",
    r"(?:and )?(?:anybody|anyone|everybody|everyone|who|who 's|those|all)(?: (?:who|that))?(?: 's| is| are)?"
    r" (?:over|above|under|below|more than|less than|at least) SUM",
    tail=_NOW,
)
_IN_ALL = re.compile(
    r"(?:and |so )*(?:(?:what|how much)(?:'s| is)?(?: that| it)?(?: come to| make| add up to)?"
    r"|what does (?:that|it) (?:make|come to|add up to)) (?:altogether|in total|in all|together|all together)",
    re.IGNORECASE,
)
""" "How much altogether", behind what each of them owes."""
_NEXT = _patterns(
    r"who (?:'s |is |comes )?(?:(?:the|in) )*(?:(?:second|third)(?: (?:place|one|most|biggest|highest))*"
    r"(?: (?:after|behind|to) WHO)?|next (?:after|behind) WHO)",
    tail=_NOW,
)
"""Behind an account: of all of them; who owes most but one."""
_BARE = re.compile(rf"{_LEAD}(?:(?:what|how) about )?WHO")


def accounts_together(said: Understanding) -> Understanding | None:
    """What all customers owe, asked behind an account: "and everybody together, how much is that"."""
    last = said.conversation.last
    if last is not None and last.intent == "customer.query" and _IN_ALL.fullmatch(said.text.strip(" ?.!")):
        return said.found(Command(said.text, last.steps, last.confidence, "template"))
    seen = marked(said) if last is not None and _is_ledger(last) else None
    return said.found(_overview(said, seen)) if seen else None


def account(said: Understanding) -> Understanding | None:
    """A payment, a charge or a balance of the customer who is meant."""
    seen = marked(said)
    if seen is None:
        return None
    command = _overview(said, seen) or _of_each(said, seen)
    if command is None and seen.names < 2:
        asks = said.text.rstrip().endswith("?")
        command = (None if asks else _booked(said, seen)) or _asked(said, seen)
    return said.found(command)


def _of_each(said: Understanding, seen: Marked) -> Command | None:
    """ "Eleven each for Greta, Femi and Paula, on what they owe me"."""
    found = _EACH.search(seen.text) if seen.names > 1 and len(seen.each) == seen.names else None
    if found is None or said.text.rstrip().endswith("?"):
        return None
    action = "ledger.payment" if _FROM.search(seen.text) else "ledger.debit" if _ON_THEM.search(seen.text) else ""
    amount = seen.sums[seen.text[: found.start()].count("SUM")]
    steps = tuple(
        Step(
            action,
            {"customer": one.name, "amount": amount},
            references=(Reference("customer", one.name, "customer", one.name, one.id, "exact"),),
        )
        for one in seen.each
    )
    return Command(said.text, steps, _SURE, "template") if action else None


def _booked(said: Understanding, seen: Marked) -> Command | None:
    action, amount = "", seen.sums[0] if len(seen.sums) == 1 else ""
    if not seen.sums and (any(each.fullmatch(seen.text) for each in _ALL_PAID) or _all_in_pieces(seen.text)):
        action, amount = "ledger.payment", "the whole balance"
    elif not seen.sums and any(each.fullmatch(seen.text) for each in _HALF_PAID):
        action, amount = "ledger.payment", "half the balance"
    elif not seen.sums and (seen.names or spoken_of(said)) and any(each.fullmatch(seen.text) for each in _PAID_ALONE):
        action = "ledger.payment"
    elif amount and any(each.fullmatch(seen.text) for each in _DEBIT):
        action = "ledger.debit"
    elif amount and any(each.fullmatch(seen.text) for each in _PAYMENT) and not _ON_A_TAB.search(seen.text):
        action = "ledger.payment"
    elif amount and seen.names and any(each.fullmatch(seen.text) for each in _AS_WELL):
        last = said.conversation.last
        action = last.steps[-1].action if last and _is_ledger(last) and VOCABULARY[last.steps[-1].action].writes else ""
    if not action:
        return None
    who = _who(said, seen)
    sure = _SURE if seen.names or spoken_of(said) or not who else _MAYBE
    return _command(said, action, {**who, **({"amount": amount} if amount else {})}, seen, sure)


def _all_in_pieces(text: str) -> bool:
    first, *more = (each.strip() for each in re.split(r" [,.] ", text))
    return _BY_CLAUSES.fullmatch(first) is not None and any(_EVERYTHING.fullmatch(each) for each in more)


def _asked(said: Understanding, seen: Marked) -> Command | None:
    pointed = seen.names or (seen.pointed and spoken_of(said))
    text = re.sub(rf"^({_LEAD})WHO [,.] (?=.*WHO)", r"\1", seen.text)
    last = said.conversation.last
    free = said.conversation.question is None  # "The rest" may be an answer
    behind = free and last is not None and _is_ledger(last) and spoken_of(said) is not None
    asks = (pointed and any(each.fullmatch(text) for each in _OWED)) or (
        behind and not seen.names and any(each.fullmatch(text) for each in _LEFT)
    )
    asks = asks or (said.conversation.customer is not None and any(each.fullmatch(text) for each in _THE_BALANCE))
    other = "the other" in said.text.casefold() and len(seen.customers) == 1 and last is not None
    if other and _BARE.fullmatch(seen.text) and last and last.steps[-1].action == "ledger.balance":
        asks = True
    if pointed and any(each.fullmatch(text) for each in _EVER_PAID):
        return _command(said, "ledger.history", _who(said, seen), seen, _SURE)
    return _command(said, "ledger.balance", _who(said, seen), seen, _SURE) if asks else None


def _overview(said: Understanding, seen: Marked) -> Command | None:
    last = said.conversation.last
    behind = [*_NEXT, *(() if seen.names else _TOGETHER)] if last is not None and _is_ledger(last) else []
    if not any(each.fullmatch(seen.text) for each in (*behind, *(() if seen.names else _ALL_OF_THEM))):
        return None
    return Command(said.text, (Step("customer.query"),), _SURE, "template")


def _is_ledger(command: Command) -> bool:
    return VOCABULARY[command.steps[-1].action].family in ("ledger", "customer")


def _who(said: Understanding, seen: Marked) -> dict[str, Slot]:
    """The customer as a slot; none where only the conversation could tell, and does not."""
    if seen.names:
        return {"customer": seen.customers[0].name if len(seen.customers) == 1 else seen.words}
    customer = in_focus(said.conversation, said.text)
    return {"customer": customer.name} if customer else {}


def _command(said: Understanding, action: str, slots: dict[str, Slot], seen: Marked, sure: float) -> Command:
    one = seen.customers[0] if len(seen.customers) == 1 else None
    name, id_ = (one.name, one.id) if one else ("", "")
    if not seen.names and (customer := in_focus(said.conversation, said.text)):
        name, id_ = customer.name, customer.id or ""
    references = (Reference("customer", seen.words, "customer", name, id_, "context"),) if name else ()
    return Command(said.text, (Step(action, slots, references=references),), sure, "template")
