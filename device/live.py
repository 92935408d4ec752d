"""What `equerry run` does with a microphone: the appliance itself."""

from __future__ import annotations

import logging
import queue

from device.build import (
    build_button,
    build_daemon,
    build_lights,
    build_microphone,
    build_speaker,
    build_voice,
    load_engines,
    open_store,
    stop_on_signals,
)
from device.config import load
from device.daemon import Inbox

log = logging.getLogger(__name__)


def live() -> int:
    """Run until SIGTERM or SIGINT; 0."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(threadName)s %(levelname)s %(message)s")
    settings = load()
    inbox: Inbox = queue.SimpleQueue()
    stop_on_signals(inbox)
    lights = build_lights(settings)
    button = build_button(settings, inbox.put)
    with open_store(settings) as store, load_engines(settings) as engines:
        daemon = build_daemon(
            settings,
            store=store,
            engines=engines,
            voice=build_voice(settings),
            microphone=build_microphone(settings),
            speaker=build_speaker(settings),
            lights=lights,
            inbox=inbox,
            watchers=[log_turns],
        )
        log.info("Say %s, then your command. Ctrl-C ends.", " or ".join(word.replace("_", " ") for word in settings.wake.words))
        daemon.run()
    if button:
        button.close()
    return 0
