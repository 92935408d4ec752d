"""All satellites of one appliance: a connection each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from device.control.wire import plain
from device.satellites.link import SatelliteLink
from device.satellites.place import SatellitePlace
from device.satellites.services import SatelliteServices

_END_S = 5.0


class Satellites:
    """Runs beside the turns (device.turn.reactor.Beside)."""

    name = "satellites"

    def __init__(
        self,
        places: Sequence[SatellitePlace],
        services: SatelliteServices,
        *,
        crashed: Callable[[BaseException], None],
    ) -> None:
        """`crashed` is handed a bug."""
        self.links = [SatelliteLink(place, services, crashed=crashed) for place in places]
        self._services = services
        self._stopping = threading.Event()

    def run(self) -> None:
        """Until stopped."""
        threads = [threading.Thread(target=link.run, name="satellite", daemon=True) for link in self.links]
        for thread in threads:
            thread.start()
        self._stopping.wait()
        for thread in threads:
            thread.join(_END_S)

    def stop(self) -> None:
        """End soon, from any thread."""
        self._stopping.set()
        self._services.speaking.close()
        for link in self.links:
            link.stop()

    def facts(self) -> dict[str, Any]:
        """The section of `equerry status`: {name: {"room", "connected", "since", "reason", "code"}}."""
        return {
            link.place.name: {
                **{key: value for key, value in asdict(link.status).items() if key != "name"},
                "since": link.status.since and datetime.fromtimestamp(link.status.since, UTC).isoformat(),
                "reason": plain(link.status.reason),
            }
            for link in self.links
        }
