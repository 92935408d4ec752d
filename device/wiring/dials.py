"""What can be turned while the appliance runs."""

from __future__ import annotations

from device.clock import Clock
from device.configuration.settings import Settings
from device.dials.appliance import ThisAppliance
from device.dials.base import Dial, Dials
from device.dials.kinds import DoNotDisturb, VolumeDial, WakeSensitivity, WakeSound, WakeWord
from device.speaking.mouth import Mouth
from device.speaking.volumes import SOUNDS
from device.turn.due_store import StoreCalendar
from device.wiring.basis import model_folder
from services.store.store import Store
from services.wake.base import WakeDetector


def build_dials(
    settings: Settings,
    store: Store,
    *,
    appliance: ThisAppliance,
    mouth: Mouth,
    calendar: StoreCalendar,
    clock: Clock,
    wake: WakeDetector | None,
) -> Dials:
    """All that this device has, turned as they were in the last run."""
    dials: list[Dial] = [WakeSound(mouth), DoNotDisturb(calendar.disturb, clock.read)]
    if appliance.volume is not None:
        dials += [VolumeDial(appliance, sound) for sound in SOUNDS]
    if wake is not None:
        dials += [WakeSensitivity(wake), WakeWord(wake, wake_words(settings))]
    return Dials(store.path.with_name("dials.json"), dials)


def wake_words(settings: Settings) -> tuple[str, ...]:
    """Those that are installed. Raises ModelMissing, ModelCorrupt."""
    from services.wake.openwakeword import available

    return tuple(available(model_folder(settings, "openwakeword")))
