"""What is often asked of such a box and nobody here can do: how that is said, once, with what comes nearest.

Only whole forms of asking count ("what's the weather", "turn on the lights"), so that a task about the weather stays
one. What the owner taught, a routine that is called so and what a precise sentence reads come first (parser.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.base import Command
from services.understanding.stages.base import Connected

_SURE = 0.9
_SENDS = frozenset(("message.send", "channel.message", "file.share"))
_QUIET = frozenset(("control.stop", "control.cancel", "control.mute", "control.unmute"))
"""A machine that is to be shut down is not to be quiet."""
_LEAD = (
    r"(?:(?:please|hey|ok|okay|so|and|now|well|oh|um|just|can you|could you|would you|will you|do you|i want you to"
    r"|i'd like you to|can i|let's)[\s,]+)*"
)
_ASKS = r"(?:what|what's|whats|how|how's|is|will|does|do|tell me|give me|check|are|should|when|when's)"


CONDITION = (
    r"(?:and |but |so |then )*if (?:he|she|they|the \w+)(?:['’](?:s|re|ll|d|ve)|n['’]t)? ?[^,]{2,60},"
    r" (?:then |please |just )*(?:add|book|cancel|charge|move|push|put|make|give|assign|invite|remind|schedule|set"
    r"|shift|postpone|delete|remove|take|start|stop|tick|mark|tell|send|create)\b"
)
"""What somebody else may do or say first: "if she does, push it to Tuesday"."""


_EVERY = (
    r"(?:every|each) (?:other |second )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|day|week|month|year|morning"
    r"|afternoon|evening|night|weekend)(?: (?:morning|afternoon|evening|night|at [\w: ]+?))?"
)
_ONTO_A_LIST = r"(?:add|put|stick|write) .+ (?:to|on|onto) (?:(?:the|my|our|a) )?(?:[\w']+ ){0,2}list"
ONTO_A_LIST_AGAIN = rf"{_LEAD}(?:{_EVERY},? {_ONTO_A_LIST}|{_ONTO_A_LIST},? {_EVERY})"
"""A list that is to be written on by the calendar: "every Friday add milk to the list"."""


def _row(pattern: str, words: str) -> tuple[re.Pattern[str], str]:
    return re.compile(rf"{_LEAD}(?:{pattern})", re.IGNORECASE), words


AT_HOME = "I can't switch lights or machines yet; that needs Home Assistant connected. I can set a timer or an alarm"
NOT_AT_HOME = "I know nothing of that name in this house, or can't do that with it"
"""In its place where a house is connected."""
HOME_AWAY = "Nothing of the house can be reached at the moment; equerry status says why"
"""Where one is to be connected and is not, or has nothing that may be commanded."""
HOME_LATER = "I can do that in the house at once, not later; I can remind you then"
_LATER = re.compile(
    r"\b(?:(?:at|in|after|until|from|for|before) (?:about )?(?:\d|an? |half |one|two|three|four|five|six|seven|eight"
    r"|nine|ten|eleven|twelve|fifteen|twenty|thirty|noon|midnight|sun(?:set|rise))|tomorrow|tonight|later|every \w+"
    r"|(?:in the |this )(?:morning|afternoon|evening))",
    re.IGNORECASE,
)
"""What is said of when it shall be done."""
_ROWS: Sequence[tuple[re.Pattern[str], str]] = (
    _row(
        ONTO_A_LIST_AGAIN,
        "I can't put things on a list by the calendar; I can remind you, say: remind me every Friday to buy milk",
    ),
    _row(
        rf"{_ASKS}\b.*\b(?:weather|forecast|raining|going to rain|rain (?:today|tomorrow|later|tonight|this)|snowing"
        r"|sunny|windy|cloudy|umbrella|degrees outside|(?:warm|cold|hot|temperature|freezing)(?: is it| it is)?"
        r" (?:outside|out))\b.*|(?:the )?weather(?: forecast| report)?(?: \w+){0,2}"
        r"|will it (?:rain|snow|freeze|be (?:sunny|warm|hot|cold))\b.*",
        "I can't tell the weather yet; I can tell you what is on your calendar",
    ),
    _row(
        r"(?:turn|switch|put) (?:(?:on|off|up|down)(?: the| my| all)?(?: [\w']+){0,2}"
        r" (?:lights?|lamps?|heating|heater|tv|television|radio|oven|fan|boiler|dishwasher|kettle|telly|ac)\b.*"
        r"|(?:the |my |all )+(?:[\w']+ ){0,2}(?:lights?|lamps?|heating|heater|tv|television|radio|oven|fan|boiler"
        r"|kettle"
        r"|telly|ac)\b (?:on|off|up|down)\b.*|(?:on|off) (?:the )?(?:lights?|heating|tv|radio))"
        r"|(?:dim|brighten) (?:the |my )?.*\b(?:lights?|lamps?)\b.*"
        r"|(?:lights?|heating|tv|radio) (?:on|off)(?: please)?"
        r"|set (?:the |my )?(?:heating|thermostat|temperature|heater|lights?)\b.*"
        r"|(?:open|close|shut|lock|unlock) (?:the |my )?(?:\w+ )?(?:doors?|windows?|garage|gate|blinds|curtains"
        r"|shutters)"
        r"|(?:make it|it's too) (?:warmer|colder|brighter|darker|dark|cold|hot)(?: in here)?",
        AT_HOME,
    ),
    _row(
        r"play (?!(?:back|it|that|the (?:recording|message|routine)|my (?:message|note|reminder))\b).+"
        r"|(?:put on|turn on|shuffle|skip|pause) (?:some |the |this |a )?(?:\w+ )?(?:music|songs?|playlist|album"
        r"|podcast"
        r"|tunes)|(?:next|previous) song|what song is (?:this|playing)|sing\b.*",
        "I can't play music yet; I can set a timer or read your list out",
    ),
    _row(
        r"(?:tell|say|read|know|give)(?: me| us)? (?:a|another|an?other|any|some|one more)(?: \w+)?"
        r" (?:jokes?|story|stories|riddles?|poem|fairy tale|fun fact)\b.*|make me laugh|(?:another|a) joke",
        "I can't tell jokes or stories yet; I can read out your notes",
    ),
    _row(
        r"(?:call|ring|phone|dial|ring up|facetime)(?: up)? (?!(?:it|that|this|me|off|a meeting|the (?:timer"
        r"|alarm))\b)"
        r"[\w'.]+(?: [\w'.]+){0,3}(?: on (?:the phone|his|her|my)\b.*)?|(?:hang up|answer (?:the )?(?:phone|call))",
        "I can't make calls yet; I can tell you the number, or remind you to call",
    ),
    _row(
        r"(?:google|look up|browse|search(?: for)?) .*\b(?:online|on the (?:internet|web|net)|on google|google)\b.*"
        r"|google .+|(?:search|surf|browse) (?:the )?(?:internet|web|net)\b.*|go online\b.*"
        r"|(?:stick|put|post|upload|list|publish|advertise|look) .+ (?:on the (?:internet|web|net)|online"
        r"|on (?:facebook|instagram|twitter|ebay|youtube|whatsapp))\b.*"
        r"|(?:what's|read me|any|tell me) (?:in )?(?:the )?(?:latest )?(?:news|headlines)\b.*",
        "I have no internet; I can search what you told me",
    ),
    _row(
        r"(?:e-?mail|send an e-?mail to) (?!address|from)[\w'.]+\b.*"
        r"|(?:send|write|forward)(?: \w+){1,3} (?:an? )?(?:e-?)?mail\b.*|(?:send|forward) .+ (?:by|via|per"
        r"|as an?) e-?mail\b.*"
        r"|(?:write|send|compose|draft) (?:an? )?(?:new )?e-?mail\b.*|(?:check|read) (?:my |the )?(?:e-?mails?"
        r"|inbox)\b.*"
        r"|(?:whatsapp|sms) (?:him|her|them|[\w']+) (?:that|to)\b.*"
        r"|mail (?:him|her|them)\b.*|mail [\w']+ (?:the|my|our|a|that|this) .+",
        "I can't send e-mail yet; I can send it as a message within this house",
    ),
    _row(
        r"(?:order|buy|get)(?: me| us)? (?:a|an|some)? ?(?:pizza|pizzas|taxi|cab|uber|food|takeaway|sushi|burgers?"
        r"|flowers)"
        r"\b.*|(?:book|call|hail)(?: me| us)? (?:a|an) (?:taxi|cab|uber|flight|hotel|train|ambulance)\b.*",
        "I can't order anything yet; I can put it on a list",
    ),
    _row(
        r"(?:send|fax|post|mail)(?: [\w']+){0,3} (?:a |the |by )?(?:fax|letter|postcard|parcel|package)(?: to .+)?"
        r"|fax (?!machine\b)[\w']+\b.*",
        "I can't send faxes or letters; I can send a message within this house, or remind you",
    ),
    _row(
        r"(?:update|upgrade) (?:yourself|your (?:software|system|firmware))(?: now)?",
        "I can't update myself by voice; on the machine it is: sudo equerry update ARCHIVE",
    ),
    _row(
        r"how old are you|when were you (?:born|made|built)|when is your birthday|where do you (?:come from|live)"
        r"|where are you from|are you (?:a )?(?:human|person|robot|real|married|alive|happy)(?: or .+)?"
        r"|who (?:made|built|created|programmed) you|do you (?:love|like|hate) (?:me|us|your job|it here)"
        r"|will you marry me",
        "I'm Equerry, a program and no person; I keep your tasks, lists, dates and notes",
    ),
    _row(
        rf"{CONDITION}.*",
        "I can't watch for that; tell me once it is so, and I will do it then",
    ),
    _row(
        r"translate .+|how do you say .+ in (?:french|german|spanish|italian|english|polish|turkish|hindi|chinese)"
        r"|what(?:'s| is) [\w' ]+ in (?:french|german|spanish|italian|polish|turkish|hindi|chinese|japanese)",
        "I can't translate yet; I can keep it as a note",
    ),
    _row(
        r"(?:take|make|shoot) (?:a |another )?(?:photo|picture|selfie|video)s?\b.*|(?:print|scan|fax|copy) (?:it"
        r"|that|this"
        r"|the|my|out)\b.*",
        "I can't do that yet; I can make you a report or a note of it",
    ),
    _row(
        r"who (?:won|invented|wrote|painted|discovered|is the (?:president|king|queen|chancellor|prime minister))\b.*"
        r"|what(?:'s| is) the (?:capital|population|height|distance|meaning|square root|price|exchange rate"
        r"|score) of\b.*"
        r"|how (?:tall|high|far|deep|heavy|big) is (?:the |a )?(?:moon|sun|earth|eiffel|mount|sea|ocean|everest)\b.*"
        r"|what(?:'s| is) (?:\d+|[a-z-]+) (?:plus|times|minus|divided by|percent of|multiplied by) .+"
        r"|how many [\w ]+ are in (?:a|an|one) \w+|how far is it to .+|(?:when|where) was [\w ]+ born",
        "I know only what I was told here; I can keep notes, lists and dates for you",
    ),
    _row(
        r"(?:shut|power|switch|turn) (?:yourself )?(?:down|off)|(?:shut|power|switch|turn) (?:yourself|the (?:device"
        r"|box"
        r"|computer|machine|appliance)) (?:down|off)|(?:shut|power) (?:down|off) (?:the (?:device|box|computer"
        r"|machine"
        r"|appliance)|now)|go offline",
        "I can't switch myself off; on the machine it is: sudo poweroff. I can mute the microphone",
    ),
    _row(
        r"(?:restart|reboot|reset)(?: yourself| the (?:device|box|computer|machine|appliance|system)| now)?"
        r"|(?:start|boot) (?:yourself )?(?:again|anew|over)",
        "I can't restart myself by voice; on the machine it is: sudo systemctl restart equerry",
    ),
)


def cannot(text: str, *, at_home: Connected = "no") -> str:
    """What is said of an order that nobody here can follow; empty for any other. `at_home`: as for a house."""
    plain = " ".join(text.replace("’", "'").split()).strip(" .!?,")
    words = next((words for pattern, words in _ROWS if pattern.fullmatch(plain)), "")
    if words != AT_HOME or at_home == "no":
        return words
    if at_home == "away":
        return HOME_AWAY
    return HOME_LATER if _LATER.search(plain) else NOT_AT_HOME


def is_ours(read: Command) -> bool:
    """Whether a precise sentence reads something in it that can be done."""
    surely = bool(read.steps) and read.source == "template" and read.confidence >= _SURE
    return surely and not any(step.action in _SENDS | _QUIET for step in read.steps)


def only_sends(read: Command) -> bool:
    """Whether it is read as a message in here, which an e-mail is not."""
    return bool(read.steps) and all(step.action in _SENDS for step in read.steps)
