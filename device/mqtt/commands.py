"""What others ask of the appliance over MQTT, commands or else. A part of the thread `mqtt`.

    <prefix>/<device>/command | say | listen | stop | mute | ask      from anybody, or from whom a token names
    <prefix>/<device>/command/<user> …                                from that user: nobody else may write there

Each message is accepted, or refused with a code, told to whoever asked and on <prefix>/<device>/error. It is not read
where its sender sent too many, or it is too long. A reply goes to the response topic (MQTT 5), else to
<prefix>/<device>/reply[/<user>].
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from device.jobs.jobs import Jobs
from device.jobs.keys import DoneBefore
from device.mqtt.payload import VERBS, read
from device.mqtt.questions import Asked, Key, Once
from device.mqtt.refusals import Errors, code_of
from device.mqtt.replies import Fields, Replies, Target, replied, target, told
from device.mqtt.senders import Flooded, Senders, TokenUnknown
from device.mqtt.tokens import Tokens
from device.requests.base import Request
from device.requests.schemas import CommandRequest, MuteRequest, Order, QuestionRequest
from device.turn import events as on
from firmware.errors import ExpectedError
from services.actions.base import Response
from services.actions.wording import sentence
from services.sync.base import Connected, MqttMessage, MqttPart, Publish
from services.sync.topics import Topics

log = logging.getLogger(__name__)

OWN = frozenset(("accepted", "queued", "started", "completed", "rolled_back", "failed", "cancelled"))
"""Levels behind `command` that are topics of our own events, and so no users."""


Demand = Callable[[str, str, datetime], None]
"""Client, action, now: raises, and records, where that client may not. services.actions.policy.policy.Policy.demand."""


@dataclass(slots=True)
class _Given:
    """A command on its way."""

    wanted: CommandRequest
    to: Target
    topic: str
    """Where it came."""
    job: str = ""


class Commands(MqttPart):
    """`answered` may be called by any thread."""

    def __init__(
        self,
        topics: Topics,
        *,
        publish: Publish,
        wake: Callable[[], None],
        jobs: Jobs,
        put: on.Emit,
        demand: Demand,
        now: Callable[[], datetime],
        refused: Callable[[str, str, datetime], None] = lambda _client, _code, _now: None,
        tokens: Tokens | None = None,
        closed: Sequence[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`refused` records in the audit log that a client gave a token of nobody: client, code, now. `closed`: what no
        response topic may begin with (Home Assistant's prefix).
        """
        self._topics = topics
        self._jobs = jobs
        self._put = put
        self._demand = demand
        self._now = now
        self._refused = refused
        self._closed = tuple(closed)
        self._clock = clock
        self._replies = Replies(publish, wake)
        self._errors = Errors(publish, topics.own("error"), now=now, clock=clock)
        self._asked = Asked(put, self._give, wake, clock=clock)
        self._once = Once()
        self._senders = Senders(tokens or Tokens())

    @property
    def filters(self) -> Sequence[tuple[str, Literal[0, 1]]]:
        """Each thing that can be asked, and the same with a user behind it. A command is kept while we are away; what
        would be said, shut or opened hours later is not (QoS 0): nobody would expect it any more.
        """
        return [
            (self._topics.own(each), 1 if verb == "command" else 0) for verb in VERBS for each in (verb, f"{verb}/+")
        ]

    def connected(self, _: Connected) -> None:
        """Replies may go."""
        self._replies.connected()

    def disconnected(self) -> None:
        """Replies wait."""
        self._replies.disconnected()

    def acknowledged(self, token: int) -> None:
        """It may be a reply."""
        self._replies.acknowledged(token)

    def rejected(self, token: int, _: str) -> None:
        """A reply that nobody may have is not sent again."""
        self._replies.acknowledged(token)

    def work(self) -> float | None:
        """Publish what was replied, and what was refused meanwhile."""
        waits = [wait for part in (self._asked, self._replies, self._errors) if (wait := part.work()) is not None]
        return min(waits, default=None)

    def answered(self, id: str, text: str | None, confidence: float = 0.0) -> None:
        """What was said to a question of ours; None: nobody said anything. From any thread."""
        self._asked.answered(id, text, confidence)

    def arrived(self, message: MqttMessage) -> None:
        """Accept or refuse it; never raises for any message."""
        verb, slash, user = (self._topics.what(message.topic) or "").partition("/")
        if verb not in VERBS or user in OWN:
            return
        if message.retain:
            self._errors.ignore(message.topic)
            return
        to, wanted = Target(self._topics.own("reply"), message.correlation), None
        try:
            client = self._senders.admitted(verb, user if slash else None, self._clock())
            to = Target(self._topics.own(f"reply{slash}{user}"), message.correlation)
            to = target(message, self._topics, user if slash else None, self._closed)
            wanted = read(verb, message.payload)
            self._meet(wanted, to, self._proved(client, wanted), message.topic)
        except Flooded as error:
            self._errors.tell(message.topic, error.code, str(error))
        except ExpectedError as error:
            self._refuse(message, to, wanted, error)

    def _proved(self, client: str, wanted: Request) -> str:
        try:
            return self._senders.proved(client, wanted.token)
        except TokenUnknown as error:
            self._refused(client, error.code, self._now())
            raise

    # --- what ---

    def _meet(self, wanted: Request, to: Target, client: str, topic: str) -> None:
        """Have it done. Raises what refuses it."""
        match wanted:
            case CommandRequest():
                self._command(_Given(wanted, to, topic), client)
            case QuestionRequest():
                self._may(client, "ask")
                self._asked.ask((client, wanted.name, wanted.id or ""), wanted, to)
            case Order():
                self._move(wanted, to, (client, wanted.name, wanted.id or ""))

    def _command(self, given: _Given, client: str) -> None:
        wanted, to = given.wanted, given.to
        if wanted.speak:
            self._may(client, "say")
        try:
            given.job = wanted.submit(self._jobs, client, partial(self._done, given)).id
        except DoneBefore as error:
            self._give(to, {**told(wanted, ok=True, text=str(error), code=error.code), "steps": [], "job": None})

    def _done(self, given: _Given, response: Response) -> None:
        """On the thread that has ended it, maybe before `submit` has returned: the rest is done on ours, which knows
        the job by then.
        """
        self._replies.give(given.to, lambda: self._ended(given, response))

    def _ended(self, given: _Given, response: Response) -> Fields:
        fields = replied(given.wanted, response, given.job)
        denied = (each for each in response.outcomes if not each.ok and (each.code or "").startswith("policy."))
        if outcome := next(denied, None):  # judged when its turn came: whoever watches refusals hears of it, too
            self._errors.tell(given.topic, outcome.code or "", sentence(outcome.words))
        spoken = ("", "speak", given.job)
        if given.wanted.speak and response.reply.text and self._once.before(spoken) is None:
            self._once.keep(spoken, fields)
            urgent = given.wanted.priority == "high"
            self._put(on.Announced(response.reply.text, urgent=urgent, waits=False))  # somebody waits for the answer
        return fields

    def _move(self, wanted: Order, to: Target, key: Key) -> None:
        client, verb, _ = key
        self._may(client, "unmute" if isinstance(wanted, MuteRequest) and not wanted.muted else verb)
        fields = self._once.before(key)
        if fields is None:
            self._put(wanted.event())
            fields = told(wanted, ok=True, text="")
            self._once.keep(key, fields)
        if to.asked or wanted.id:
            self._give(to, fields)

    def _may(self, client: str, what: str) -> None:
        self._demand(client, f"appliance.{what}", self._now())

    # --- back ---

    def _give(self, to: Target, fields: Fields) -> None:
        self._replies.give(to, lambda: fields)

    def _refuse(self, message: MqttMessage, to: Target, wanted: Request | None, error: ExpectedError) -> None:
        self._give(
            to, {**told(wanted, ok=False, text=sentence(str(error)), code=code_of(error)), "steps": [], "job": None}
        )
        self._errors.refuse(message.topic, error)
