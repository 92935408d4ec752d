"""How lists are spoken of, as patterns and tables of words: for checklists.py, which reads clauses by them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from services.understanding.words import FILLERS, word_set

IDLE = word_set("a an the my our your his her their of to for on in at some list lists that this those these")
TAKES_BACK = re.compile(r"(?:scratch|scrap) (?:it|that)", re.IGNORECASE)
"""Said of the last change, whatever it was."""
PUTS_RIGHT = re.compile(r"\bi meant?\b|\bno,? wait\b|\bwait,? no\b", re.IGNORECASE)
FILLER = re.compile(
    r"\b(?:um+|uh+|er|erm|lol|let's say|you know|let me think|let me see|let's see|what else"
    r"|what(?:'s| is) (?:it|that) called|what do you call (?:it|them)|whatsit|what's its name"
    r"|bless (?:him|her|them|it))\b"
    r"[\s,]*|(?:(?<=, )|(?<=\band ))(?:oh|ah|hm+)\b[\s,]*",
    re.IGNORECASE,
)
TALK = word_set("""i i'm i've i'll we we're we've we'll you you're he he's she she's they they're they've me us him
    them what who how why when where whether is isn't are aren't was wasn't were be been do don't does doesn't did
    didn't has hasn't have haven't had can can't could will won't would should shall must not no yes yeah okay
    ok because but if
    remind tell call set make show play ask send book schedule cancel move delete wake let let's typical obviously
    never sorry wait thanks thank please good great fine nice hello hi anyway""")
PRAISE = word_set("good nice great fine")
"""Talk alone; before a thing they say which: "a nice candle"."""
SPEAKERS = word_set("""i i'm i've i'll i'd we we're we've we'll you you're me us my our what who how why where thanks
    thank please sorry great good nice lovely""")
"""Who says this says it to somebody."""
PLACED = re.compile(r"(?:it|that|this|them|those|these) (?:in|on|into|to|for|from|at|off|as)\b", re.IGNORECASE)
NOUNS = word_set("book set play show")
"""The same of orders, at the end of a name: "a horse book"."""
A_NOUN = re.compile(
    r"\b(?:the|an?|that|this|his|her|their|my|our) (?:\w+ )?(?:book|set|play|show)\b"
    r"|^(?:book|set|play|show)(?= (?:about|of|by|with)\b)",
    re.IGNORECASE,
)
"""And behind an article: "the book about diggers"."""
ORDERS = word_set("""add put stick pop throw take remove cross strike scratch scrap drop lose knock tick check mark
    swap replace got bought packed read sent kill stop start open close turn switch pause repeat undo list write note
    find search report email text message pay meet go do invite assign
    leave keep kick ditch skip bin forget""")
"""Words that open an order: none opens the name of a thing."""
NO_THINGS = word_set("something anything nothing stuff things items")
TIME = word_set("second seconds minute minutes min mins hour hours hrs")
IT_WORDS = word_set("it that this them those these there")
REMARK = re.compile(
    r"['’](?:ve|re|ll|d|m)\b|\b(?:one|that|it|there|here|ones|what|who|everybody|nobody|everyone)['’]s\b"
    r"|['’]s (?:\w+(?:ed|en|ing)|got|gone|empty|full|out|off|in|on|had|not|just|already|always|too|so|all|a|an|the)\b",
    re.IGNORECASE,
)
"""Talk by its verb: we've, the old one's, the printer's broken."""
VERBS = (
    r"add|put|write|jot|stick|pop|throw|chuck|take|remove|delete|cross|strike|scratch|scrap|drop|lose"
    r"|knock|tick|check off|mark"
    r"|kick|ditch|axe|nix|skip|bin|swap|replace|move|got|what's|what is|who's|who is|how many|read"
    r"|(?:all|everything|the lot) (?:but|except|apart from)"
)
POLITE = r"(?:please|just|also|you can|can you|would you|could you|we can|then|now|so|and|okay|ok|actually)"
CLAUSES = re.compile(
    rf"\s*[.;!?](?:\s+|$)|\s+[—–-]+\s+|\s*—\s*"
    rf"|(?:\s*,\s*|\s+and\s+|\s+so\s+|\s+then\s+)(?=(?:{POLITE}\s+)*(?:{VERBS})\b)"
    r"|\s+so\s+(?=\S+(?:\s\S+)?(?:'s| is| are) off\b)|(?:\s*,\s*|\s+)so\s+(?=no\b)",
    re.IGNORECASE,
)
OPEN = (
    rf"(?:(?:{FILLERS}|nah|nope|plus|please|just|actually|hey|but|can you|could you|would you|you can|you may"
    r"|go ahead and)\b[\s,]*)*"
)
CLOSE = r"(?:[\s,]*\b(?:please|then|now|too|as well|again|actually|thanks|thank you|instead|already|and all)\b)*"
IT = r"(?:it|there|that|this|them|(?:the|that|this|my|our)(?: same)? list)"


Forms = Sequence[re.Pattern[str]]


def any_of(*forms: str) -> Forms:
    """Ways to say one thing, politeness around it apart."""
    return [re.compile(rf"{OPEN}(?:{form}){CLOSE}[\s.,!?]*", re.IGNORECASE) for form in forms]


def fitting(forms: Forms, said: str) -> Iterator[re.Match[str]]:
    return (found for form in forms if (found := form.fullmatch(said)))


PUT = any_of(
    r"(?:add|put|stick|pop|throw|chuck|bung|write|jot|include)(?: (?:in|on|down))? (?P<items>.+?)(?: (?:on|in|down))?"
)
OFF = any_of(
    r"(?:take|cross|strike|scratch|knock|pull|get|leave|kick|throw|chuck) (?:off|out|away) (?P<items>.+?)",
    r"(?:take|cross|strike|scratch|knock|pull|get|leave|kick|throw|chuck) (?P<items>.+?) (?:off|out|away)",
    r"(?P<items>.+?) (?:out|off|away) with (?:it|them|that)",
    r"(?:off|out|away)(?: again)? with (?P<items>.+?)(?: again)?",
)
OFF_WITH = any_of(r"(?:off|out of) (?:the |my |our )?(?P<list>.+?)(?: again)? with (?P<items>.+?)(?: again)?")
""" "Off Saturday early with him again"."""
GO = any_of(
    r"(?:drop|scrap|scratch|cross|strike|remove|delete|lose|bin|skip|take|kick|ditch|axe|nix|get rid of|no need for"
    r"|(?:we|i) (?:no longer|don't) (?:need|want)) (?P<items>.+?)(?: any ?more| any longer| after all)?",
    r"(?P<items>.+?)(?:'s| is| are) off",
    r"(?P<items>.+?) (?:can|should|may|might|could) (?:go|come off|be taken off|go off)",
    r"(?:w/o|without|minus|except|but no|no|not) (?P<items>.+?)(?: any ?more| any longer)?(?: on (?:it"
    r"|there|the list))?",
    r"(?:no,? )?[^\W\d_]+ (?:mustn['’]t|can['’]t|shouldn['’]t|must not|cannot|isn['’]t allowed(?: to)?"
    r"|doesn['’]t|don['’]t)"
    r" (?:have|eat|drink|get|like|want|need|take|use) (?P<items>.+?)(?: any ?more| any longer)?",
)
TICK = any_of(
    r"(?:tick|check|mark) off (?P<items>.+?)",
    r"(?:tick|check|mark) (?P<items>.+?) off",
    r"(?:tick|mark) (?P<items>.+?)(?: as)? (?:done|bought|got|packed)",
    r"(?:tick|check|mark) (?P<items>the (?:first|second|third|fourth|fifth|last)(?: one| two| item| thing)?)",
)
HAS = r"(?:'ve|'s| has| have)?(?: just| already| also)? (?:got|bought|brought|packed|picked up|collected|found|grabbed)"
OFF_IT = re.compile(
    r"(?P<before>[\s,.;]+(?:so |and |then )*)off (?:the list|it)(?: with (?:it|them|that|those))?(?=[\s.!]*$)",
    re.IGNORECASE,
)
"""The same as "take it off"."""
COME = any_of(
    rf"(?:(?!(?:who|what|which|where)\b)(?:i|we|he|she|they|[^\W\d_]+){HAS}|got|bought|packed|found"
    r"|picked up|grabbed) (?P<items>.+?)",
    rf"(?P<items>.+?) (?:i|we|he|she|they|[^\W\d_]+){HAS}",
    r"(?P<items>.+?)(?:'s| has| have|'ve)(?: just| already| also| now)? (?:come|arrived|turned up|been (?:delivered"
    r"|bought|packed|collected)|landed)(?: in)?",
    r"(?P<items>(?:everything|all|the lot)(?: of it)? (?:but|except|apart from|bar) .+?)",
    r"(?P<items>.+?)(?:'s| is| are)(?: just| already| also| now| all)? (?:in|here|there|bought|packed|delivered|got"
    r"|sorted|done|finished|fixed|mended|repaired|replaced|ticked off)",
    r"(?P<items>.+?)(?:'s| is| are)(?: just| already| also| now| all)? in (?:the|my|our)"
    r" (?:basket|trolley|cart|bag|car)",
    r"(?P<items>.+?) (?:came|arrived|turned up)(?: (?:with|in|from|this|on|yesterday|today|earlier)\b.*)?",
)
BOUGHT = re.compile(r"\b(?:bought|packed|picked up|collected|delivered|ordered)\b", re.IGNORECASE)
"""Said of hardly anything but things of a list."""
BECAUSE = re.compile(r"[\s,]+(?:before|because|'?cause|since|otherwise|in case|so that|or else)\s+\S.*$", re.IGNORECASE)
"""Why, or how soon: no part of what a list holds."""
LATER = re.compile(r"\b(?:done|sorted|in|there|here)[\s.,!?]*(?:now|too|already|as well)?[\s.,!?]*$", re.IGNORECASE)
"""Said of much else than things of a list."""
_GET = (
    r"(?:(?:we|i|let's|lets)(?:'ll|'d| will| can| would| could)? )?"
    r"(?:get|take|put|put down|use|buy|have|make it|go for|want|write|bring|pack|order|rather have|better)"
)
SWAP = any_of(
    r"(?:swap|replace|exchange|change|switch)(?: out)? (?P<out>.+?) (?:for|with|to|by) (?P<in>.+?)",
    r"not (?P<out>[^,.;—]+?)\s*(?:[,.;—]|\bbut\b)\s*(?:but )?(?P<in>[^,.;—]+?)",
    rf"instead of (?P<out>.+?),? (?:{_GET}) (?P<in>.+?)",
    r"instead of (?P<out>[^,]+?), (?P<in>.+?)",
    rf"(?:(?:{_GET}) )?(?P<in>.+?),? (?:instead of|rather than|in place of) (?P<out>.+?)",
    rf"(?:no|scrap|drop|forget|skip|lose|leave out) (?P<out>[^,.;—]+?)\s*[,.;—]\s*(?:but |and )?(?:{_GET})"
    r" (?P<in>[^,.;—]+?) (?:instead|for it|then)",
    r"no (?P<out>[^,.;—]+?)\s*[,.;—]\s*(?P<in>[^,.;—]+?)",
)
MOVE = any_of(
    r"(?:move|shift|transfer|take|put) (?P<items>.+?) from (?P<from>.+?) (?:to|onto|on to|on|into) (?P<to>.+?)",
    r"(?:move|shift|transfer) (?P<items>.+?) (?:to|onto|on to|over to|into) (?P<to>.+?)",
)
BELONGS = any_of(
    r"(?P<items>.+?)(?:['’]s| is| are)? (?:should (?:be|go|have been|have gone)|belongs?|goes?|go|wants? to be"
    r"|(?:was |were |is |are )?meant(?: to be)?|has to be|have to be|ought to be)"
    r" (?:on|onto|to|in|for) (?P<to>[^,.;]+?)"
    r"(?:,? (?:and )?(?:not|instead of) (?:on |in |to |for )?(?P<from>[^,.;]+?))?",
)
""" "Balloons should be on the shopping list, not the fair one"."""
NOT_THERE = any_of(
    r"(?:it |that |they )?(?:not|no longer|off|doesn['’]t belong|shouldn['’]t be)(?: any ?more)? (?:on|from|in)?"
    r" ?(?:the |my |our )(?P<list>[^,.;]+?(?: one| list))(?: any ?more| then)*",
    r"(?:take|cross|get) (?:it|that|them|those) off (?:the |my |our )(?P<list>[^,.;]+?(?: one| list))",
)
""" "So not on the packing one": what was just put on another."""
ALL_OF_IT = re.compile(
    rf"{OPEN}(?P<verb>(?:(?:i|we)(?:['’]ve| have)?(?: just| already)? )?(?:got|bought|packed|done|finished"
    r"|ticked off) )?(?:everything|all|the lot|all the things)(?: that was| that's)? (?:on|from|off)"
    r" (?:the |my |our )?(?P<list>[^,.;]+?)"
    r"(?P<but>,? (?:but|except|apart from|besides|bar)(?: for)? .+?)?"
    r"(?P<done>(?:['’]s| is| has been)(?: all| now| already)? (?:bought|done|got|packed|sorted|here|in))?[\s.!]*",
    re.IGNORECASE,
)
NOT_SO_MANY = any_of(
    r"(?:no,? )?not (?P<old>[\w-]+),? (?:but |it's )?(?P<many>[\w-]+)",
    r"(?:no,? )?(?P<many>[\w-]+),? (?:and )?not (?P<old>[\w-]+)",
)
""" "Not two, three", of what was just put there."""
THAT_IS_ALL = any_of(
    r"(?:that['’]s|that is|they['’]re|they are|those are|it['’]s|it is) (?:all|everything)(?: now)?"
    r" (?:bought|got|done|packed|ticked off|in the bag)"
)
""" "That's all bought", of the list that was just asked about."""
RECOUNTED = any_of(
    r"(?:on (?:the |my |our )?(?P<list>[^,.;]+? list),? )?(?P<sure>(?:better |rather )?make (?:it|that|them)"
    r"|better|i meant|let['’]s say|rather|change (?:it|that) to|that should be|it should be|should be)"
    r" (?P<many>.+?)(?:,? not .+)?",
    r"(?P<items>[^,.;]+), (?P<sure>make (?:it|that|them)) (?P<many>.+?)(?:,? not .+)?",
    r"(?P<many>.+?)(?P<sure>,? (?:actually|rather|instead|in fact|i meant?|sorry)|,? not (?:just |only )?[\w ]+)",
)
""" "Two dozen eggs actually", "make that twelve": how much of what stands there."""
ALL_LISTS = any_of(
    r"(?:read|tell|give|show)(?: me| us)? (?:both|all|all of|both of|all three|the two)(?: my| our| the)?"
    r" ?(?:lists|of them)(?: out| back| aloud| again)*",
    r"what(?:'s| is) on (?:both|all|all of|each)(?: my| our| the)? ?(?:lists|of them)",
)
SAY_COUNT = re.compile(
    r"\bsay (?=(?:\d|an? (?:dozen|hundred|couple|few)|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|fifteen|twenty|thirty|forty|fifty|sixty|eighty|half|couple)\b)",
    re.IGNORECASE,
)
""" "Balloons, say fifty"."""
EVERYTHING = re.compile(
    r"(?:everything|all(?: of (?:it|them|those|that))?|it all|them all|the lot|the rest)"
    r"(?:,? (?:but|except|apart from|besides|bar|other than)(?: for)? (?P<but>.+))?",
    re.IGNORECASE,
)
POINTS = re.compile(
    r"it|that|this|them|those|these|that one|this one|both(?: of (?:them|those))?"
    r"|(?:those|these|the) (?:two|three|ones)",
    re.IGNORECASE,
)
SOMEBODY = re.compile(r"him|her|he|she", re.IGNORECASE)
WE_HAVE = re.compile(
    r"(?P<first>.+?)[,.;]+\s+(?:(?:oh|ah|no|nope|wait|hang on|hold on)[\s,.]*)+(?:(?:we|i)(?:['’]ve| have| still have)"
    r"(?: still)?(?: got)?) (?P<has>[^,.;]+?)(?: already| still| left)?[,.;]+\s+(?P<more>[^,.;]+)[\s.!]*",
    re.IGNORECASE,
)
""" "And onions. No wait, we've got onions. Garlic"."""
SAID_AGAIN = re.compile(
    r"(?:add|put|write|stick) [^,.;]+[,.;]\s+(?:(?:oh|ah|no|nope|wait|sorry|i mean)[\s,.]*)+(?P<right>[^,.;]+)[,.;]\s+"
    r"(?P<again>(?:add|put|write|stick) (?P=right)\b.*)",
    re.IGNORECASE,
)
""" "Add Jule. Sorry, Pawel, add Pawel"."""
MEANT = re.compile(
    r"(?:(?:(?P<lead>.+?)[,.;]\s+)?(?P<items>[^,.;]+?)(?P<sure>[\s,]+(?:i mean|i meant|sorry|rather"
    r"|actually))?)[\s.!]*",
    re.I,
)
LEAVES = re.compile(
    r"(?:(?:no|nah|oh|ah|wait|actually|but)[\s,.]+)+(?:leave|skip|drop)(?: out)? (?P<items>[^,.;]+?)(?: out| off)?"
    r"[\s.!]*",
    re.IGNORECASE,
)
OBJECTS = re.compile(r"\b(?:no|nope|sorry|wait|what am i saying|i mean|actually|rather|wrong)\b", re.IGNORECASE)
SLIP = re.compile(
    r",\s*(?:(?:oh|ah|um|uh)[\s,]+)*(?:(?:no|nope|sorry|wait|hang on|hold on|rather|actually)(?: (?:no|wait|sorry))?"
    r"\s*,"
    r"|(?:no,? |sorry,? |wait,? )?i meant? (?!it\b|that\b|really\b))\s*"
    r"(?!\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty)\b)(?=\w)",
    re.IGNORECASE,
)
""" "Flour, no, sugar": what stands behind it puts right what stood before."""
PLACE = re.compile(
    r"(?:(?:the )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)(?: (?:one|item|thing))?"
    r"|(?:item )?number \w+)",
    re.IGNORECASE,
)
AT = re.compile(r",? (?:on to|on|into|in|onto|to|off of|off|out of|from|for) ", re.IGNORECASE)
"""What stands between things and their list."""
SOME = re.compile(r"(?:(?:and|then|so|rather|instead|better)\b[\s,]*)*(?:an?|some|another) \w", re.IGNORECASE)
HEADING = re.compile(
    rf"{OPEN}(?:on |for |from )?(?:the |my |our )?(?P<list>[^,.:;—?]+? list)\s*[,:;.—]\s+(?P<rest>.+)", re.IGNORECASE
)
BUYING = ("buy", "bought", "get", "fetch", "order", "shop")
CALLED_SO = {
    **dict.fromkeys(("pack", "packed"), ("packing", "packing list")),
    **dict.fromkeys(BUYING, ("shopping", "groceries")),
}
EMPTIES = any_of(r"(?:empty|clear|wipe)(?: out)? (?:the |my |our )?(?P<list>.+? list)(?: out)?")
LEAD = re.compile(
    r"(?:(?:oh|ah|okay|ok|so|right|well)[\s,]+)*"
    r"(?P<goes_on>and then|and|also|plus|oh and|then(?= (?:an?|the|some|two|three|four|five|six) ))\b[\s,]*",
    re.IGNORECASE,
)
WAIT = re.compile(
    r"^(?:(?:oh|ah|no)[\s,]+)*(?:wait,? no|no,? wait)\b[^.;!]*[.;!]\s+(?=(?:put|add|take|tick|cross|stick)\b)",
    re.IGNORECASE,
)
"""Then what shall be done is said whole."""
STUTTER = re.compile(r"\b(?P<word>the|a|an|and|some|my|our),? (?P=word)\b", re.IGNORECASE)
WHICH = re.compile(r",\s*the \w+ ones?(?=\s*(?:,|$))", re.IGNORECASE)
"""Which of them is meant: it is said of the thing before it."""
ASKED_FOR = any_of(
    r"(?:no\??[\s,]+)?(?:add|put|get|include|stick|write)(?: (?:on|down))? (?:some|it|one|them|that)"
    r"(?: (?:on|down|in))?(?: (?:it|there|the list))?(?:,? and (?P<more>.+?))?"
)
""" "Then add some", behind the question whether it is on the list."""
MORE = any_of(
    r"(?:add |make (?:it|that) |put |give (?:it|me) |get )?(?:another |(?:an )?extra )(?P<many>\w+)"
    r"(?: of (?:them|those|it|that))?",
    r"(?:add |make (?:it|that) |put |get )?(?P<many>\w+) more(?: of (?:them|those|it))?",
)
