"""Questions about the appliance: how warm and how full the appliance is, since when, at which address."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.actions.base import Appliance, Refused, Room
from services.actions.call import Action, Call, Done
from services.actions.people.group import speaker_name
from services.actions.policy.voices import VoiceClient, voice_of
from services.actions.wording import duration, listed
from services.store.base import Person

HOT = 80.0
"""°C from which a Raspberry Pi slows itself down (its documentation, "Frequency management and thermal control")."""
_GIGA = 1_000_000_000
_MEGA = 1_000_000


def query(call: Call) -> Done:
    """Slots: what (temperature, memory, disk, uptime, network, version, volume, battery, microphone, backup, status;
    name: who it is; owner: who speaks).
    """
    what = call.text("what").casefold()
    if what == "backup":
        return _backup(call)
    if what in _PERSONS:
        return _PERSONS[what](call)
    if call.appliance is None:
        raise Refused("device.none", "I can't look at the device from here")
    asked = next((told for word, told in _TOLD.items() if word in what), _status)
    return Done(asked(call.appliance))


def _itself(_: Call) -> Done:
    return Done("I'm Equerry. I keep your tasks, lists, meetings, reminders, timers and notes. Say help for examples")


def _owner(call: Call) -> Done:
    """Who speaks, where the voice is known; else who set it up, whom the setup made a contact."""
    if voice := voice_of(call.client):
        return _voice(call, voice)
    owners = call.tx.find(Person, lambda fields: fields["role"].casefold() == "owner")
    if not owners:
        return Done("You haven't told me your name. The setup asks for it: say, start the setup")
    who = listed([each.name for each in owners], "or")
    return Done(f"{who}, if it was you who set me up", about=tuple(owners))


def _voice(call: Call, voice: VoiceClient) -> Done:
    """Whose voice it is."""
    if not voice.name:
        return Done("I don't know your voice. Say, learn my voice, and I will")
    if not voice.sure:
        return Done(f"I think you're {voice.name}, but I'm not sure")
    return Done(f"You're {speaker_name(call) or voice.name}, by your voice")


def _backup(call: Call) -> Done:
    last = call.appliance.backed_up() if call.appliance else None
    if last is None:
        return Done("I know of no backup. To make one, say: back everything up")
    return Done(f"The last backup was made {call.say(last)}")


_PERSONS: Mapping[str, Callable[[Call], Done]] = {"name": _itself, "owner": _owner}


def _temperature(device: Appliance) -> str:
    celsius = device.temperature()
    if celsius is None:
        return "This device has no thermometer"
    hot = ", which is so hot that it slows down" if celsius >= HOT else ""
    return f"My processor is at {celsius:.0f} degrees Celsius{hot}"


def _memory(device: Appliance) -> str:
    room = device.memory()
    return (
        "This device doesn't tell how much memory is in use" if room is None else f"{_amount(room)} of memory are free"
    )


def _disk(device: Appliance) -> str:
    room = device.disk()
    if room is None:
        return "This device doesn't tell how full its disk is"
    return f"{_amount(room)} are free on the disk; it is {_share(room)} percent full"


def _uptime(device: Appliance) -> str:
    seconds = device.uptime()
    if seconds is None:
        return "This device doesn't tell since when it is running"
    return f"I have been up for {_long(seconds)}"


def _network(device: Appliance) -> str:
    address = device.address()
    if address is None:
        return "I am not connected to a network; I work all the same"
    return f"I am connected. My address is {address}"


def _version(device: Appliance) -> str:
    if not device.version:
        return "I don't know my version; I was not installed as a package"
    return f"This is Equerry {device.version}"


def _volume(device: Appliance) -> str:
    return "There is no loudspeaker here" if device.volume is None else f"The volume is at {device.volume} percent"


def _battery(device: Appliance) -> str:
    charge = device.battery()
    return "This device has no battery that I could ask" if charge is None else f"The battery is at {charge} percent"


def _microphone(device: Appliance) -> str:
    name = device.microphone()
    return f"I hear with {name}" if name else "There is no microphone here"


def _status(device: Appliance) -> str:
    """What there is to tell, in one breath; what is amiss comes first."""
    celsius, memory, disk, load = device.temperature(), device.memory(), device.disk(), device.load()
    amiss = (
        [f"my processor is at {celsius:.0f} degrees and slows down"] if celsius is not None and celsius >= HOT else []
    )
    amiss += [f"the disk is {_share(disk)} percent full"] if disk and _share(disk) >= _FULL else []
    amiss += [f"only {100 - _share(memory)} percent of memory are free"] if memory and _share(memory) >= _FULL else []
    if amiss:
        return f"Not quite: {', '.join(amiss)}"
    known = [f"{celsius:.0f} degrees"] if celsius is not None else []
    known += [f"{load:.0%} busy".replace("%", " percent")] if load is not None else []
    known += [f"disk {_share(disk)} percent full"] if disk else []
    known += [f"up for {_long(seconds)}"] if (seconds := device.uptime()) is not None else []
    return f"All is well: {', '.join(known)}" if known else "All is well, as far as I can tell"


_FULL = 92
"""Percent from which a disk or the memory is told of as too full."""
_TOLD: Mapping[str, Callable[[Appliance], str]] = {
    "temp": _temperature,
    "warm": _temperature,
    "memory": _memory,
    "ram": _memory,
    "disk": _disk,
    "storage": _disk,
    "space": _disk,
    "uptime": _uptime,
    "network": _network,
    "address": _network,
    "version": _version,
    "volume": _volume,
    "battery": _battery,
    "microphone": _microphone,
}

ACTIONS: Mapping[str, Action] = {"device.query": query}


def _amount(room: Room) -> str:
    return f"{_size(room.free)} of {_size(room.total)}"


def _size(amount: int) -> str:
    """1.5 gigabytes; 800 megabytes."""
    if amount >= _GIGA:
        return f"{amount / _GIGA:.1f}".removesuffix(".0") + " gigabytes"
    return f"{round(amount / _MEGA)} megabytes"


def _share(room: Room) -> int:
    """Percent in use."""
    return round(100 * (1 - room.free / room.total)) if room.total else 0


def _long(seconds: float) -> str:
    """Without minutes from a day on."""
    whole = int(seconds)
    return duration(whole // 3600 * 3600 if whole >= 86_400 else whole // 60 * 60 if whole >= 60 else whole)
