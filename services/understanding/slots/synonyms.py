"""Words that people say, by the words that the actions know: what readings.py reads."""

from __future__ import annotations

from collections.abc import Mapping

from services.understanding.words import phrases


def table(rows: Mapping[str, str]) -> dict[str, str]:
    """By what is said: the word its row begins with, which the action knows. Raises ValueError for two meanings."""
    told = [(said, known) for known, words in rows.items() for said in (known, *phrases(words)) if said]
    found = dict(told)
    if twice := sorted({said for said, known in told if found[said] != known}):
        raise ValueError(f"{', '.join(twice)}: said for two words")
    return found


def same(words: str) -> dict[str, str]:
    """Words that the action knows as they are."""
    return {word: word for word in phrases(words)}


def every(noun: str) -> dict[str, str]:
    """What means all of these."""
    named = [f"{each} {noun}" for each in ("all", "all my", "all the", "all our", "all of my", "all of the", "any")]
    words = """every | any | each | all of | all of them | all of the | everything | them all | every one of |
    every single one | every one | the lot | all the | all my | all our | it all"""
    return table(
        {
            "all": " | ".join((words, *named, f"every {noun.removesuffix('s')}")),
            "both": f"both of | both {noun} | both of them",
        }
    )


# --- which way
# ----------------------------------------------------------------------------------------------------------------------

_OFF = """take | take away | taken | taken off | taken out | drop | dropped | strike | exclude | excluded | delete |
    deleted | removed | out | out of | off | off of | from | kick | kick out | kicked | boot | throw | throw out |
    toss | chuck | turf | turf out | expel | eject | ban | bar | block | evict | pull | pull out | get rid of |
    uninvite | uninvited | disinvite | unsubscribe | unassign | unassigned | withdraw | revoke | cancel | minus |
    relieve | free | release | dismiss | no longer | not | isn't | aren't | doesn't | don't | do not | does not |
    won't | any more | anymore | no longer in | no longer on | not in | not on | cut | scratch | not need |
    not want | lose | loose | away | take out | heave ho | hatao | hata do | nikalo | off the hook"""
_ON = """adding | added | include | including | included | invite | invited | inviting | put | in | into | bring |
    bring in | get in | join | joins | joining | also | too | as well | plus | let in | let | loop | loop in |
    rope in | onboard | additionally | with | onto | on"""
_LEFT = """leave | leaves | leaving | left | has left | have left | exit | exits | quit | quits | quitting |
    get out of | get out | be removed from | be removed | be taken off | doesn't belong | don't belong |
    does not belong | do not belong | has no business | have no business | done with | opt out | opts out |
    not belong | go | goes | removed from | taken off of"""
_ABSENT = """can't make | can't come | can't come to | can't attend | cannot make | cannot come | cannot come to |
    cannot attend | can not attend | won't make | won't be at | won't come | won't come to | won't attend |
    isn't coming | isn't coming to | aren't coming | aren't coming to | is not coming | is not coming to |
    are not coming to | not coming | not coming to | not make | not be at | not attend | not come | not come to |
    no longer coming | no longer coming to | dropped out | dropped out of | drops out of | drop out | backed out |
    backed out of | backs out of | pulled out of | bailed | bailed on | bails on | skip | skips | skipping |
    is skipping | misses | will miss | is out | declined | declines | has declined | leave | leaves | has left |
    flaked | flaked on | piked"""

MEMBERS = table({"remove": f"{_OFF} | {_LEFT}", "add": _ON})
"""People and what they are in."""
COMERS = table({"remove": f"{_OFF} | {_ABSENT}", "add": _ON})
"""People and a meeting."""
TAGS = table(
    {"remove": f"{_OFF} | strip | clear | untag | unlabel | ditch | scrap | without", "add": f"{_ON} | tag | label"}
)
_LONGER = """longer | extra | additional | another | increase | increased | raise | raised | extend | extended |
    lengthen | prolong | stretch | add | added | plus"""
_SHORTER = """shorter | less | take | take off | take away | subtract | deduct | off | off of | shorten |
    shortened | reduce | reduced | decrease | decreased | cut | cut off | lower | minus | drop | knock off | shave |
    shave off | trim | trim off | fewer | from | slash | remove | removed"""
TIMERS = table(
    {
        "to": "instead | make that | make it | exactly | at | i meant | set to",
        "add": f"{_LONGER} | more | up | bump up | higher | on | onto",
        "remove": f"{_SHORTER} | down | bump down",
    }
)
_LATER = """back | delay | delayed | postpone | postponed | defer | after | behind | further back | push back |
    pushed back | put off | out | not before"""
_EARLIER = """sooner | forward | forwards | up | ahead | before | bring forward | advance | advanced | early |
    move up | in front"""
RINGS = table({"later": f"{_LATER} | more | extra | more late | longer", "earlier": _EARLIER})
"""When something rings."""
MOVES = table({"later": _LATER, "earlier": _EARLIER, "longer": f"{_LONGER} | more", "shorter": f"{_SHORTER} | down"})
"""When a meeting is, and how long."""
TIMER_HINTS = {
    **dict.fromkeys(phrases("instead | make that | i meant | should be | must be | has to be | needs to be"), "to"),
    **dict.fromkeys(
        phrases(
            """shorten | shorter | reduce | decrease | lower | cut | trim | shave | subtract | deduct | less | minus"""
        ),
        "remove",
    ),
    **dict.fromkeys(phrases("add | extend | extra | another | longer"), "add"),
}
_SOONER = "sooner | prepone | preponed | advance | ahead | forward"
RING_HINTS = table({"earlier": f"{_SOONER} | too late"})
MOVE_HINTS = table(
    {
        "earlier": _SOONER,
        "later": "delay | delayed | postpone | postponed | push | move | shift | put off | defer | set back",
        "longer": "extend | lengthen | prolong | stretch | add | tack on | another | extra",
        "shorter": "shorten | cut | trim | reduce | shave",
    }
)
"""Said beside a duration."""
WAITS = table(
    {
        "remove": (
            f"""{_OFF} | unlink | decouple | disconnect | detach | untie | separate | not depend on | not depends on |
            not wait for | not waiting for | no longer depends on | no longer needs | not blocked | not blocked by |
            break | undo | can start without"""
        ),
        "add": """depends on | depend on | depending on | wait for | waits for | waiting for | needs | need |
            blocked by | after | link""",
    }
)
"""One task and another."""
LOUDNESS = table(
    {
        "up": """louder | higher | more | add | increase | raise | boost | crank up | turn up | pump up |
            not lower | high | loud | speak up | zyada""",
        "down": """quieter | softer | lower | less | remove | decrease | reduce | drop | turn down | tone down |
            more quietly | quiet | soft | quietly | softly | not louder | not so loud | not loud | less loud |
            gentler | low | kam""",
        "to": "at | exactly",
    }
)

# --- in which state
# ---------------------------------------------------------------------------------------------------------------------

TASK_STATES = table(
    {
        "in progress": """progress | start | starting | start on | begin | begun | began | resume | resumed |
            continue | continued | restart | restarted | unblock | unblocked | unblocks | working on | work on |
            doing | in the works | in work | not blocked | not stuck | not on hold | not paused | not waiting |
            off hold | kick off | go on with | started | underway | under way | working | half done |
            half finished | halfway through | nearly done | almost finished | almost there | just starting |
            in the middle of | got going on | made a start on | picked up | unpause | almost done | halfway there |
            in process | in the oven | on the go | up and running | in the pipeline""",
        "to do": "todo | backlog | the backlog | not started | not begun | todo list | planned",
        "open": "reopen | reopened | re open | re opened | not cancelled | not closed | back to open | still open",
        "not done": """unfinished | incomplete | undone | not finished | not complete | not completed | not ready |
            undo | untick""",
        "blocked": """block | blocking | blocks | holding up | holding it up | held up | hold up | is blocking |
            stuck | stalled | not moving | dead in the water | becalmed | snookered | stymied""",
        "on hold": """pause | pausing | park | parked | stop | stopped | hold | holding | shelve | shelved |
            suspend | suspended | put on hold | on the back burner | halt | halted | freeze | frozen | on pause |
            not in progress | not active | mothball | dry dock | in dry dock | on the bench | holding pattern |
            in a holding pattern | into the long grass""",
        "waiting": "waiting for feedback | waiting for approval | wait",
        "postponed": "postpone",
        "delayed": "slipping | slipped | behind | behind schedule | running late",
        "in review": "review | reviewing | checking | into review",
        "in testing": "testing | qa | in qa | test",
        "done": "complete | completed | finished | finish | closed | close | resolved | ready | do | did | tick off",
        "cancelled": "canceled | cancel | dropped | obsolete | abandoned | abandon | called off | scrapped | scuppered",
    }
) | same(
    "active | ongoing | on track | current | pending | outstanding | paused | on ice | at risk | under review |"
    " ready for review"
)
TASKS_ASKED = (
    TASK_STATES
    | same(
        "overdue | late | all | any | next | remaining | upcoming | stuck | finished | completed | complete | closed |"
        " started"
    )
    | same("unfinished | incomplete | not started")
    | table({"remaining": "left", "overdue": "past due", "late": "behind"})
)
"""Of which state the tasks are that are asked for: told again in the answer, so kept as they were said."""
PROJECT_STATES = table(
    {
        "active": """open | opened | reopen | reopened | re open | resume | resumed | start | started | restart |
            restarted | running | ongoing | current | live | in progress | revive | revived | reactivate |
            reactivated | unarchive | un archive | unfreeze | again | continue | continued | approved | approve |
            activate | activated | on track | planned | back | back to life | out of the archive | off hold |
            off ice | from the archive | not on hold | not paused | not archived | not done | not finished |
            not over | not closed | not cancelled | unpause | unpaused | underway | going | going on | kick off |
            launched | active again | alive | alive again | back on | back up and running | reopening |
            back to active | back to planned | all systems go | on""",
        "on hold": """pause | paused | put on hold | hold | stop | stopped | suspend | suspended | shelve |
            shelved | on ice | on the back burner | back burner | freeze | frozen | halt | halted | park | parked |
            stalled | blocked | stuck | inactive | not active | not running | on pause | put on ice | mothball |
            mothballed | deactivate | pausing | in pause | in mothballs""",
        "delayed": "late | overdue | behind | behind schedule | not on track | off track | slipping",
        "done": """complete | completed | finish | finished | close | closed | over | ended | end | wrap up |
            wrapped up | through | concluded | wind down | ready | finally done | in the bag | over the line""",
        "cancelled": """canceled | cancel | called off | call off | abandoned | abandon | scrap | scrapped |
            killed | axed""",
        "archived": "archive | in the archive | to the archive | retire | retired | archiving",
        "private": "secret | confidential | internal | hidden | not public | no longer public",
        "public": "open to all | not private | no longer private | open to everyone",
    }
) | table({"at risk": "in trouble | red | on the ropes | in the weeds"})
PROJECTS_ASKED = (
    PROJECT_STATES
    | same(
        "open | running | ongoing | current | finished | closed | completed | complete | late | overdue | paused |"
        " blocked | stuck"
    )
    | same("started | inactive | delayed | on track | canceled")
    | table(
        {
            "running": "still running",
            "ongoing": "going on | on the go",
            "open": "still open | pending | not done | not finished | unfinished",
        }
    )
)
CHANNEL_STATES = table(
    {
        "archived": """archive | retire | retired | mothball | mothballed | shelve | shelved | on ice | in storage |
            to rest | to sleep | away | close | closed | lock | locked | done | finished | dead | over | inactive |
            freeze | frozen | suspend | suspended | deactivate | deactivated | disable | disabled | wind down |
            wrap up | close down | closed down | shut down | shut | put to bed | in the archive | to the archive |
            not active | no longer active | not open | no longer open | no longer used | put away | not used |
            discontinue | discontinued | dormant | end | pause | paused | archiving | closing | locking""",
        "open": """active | activate | activated | reopen | reopened | re open | unlock | unlocked | reactivate |
            reactivated | restore | restored | revive | revived | unarchive | unarchived | un archive | bring back |
            out of the archive | back from the archive | from the archive | out of storage | back | not archived |
            no longer archived | not closed | not locked | unfreeze | enable | enabled | back to life | wake up |
            again | restart | live | not inactive | resume | opened | reopening | dust off""",
        "private": """secret | hide | hidden | privatise | privatize | confidential | members only | invite only |
            restricted | internal | not public | no longer public | not visible""",
        "public": """unhide | unhidden | publish | open up | open to all | open to everyone | open for everyone |
            visible | not private | no longer private | not secret | not hidden""",
    }
)
PRIVACY = table(
    {
        "private": """secret | closed | restricted | confidential | invite only | internal | only for us |
            for us only | just for us | members only | hidden | not public | for us | locked | hush hush""",
        "public": """open | open to all | open to everyone | for everyone | for everybody | shared | not private |
            not secret | visible""",
    }
)

# --- how urgent
# ----------------------------------------------------------------------------------------------------------------------

RANKS = table(
    {
        "urgent": """asap | immediate | immediately | critical | highest | top | emergency | urgently |
            as soon as possible | right away | most urgent | very urgent | really urgent | super urgent |
            extremely urgent | highest priority | top priority | critical priority | urgent priority |
            first priority | p1 | mission critical""",
        "high": """important | crucial | vital | high priority | very important | really important |
            most important | key | essential | high importance | big priority | super important""",
        "normal": """medium | regular | default | normal priority | medium priority | standard | usual | average |
            moderate""",
        "low": """lowest | minor | unimportant | low priority | lowest priority | not urgent | not important |
            no priority | not a priority | not critical | not that important | non urgent | no rush | no hurry |
            low importance | trivial | not high | not high priority | not top priority""",
    }
)
RANKS_OR_STEPS = RANKS | table(
    {
        "higher": """raise | raised | increase | increased | bump up | bump | higher priority | more urgent |
            more important | up | prioritise | prioritize | boost | upgrade | escalate | elevate | up a notch |
            one up | step up | more | more critical | lift""",
        "lower": """reduce | reduced | decrease | decreased | lower priority | less urgent | less important | down |
            down a notch | deprioritise | deprioritize | de prioritise | de prioritize | downgrade | drop |
            bump down | one down | step down | less | less critical | demote""",
    }
)

# --- of what
# ----------------------------------------------------------------------------------------------------------------------

VITALS = table(
    {
        "temperature": "temp | heat | warm | hot | cpu temperature | processor temperature | how hot | how warm",
        "memory": "ram | memory usage | memory use | free memory",
        "disk": """storage | disk space | storage space | space | sd card | memory card | hard drive | drive |
            card | disk usage | ssd | free space | hard disk | flash | disc""",
        "uptime": "up time | running | up | awake",
        "network": """wifi | wi fi | connected | offline | ip address | ip | address | internet | connection |
            signal | internet connection | network address | online | lan""",
        "version": "software version | software | updated | firmware | release | version number",
        "volume": "sound level | loudness | sound",
        "battery": "charge | power | juice | battery level | power level | battery life",
        "microphone": "mic | audio input | mics | microphones | input",
        "status": "system | health | condition | system status | state | device status",
    }
)
SOUNDS = table(
    {
        "alarms": """alarm | timer | timers | reminder | reminders | ring | rings | ringing | ringer | ringers |
            ringtone | ringtones | bell | alarm clock""",
        "earcons": "earcon | beep | beeps | beeping | chime | chimes | tone | tones | blip | blips | pings",
        "speech": "voice | speaking | talking | replies | answers | speaker | speakers",
    }
)
REPORTS = table({"usage": "use you | used you | use"})
WAYS = table(
    {
        "continue": "resume | go on | carry on | finish | proceed",
        "skip": "leave out | end | stop",
        "start": "begin | restart | again | new",
    }
)
FIELDS = table({"team": "group", "email": "email id | mail id"})
_PLACES = ("meetings", "notes", "messages", "files", "documents", "tasks", "reminders")
PLACES = table(
    {noun: f"a {noun[:-1]} | any {noun[:-1]} | any {noun} | all {noun}" for noun in _PLACES}
) | dict.fromkeys(
    phrases("everything | our stuff | my stuff | anything | anywhere | all | all of it | my things | our things"), ""
)
"""Where something is looked for."""
ALL_NOTES = every("notes") | dict.fromkeys(
    phrases("the notes | my notes | my notebook | everything in my notes | every note i have"), "all"
)
