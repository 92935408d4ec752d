"""An appliance without a body, for tests and for trying things out: every reading can be set, or taken away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from services.actions.base import BackedUp, CallFollower, Loudness, Room, Sound, Voices


@dataclass
class MockAppliance:
    """Set a reading to None and there is no sensor for it."""

    version: str = "1.0.0"
    volume: int | None = 70
    """Of speech."""
    alarms: int = 80
    earcons: int = 50
    celsius: float | None = 51.4
    room: Room | None = field(default_factory=lambda: Room(1_500_000_000, 4_000_000_000))
    """Of memory and of the disk."""
    seconds_up: float | None = 93_600.0
    busy: float | None = 0.25
    charge: int | None = None
    ip: str | None = "192.0.2.17"
    hears_with: str = "a USB microphone"
    clock_set: bool = True
    switched_off: bool = False
    backs_up: BackedUp | None = field(default_factory=BackedUp)
    saved: datetime | None = None
    voices: Voices | None = None
    calls: CallFollower | None = None
    asked: list[tuple[str, object]] = field(default_factory=list)
    """What was done to it, in order."""

    def loudness(self, sound: Sound) -> Loudness | None:
        """Speech from 10, alarms from 30, earcons from 0 percent."""
        if self.volume is None:
            return None
        volume, floor = {"speech": (self.volume, 10), "alarms": (self.alarms, 30), "earcons": (self.earcons, 0)}[sound]
        return Loudness(volume, floor, 100)

    def turn(self, volume: int, sound: Sound = "speech") -> None:
        """Keep the volume."""
        setattr(self, "volume" if sound == "speech" else sound, volume)

    def temperature(self) -> float | None:
        """`celsius`."""
        return self.celsius

    def memory(self) -> Room | None:
        """`room`."""
        return self.room

    def disk(self) -> Room | None:
        """`room`."""
        return self.room

    def uptime(self) -> float | None:
        """`seconds_up`."""
        return self.seconds_up

    def load(self) -> float | None:
        """`busy`."""
        return self.busy

    def battery(self) -> int | None:
        """`charge`."""
        return self.charge

    def address(self) -> str | None:
        """`ip`."""
        return self.ip

    def microphone(self) -> str:
        """`hears_with`."""
        return self.hears_with

    def back_up(self) -> BackedUp | None:
        """Noted in `asked`; what comes of it is `backs_up`."""
        self.asked.append(("back up", None))
        return self.backs_up

    def backed_up(self) -> datetime | None:
        """`saved`."""
        return self.saved

    def mute(self, muted: bool) -> None:
        """Noted in `asked`."""
        self.asked.append(("mute", muted))

    def hush(self) -> None:
        """Noted in `asked`."""
        self.asked.append(("hush", None))

    def guide(self, way: str) -> None:
        """Noted in `asked`."""
        self.asked.append(("guide", way))
