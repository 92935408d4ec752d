"""What was refused, as far as it is told: on <prefix>/<device>/error. Used by the thread `mqtt`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from device.control.wire import plain
from device.jobs.rates import Rates
from device.mqtt.replies import Fields, encoded
from firmware.errors import ExpectedError
from services.actions.base import Refused
from services.actions.wording import sentence
from services.sync.base import MessageTooLarge, MqttMessage, Publish

log = logging.getLogger(__name__)

LONGEST_TOPIC = 100
"""Letters of a topic that are told."""
_A_MINUTE, _BURST = 120.0, 10


def code_of(error: ExpectedError) -> str:
    """What a refusal is called over MQTT."""
    code = error.reason if isinstance(error, Refused) else error.code
    return f"mqtt.{what}" if (what := code.removeprefix("request.")) != code else code


class Errors:
    """Tells what was refused, two a second at most; the rest is counted, and told with the next."""

    def __init__(
        self,
        publish: Publish,
        topic: str,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        self._publish = publish
        self._topic = topic
        self._now = now
        self._clock = clock
        self._rates = Rates(_A_MINUTE, _BURST)
        self._ignored = False
        self._untold = 0
        self._last: Fields | None = None

    def tell(self, topic: str, code: str, text: str) -> bool:
        """Tell it, or count it (False). `topic`: where it came; `text` holds nothing of what came."""
        fields = {
            "topic": plain(topic[:LONGEST_TOPIC]),
            "code": code,
            "text": text,
            "at": self._now().isoformat(timespec="milliseconds"),
        }
        if self._rates.wait("", self._clock()):
            self._untold += 1
            self._last = fields
            return False
        self._send(fields, self._untold)
        return True

    def refuse(self, topic: str, error: ExpectedError) -> None:
        """Tell why what came there is refused, in the log too."""
        code = code_of(error)
        if self.tell(topic, code, sentence(str(error))):
            log.info("Refused what came to %s: %s", plain(topic[:LONGEST_TOPIC]), code)

    def ignore(self, topic: str) -> None:
        """What is retained there asks for nothing. Logged once: a broker brings what it keeps with each connecting."""
        if not self._ignored:
            self._ignored = True
            log.warning(
                "What is retained on %s is ignored, and further ones without a word: what is asked for is for now.",
                plain(topic[:LONGEST_TOPIC]),
            )

    def work(self) -> float | None:
        """Tell of those that were only counted, as soon as there is room: the last of them, and how many more."""
        if self._last is None:
            return None
        if wait := self._rates.wait("", self._clock()):
            return wait
        self._send(self._last, self._untold - 1)
        return None

    def _send(self, fields: Fields, more: int) -> None:
        with suppress(MessageTooLarge):  # a broker that takes nearly nothing
            self._publish(MqttMessage(self._topic, encoded({**fields, **({"more": more} if more else {})})))
        self._untold, self._last = 0, None
