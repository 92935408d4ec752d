"""What a person says → the word that an action knows: "uninvite" → remove, "mothball" → archived, "reduce" → remove.

Templates give fixed words to the slots that say which way, in which state or how urgent; a language model can only copy the words of the
sentence. Here they are put into the same words. A word that stands in no table never means the usual: the slot is left out where that is
harmless or makes the action ask, and else nobody knows what is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from services.understanding.base import Slot, Step
from services.understanding.words import phrases

Otherwise = Literal["unsure", "dropped", "kept"]
"""What becomes of other words: nothing is done; the slot is left out; they stay, for the action looks among them itself."""

_FILLERS = frozenset(
    ("a", "an", "the", "bit", "little", "touch", "notch", "tad", "lot", "much", "slightly", "please", "be", "being", "set")
)
"""May stand at either end without changing what is meant."""
_NOT = frozenset(("not", "never", "cannot", "without"))
_MORE = frozenset(("more", "less", "lower", "higher"))


def _table(rows: Mapping[str, str]) -> dict[str, str]:
    """By what is said; each row begins with the word that the action knows."""
    return {said: known for known, words in rows.items() for said in (known, *phrases(words)) if said}


def _same(words: str) -> dict[str, str]:
    """Words that the action knows as they are."""
    return {word: word for word in phrases(words)}


@dataclass(frozen=True, slots=True)
class Reading:
    """How one slot is read."""

    words: Mapping[str, str]
    """By what is said, in lower case, hyphens as spaces; the word that the action knows, empty where the slot then says nothing."""
    otherwise: Otherwise

    def of(self, said: str, before: Sequence[str] = ()) -> str | None:
        """The word that the action knows, empty where the slot is to be left out; None where nobody knows what is meant. `before`: the
        words of the sentence just before it, for "not blocked" is not blocked."""
        plain = said.casefold().replace("’", "'").replace("-", " ").split()
        word = next((self.words[each] for each in _forms(_negation(before), plain) if each in self.words), None)
        if word is not None:
            return word
        return None if self.otherwise == "unsure" else said if self.otherwise == "kept" else ""


def _forms(negation: Sequence[str], plain: Sequence[str]) -> list[str]:
    """As it was said, and without what says nothing at its ends; with a negation only what holds it."""
    bare = list(plain)
    while len(bare) > 1 and bare[0] in _FILLERS:
        bare.pop(0)
    while len(bare) > 1 and bare[-1] in _FILLERS:
        bare.pop()
    ways = [negation, ["not"]] if negation and negation[-1] in ("longer", "not") else [negation]
    return [" ".join([*way, *words]) for way in ways for words in (plain, bare)]


def _negation(before: Sequence[str]) -> list[str]:
    """The words that turn round what follows them: not, no longer, less."""
    while before and before[-1] in ("a", "an", "the", "be", "been", "so", "that", "very", "really", "yet"):
        before = before[:-1]
    if not before:
        return []
    if list(before[-2:]) == ["no", "longer"]:
        return ["no", "longer"]
    last = before[-1].replace("’", "'")
    return ["not"] if last in _NOT or last.endswith("n't") else [last] if last in _MORE else []


# --- which way --------------------------------------------------------------------------------------------------------------------------

_OFF = """take | take away | taken | taken off | taken out | drop | dropped | strike | exclude | excluded | delete | deleted | remove |
removed | out | out of | off | off of | from | kick | kick out | kicked | boot | throw | throw out | toss | chuck | turf | turf out | expel |
eject | ban | bar | block | evict | pull | pull out | get rid of | uninvite | uninvited | disinvite | unsubscribe | unassign | unassigned |
withdraw | revoke | cancel | minus | relieve | free | release | dismiss | no longer | not | isn't | aren't | doesn't | don't | do not |
does not | won't | any more | anymore | no longer in | no longer on | not in | not on | lose | cut | scratch"""
"""Somebody, or a tag, is taken off."""
_GONE = """leave | leaves | leaving | left | has left | have left | exit | exits | quit | quits | quitting | get out of | get out | be removed
from | be removed | be taken off | doesn't belong | don't belong | does not belong | do not belong | has no business | have no business | done
with | opt out | opts out | not belong | not want | not need | go | goes"""
_ON = """add | added | adding | include | including | included | invite | invited | inviting | put | in | into | bring | bring in | get in |
join | joins | joining | also | too | as well | plus | let in | let | loop | loop in | rope in | onboard | additionally | with | onto"""
_ABSENT = """can't make | can't come | can't come to | can't attend | cannot make | cannot come | cannot come to | cannot attend | can not
attend | won't make | won't be at | won't come | won't come to | won't attend | isn't coming | isn't coming to | aren't coming | aren't coming
to | is not coming | is not coming to | are not coming to | not coming | not coming to | not make | not be at | not attend | not come | not
come to | no longer coming | no longer coming to | dropped out | dropped out of | drops out of | drop out | backed out | backed out of | backs
out of | pulled out of | bailed | bailed on | bails on | skip | skips | skipping | is skipping | misses | will miss | is out | declined |
declines | has declined | not need | not want"""
"""Somebody does not come to a meeting."""
_MEMBERS = _table({"remove": f"{_OFF} | {_GONE}", "add": _ON})
_LONGER = """add | added | more | longer | extra | additional | another | plus | up | increase | increased | raise | raised | extend |
extended | lengthen | prolong | on top | higher | stretch | grow | bump up | further"""
_SHORTER = """remove | removed | shorter | less | take | take off | take away | subtract | deduct | off | off of | shorten | shortened | reduce |
reduced | decrease | decreased | cut | cut off | lower | minus | down | drop | knock off | shave | shave off | trim | fewer | trim off |
from | slash | bump down | dock"""
_LATER = """later | back | delay | delayed | postpone | postponed | defer | after | behind | further back | push | push back | pushed back |
put off | out | more | extra | on | not before"""
_EARLIER = """earlier | sooner | forward | forwards | up | ahead | before | bring forward | advance | advanced | early | move up | in front |
not later"""
_RINGS = Reading(_table({"later": _LATER, "earlier": _EARLIER}), "unsure")
_MOVES = Reading(
    _table({"later": _LATER.replace("| more | extra |", "|"), "earlier": _EARLIER})
    | _table({"longer": _LONGER.replace("| up |", "|"), "shorter": _SHORTER.replace("| down |", "|")}),
    "unsure",
)
_COMES = Reading(_table({"remove": f"{_OFF} | {_ABSENT} | leave | leaves | has left", "add": _ON}), "unsure")

# --- in which state ---------------------------------------------------------------------------------------------------------------------

_TASK_STATES = _same("underway | under way | active | ongoing | on track | current | to do | todo | open | pending | outstanding") | _table(
    {
        "in progress": """progress | started | start | starting | start on | begin | begun | began | resume | resumed | continue | continued |
            restart | restarted | unblock | unblocked | unblocks | working | working on | work on | doing | in the works | under work | in work
            | not blocked | not stuck | not on hold | not paused | not waiting | off hold | kick off | go on with""",
        "to do": """backlog | the backlog | not started | not begun | todo list | planned | upcoming""",
        "open": "reopen | reopened | re open | re opened | reopens | not cancelled | not closed",
        "not done": "unfinished | incomplete | undone | not finished | not complete | not completed | not ready | undo | untick | unticked",
        "blocked": "block | blocking | blocks | holding up | holding it up | held up | hold up | is blocking | stuck | stalled | not moving",
        "on hold": """pause | pausing | park | parked | stop | stopped | hold | holding | shelve | shelved | suspend | suspended | put on hold |
            on the back burner | halt | halted | freeze | frozen | on pause | not in progress | not active""",
        "paused": "",
        "on ice": "",
        "waiting": "waiting for feedback | waiting for approval | wait",
        "postponed": "postpone",
        "delayed": "slipping | slipped",
        "at risk": "",
        "in review": "review | reviewing",
        "under review": "",
        "ready for review": "",
        "in testing": "testing | qa | in qa | test",
        "done": "complete | completed | finished | finish | closed | close | resolved | ready | do | did",
        "cancelled": "canceled | cancel | dropped | obsolete | abandoned | abandon | called off | scrapped",
    }
)
_TASKS_ASKED = (
    _TASK_STATES
    | _same(
        "overdue | late | delayed | all | any | next | remaining | upcoming | blocked | stuck | finished | completed | complete | closed"
    )
    | _same("unfinished | incomplete | not started | started | cancelled | on hold | waiting | planned")
    | {"left": "remaining", "past due": "overdue", "behind": "late", "not overdue": "", "planned": ""}
)
_PROJECT_STATES = _table(
    {
        "active": """open | opened | reopen | reopened | re open | resume | resumed | start | started | restart | restarted | running | ongoing |
            current | live | in progress | revive | revived | reactivate | reactivated | unarchive | un archive | unfreeze | again | continue |
            continued | approved | approve | activate | activated | on track | planned | back | back to life | out of the archive | off hold |
            off ice | from the archive | not on hold | not paused | not archived | not done | not finished | not over | not closed | unpause |
            unpaused | underway | going | going on | on again | kick off | launched | not cancelled""",
        "on hold": """pause | paused | put on hold | hold | stop | stopped | suspend | suspended | shelve | shelved | on ice | on the back burner |
            back burner | freeze | frozen | halt | halted | park | parked | stalled | blocked | stuck | inactive | not active | not running |
            on pause | put on ice | mothball | mothballed | deactivate""",
        "delayed": "late | overdue | behind | behind schedule | not on track",
        "at risk": "",
        "done": "complete | completed | finish | finished | close | closed | over | ended | end | wrap up | wrapped up | through | concluded",
        "cancelled": "canceled | cancel | called off | call off | abandoned | abandon | scrap | scrapped | killed | axed",
        "archived": "archive | in the archive | to the archive | retire | retired | archives",
        "private": "secret | confidential | internal | hidden | not public | no longer public",
        "public": "open to all | not private | no longer private | open to everyone",
    }
)
_PROJECTS_ASKED = (
    _PROJECT_STATES
    | _same("open | running | ongoing | current | finished | closed | completed | complete | late | overdue | paused | blocked | stuck")
    | _same("started | inactive | delayed | on track | canceled")
    | {"still running": "running", "going on": "ongoing", "pending": "open", "not done": "open", "not finished": "open", "all": ""}
)
_CHANNEL_STATES = _table(
    {
        "archived": """archive | archives | retire | retired | mothball | mothballed | shelve | shelved | on ice | in storage | to rest |
            to sleep | away | close | closed | lock | locked | done | finished | dead | over | inactive | freeze | frozen | suspend | suspended |
            deactivate | deactivated | disable | disabled | wind down | wrap up | close down | closed down | shut down | shut | put to bed |
            in the archive | to the archive | not active | no longer active | not open | no longer open | no longer used | put away | not used |
            discontinue | discontinued | dormant | end | pause | paused""",
        "open": """active | activate | activated | reopen | reopened | re open | unlock | unlocked | reactivate | reactivated | restore | restored |
            revive | revived | unarchive | unarchived | un archive | bring back | out of the archive | back from the archive | from the archive |
            out of storage | back | not archived | no longer archived | not closed | not locked | unfreeze | unsuspend | enable |
            enabled | back to life | back in use | wake up | again | restart | live | not inactive | resume | opened""",
        "private": "secret | hide | hidden | privatise | privatize | confidential | members only | invite only | restricted | not public | internal "
        "| no longer public | not visible",
        "public": """unhide | unhidden | publish | open up | open to all | open to everyone | open for everyone | visible | not private |
            no longer private | not secret | not hidden | not open to all""",
    }
)
del _CHANNEL_STATES["not open to all"]
_PRIVACY = _table(
    {
        "private": """secret | closed | restricted | confidential | invite only | internal | only for us | for us only | just for us | members only |
            hidden | not public | for us | locked""",
        "public": "open | open to all | open to everyone | for everyone | for everybody | shared | not private | not secret | visible",
    }
)

# --- how urgent -------------------------------------------------------------------------------------------------------------------------

_PRIORITIES = _table(
    {
        "urgent": """asap | immediate | immediately | critical | highest | top | emergency | urgently | as soon as possible | right away |
            most urgent | very urgent | really urgent | super urgent | extremely urgent | highest priority | top priority | critical priority |
            urgent priority | first priority | the highest | p one | p1 | mission critical | super important""",
        "high": """important | crucial | vital | high priority | very important | really important | most important | key | essential | high
            importance | important priority | big priority | number one priority""",
        "normal": "medium | regular | default | normal priority | medium priority | standard | usual | average | moderate",
        "low": """lowest | minor | unimportant | low priority | lowest priority | not urgent | not important | no priority | not a priority |
            not critical | not that important | non urgent | no rush | no hurry | low importance | trivial | not priority | not high |
            not high priority | not top priority""",
        "higher": """raise | raised | increase | increased | bump up | bump | a higher | higher priority | more urgent | more important | up |
            prioritise | prioritize | boost | upgrade | escalate | elevate | increase priority | up a notch | one up | step up | more |
            more critical | lift | not lower | higher up""",
        "lower": """reduce | reduced | decrease | decreased | a lower | lower priority | less urgent | less important | down | down a notch |
            deprioritise | deprioritize | de prioritise | de prioritize | downgrade | drop | bump down | one down | step down | less |
            less critical | demote | not higher | lower down""",
    }
)
_RANKS = {said: known for said, known in _PRIORITIES.items() if known not in ("higher", "lower")}
"""Where there is nothing yet to be higher than."""

# --- of what ----------------------------------------------------------------------------------------------------------------------------

_VITALS = _table(
    {
        "temperature": "temp | heat | warm | hot | cpu temperature | processor temperature | how hot | how warm",
        "memory": "ram | memory usage | memory use | free memory",
        "disk": """storage | disk space | storage space | space | sd card | memory card | hard drive | drive | card | disk usage | ssd | free space |
            hard disk | flash | disc""",
        "uptime": "up time | running | up | awake",
        "network": "wifi | wi fi | ip address | ip | address | internet | connection | signal | internet connection | network address | online | lan",
        "version": "software version | software | firmware | release | version number",
        "volume": "sound level | loudness | sound",
        "battery": "charge | power | juice | battery level | power level | battery life",
        "microphone": "mic | audio input | mics | microphones | input",
        "status": "system | health | condition | system status | state | device status",
    }
)
_SOUNDS = _table(
    {
        "alarms": """alarm | timer | timers | reminder | reminders | ring | rings | ringing | ringer | ringers | ringtone | ringtones | bell |
            alarm clock | alarm sound""",
        "earcons": "earcon | beep | beeps | beeping | chime | chimes | tone | tones | blip | blips | notification sound | pings",
        "speech": "voice | speaking | talking | replies | answers | speaker | speakers",
    }
)
_REPORTS = _table(
    {
        "usage": "use you | used you | use | how much we use you | usage statistics",
        "customer": """customers | client | clients | sales | credit | credits | payment | payments | balance | balances | ledger | account |
            accounts | outstanding payments""",
        "channel": "channels | team",
        "project": "projects | milestone | milestones",
        "tasks": """task | to do | todo | status | progress | activity | work | worked on | did | do | finished | finish | got done | get done |
            completed | complete | done | achieve | achieved | accomplished | productivity | performance | perform | workload | week | weekly |
            daily | monthly | quarterly | annual | yearly | summary | time | overdue | overdue tasks | open tasks | completed tasks | deadlines |
            deadline | outstanding | end of day | end of week | end of month | day | month""",
    }
)
_WAYS = _table(
    {"continue": "resume | go on | carry on | finish | proceed", "skip": "leave out | end | stop", "start": "begin | restart | again"}
)
_FIELDS = {"number": "phone number", "good name": "name", "group": "team", "company": "company", "contact number": "phone number"}
_EVERYWHERE = phrases("everything | our stuff | my stuff | anything | anywhere | all | all of it | my things | our things")
_ALL = """every | any | each | all of | all of them | all of the | everything | them all | every one of | every single one | every one | the lot
| all the | all my | all our | it all"""


def _every(noun: str) -> dict[str, str]:
    """What means all of these."""
    named = [f"{each} {noun}" for each in ("all", "all my", "all the", "all our", "all of my", "all of the", "any")]
    return _table({"all": " | ".join((_ALL, *named, f"every {noun.removesuffix('s')}"))}) | {"both": "both", f"both {noun}": "both"}


READINGS: Mapping[tuple[str, str], Reading] = {
    ("timer.adjust", "direction"): Reading(
        _table({"to": "instead | make that | make it | exactly | at | i meant | set to", "add": _LONGER, "remove": _SHORTER}), "unsure"
    ),
    ("alarm.update", "direction"): _RINGS,
    ("reminder.update", "direction"): _RINGS,
    ("meeting.update", "direction"): _MOVES,
    ("channel.assign", "direction"): Reading(_MEMBERS, "unsure"),
    ("task.assign", "direction"): Reading(_MEMBERS, "unsure"),
    ("task.update", "direction"): Reading(_table({"remove": f"{_OFF} | strip | clear | untag | unlabel", "add": f"{_ON} | tag"}), "unsure"),
    ("task.depend", "direction"): Reading(
        _table(
            {
                "remove": f"""{_OFF} | unlink | decouple | disconnect | detach | untie | separate | not depend on | not depends on | not wait for
                    | not waiting for | not need | no longer depends on | no longer needs | not blocked | not blocked by""",
                "add": "depends on | depend on | depending on | wait for | waits for | waiting for | needs | need | blocked by | after | link",
            }
        ),
        "unsure",
    ),
    ("control.volume", "direction"): Reading(
        _table(
            {
                "up": "louder | higher | more | add | increase | raise | boost | crank up | turn up | pump up | up more | not lower",
                "down": """quieter | softer | lower | less | remove | decrease | reduce | drop | turn down | tone down | more quietly | quiet |
                    soft | quietly | softly | down more | not louder | not so loud | not loud | less loud | gentler""",
                "to": "at | exactly",
            }
        ),
        "unsure",
    ),
    ("control.volume", "sound"): Reading(_SOUNDS, "kept"),
    ("control.setup", "way"): Reading(_WAYS, "unsure"),
    ("device.query", "what"): Reading(_VITALS, "dropped"),
    ("contact.query", "field"): Reading(_FIELDS, "kept"),
    ("report.create", "kind"): Reading(_REPORTS, "kept"),
    ("search.query", "kind"): Reading(dict.fromkeys(_EVERYWHERE, ""), "kept"),
    ("channel.create", "privacy"): Reading(_PRIVACY, "unsure"),
    ("project.create", "privacy"): Reading(_PRIVACY, "unsure"),
    ("channel.status", "status"): Reading(_CHANNEL_STATES, "dropped"),
    ("project.update", "status"): Reading(_PROJECT_STATES, "dropped"),
    ("project.query", "status"): Reading(_PROJECTS_ASKED, "dropped"),
    **{(action, "status"): Reading(_TASK_STATES, "dropped") for action in ("task.create", "task.status", "task.update")},
    ("task.query", "status"): Reading(_TASKS_ASKED, "dropped"),
    ("task.delete", "status"): Reading(_TASKS_ASKED, "unsure"),
    **{(action, "priority"): Reading(_RANKS, "dropped") for action in ("task.create", "task.query", "template.use", "reminder.create")},
    ("task.update", "priority"): Reading(_PRIORITIES, "dropped"),
    ("task.delete", "priority"): Reading(_RANKS, "unsure"),
    **{(f"timer.{verb}", "name"): Reading(_every("timers"), "kept") for verb in ("cancel", "pause", "resume")},
    ("alarm.cancel", "name"): Reading(_every("alarms"), "kept"),
    ("reminder.cancel", "title"): Reading(_every("reminders"), "kept"),
    **{(f"channel.{verb}", "name"): Reading(_every("channels"), "kept") for verb in ("status", "delete")},
    ("routine.delete", "name"): Reading(_every("routines"), "kept"),
    ("note.delete", "content"): Reading(
        _every("notes") | dict.fromkeys(("the notes", "my notes", "my notebook", "everything in my notes"), "all"), "kept"
    ),
    ("job.cancel", "name"): Reading(_every("jobs"), "kept"),
}
"""By action and slot. What is in no row holds a name, words or a time, which the action looks up or keeps."""

_MEASURES: Mapping[str, str] = {"timer.adjust": "duration", "control.volume": "level"}
"""Slots that tell the new measure itself where they stand behind "to": down to five minutes."""
_AGAINST: Mapping[str, frozenset[str]] = {
    "timer.adjust": frozenset(
        phrases(
            "shorter | less | subtract | deduct | shorten | reduce | decrease | cut | lower | minus | remove | shave | trim | instead | not"
        )
    ),
    **dict.fromkeys(("alarm.update", "reminder.update"), frozenset(phrases("earlier | sooner | forward | ahead"))),
    "meeting.update": frozenset(
        phrases(
            "earlier | sooner | forward | ahead | remove | uninvite | disinvite | exclude | can't | won't | cannot | shorter | shorten | kick"
        )
    ),
    **dict.fromkeys(
        ("channel.assign", "task.assign"),
        frozenset(
            phrases("remove | kick | boot | ban | expel | eject | uninvite | unassign | leave | leaves | leaving | left | longer | revoke")
        ),
    ),
    "task.depend": frozenset(phrases("longer | remove | unlink | decouple | disconnect | doesn't | not | isn't")),
    "task.update": frozenset(("untag", "untagged")),
}
"""By action: words that speak against the way that no direction means."""


def understood(step: Step, said: Sequence[str], places: Mapping[str, int]) -> Step | None:
    """The step in the words that its action knows; None where nobody can be sure what is meant. `said`: the words of the sentence;
    `places`: by slot, the index of its first word among them."""
    slots: dict[str, Slot] = {}
    for slot, value in step.slots.items():
        reading = _reading(step, slot)
        if reading is None or not isinstance(value, str):
            slots[slot] = value
            continue
        known = reading.of(value, said[max(0, places[slot] - 3) : places[slot]])
        if known is None:
            return None
        slots |= {slot: known} if known else {}
    measure = _MEASURES.get(step.action, "")
    if measure in slots and said[max(0, places[measure] - 1) : places[measure]] == ["to"]:
        slots["direction"] = "to"
    told = replace(step, slots=slots)
    return None if "direction" not in slots and _AGAINST.get(step.action, frozenset()) & set(said) else told


def _reading(step: Step, slot: str) -> Reading | None:
    """Of a meeting either who comes or when it is changes; which way both go is not to be told."""
    if (step.action, slot) == ("meeting.update", "direction") and "attendees" in step.slots:
        return Reading({}, "unsure") if "duration" in step.slots else _COMES
    return READINGS.get((step.action, slot))
