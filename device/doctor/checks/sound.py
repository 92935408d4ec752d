"""Sound cards, the microphone and the loudspeaker: found, allowed, free, and how they sound."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator

import numpy as np

from device.calibration.capture import listened
from device.calibration.levels import CLIPPED, FAINT, LOUD_ROOM, OFFSET, measure
from device.configuration.places import ROOT
from device.doctor.account import account
from device.doctor.base import Check, Facts, Verdict, fail, ok, skip, unknown, warn
from device.doctor.checks.loop import heard_chirp
from device.doctor.sources import Sources, text_of
from firmware.base import Microphone, MicrophoneMissing
from firmware.frame import FRAME_SECONDS, RATE, Samples, level_dbfs

_LISTEN_S, _SETTLE_S = 2.0, 0.4
"""Many microphones begin with a thump."""
_LOOK = "import sys; sys.path.insert(0, sys.argv[1]); from firmware.sound.portaudio import names; names('input')"
_HELD = "sudo systemctl stop equerry, then equerry doctor again"


def cards(sources: Sources) -> Verdict:
    """The sound cards that ALSA knows (/proc/asound/cards)."""
    told = re.findall(r"^ *\d+ \[(\S+) *\]: \S+ - (.+)$", sources.text("proc/asound/cards"), re.MULTILINE)
    if not told:
        return warn("ALSA knows none", cards=[])
    return ok("; ".join(f"{name.strip()} ({id_})" for id_, name in told), cards=[id_ for id_, _ in told])


def rights(sources: Sources) -> Verdict:
    """Whether the appliance's user may use the sound cards (/dev/snd): it has to be in the group audio."""
    nodes = sources.below("dev/snd/pcm*")
    if not nodes:
        return skip("there is no sound card under /dev/snd")
    who = account(sources)
    closed = [each.name for each in nodes if not who.may_use(each)]
    if closed:
        return fail(
            f"{who.name} may not use {len(closed)} of {len(nodes)} sound devices",
            f"sudo usermod -aG audio {who.name}, then log in anew",
        )
    return ok(f"{who.name} may use all {len(nodes)} devices")


def holders(sources: Sources) -> Verdict:
    """Who has a sound card open (/proc/asound/card*/pcm*/sub*/status). Most cards can be had by one program alone."""
    held = list(_holders(sources))
    if not held:
        return ok("nobody has a card open")
    ours = str((sources.running or {}).get("pid", ""))
    others = [
        f"{name} (process {pid}) has {what}"
        for what, pid, name in held
        if pid != ours and name not in ("pipewire", "pulseaudio", "wireplumber")
    ]
    words = "; ".join(others) or "; ".join(f"{name} has {what}" for what, _, name in held)
    if others and sources.running is None:
        return warn(words)
    return ok(words)


def library(sources: Sources) -> Verdict:
    """Whether PortAudio can look for sound devices. It is tried in a process of its own: PortAudio ends its process
    where this user may not read ALSA's configuration."""
    ran = sources.run([sys.executable, "-c", _LOOK, str(ROOT)])
    if ran.good:
        return ok("it finds its devices")
    if ran.code is None:
        return fail(ran.error, reason="slow")
    if ran.code < 0:
        return fail(f"it ends whoever looks for devices ({signal.Signals(-ran.code).name})", signal=-ran.code)
    return fail((ran.error.strip().splitlines() or ["it can't be used"])[-1])


def microphone(sources: Sources) -> Verdict:
    """Whether [microphone] name can be opened, and at which rate; the appliance is asked while it runs."""
    wanted = sources.settings.microphone.name
    if sources.appliance is not None:
        return _as_it_hears(sources)
    there = sources.microphone()
    try:
        _recorded(there)
    except MicrophoneMissing as error:
        first, _, rest = str(error).partition(". ")
        return fail(first, rest, reason=error.code)
    layout = getattr(there, "layout", None)  # of PyAudio's alone
    rate, channels = (layout.rate, layout.channels) if layout else (None, 1)
    facts: Facts = {"rate": rate, "channels": channels}
    words = there.name + (f" at {rate:,} Hz, {channels} channel{'s' * (channels > 1)}" if rate else "")
    if wanted and wanted.casefold() not in there.name.casefold():
        return warn(
            f"none is called {wanted}; taken is {words}", f"Name one of these: {_list(sources, 'input')}", **facts
        )
    return ok(words, **facts)


def level(sources: Sources) -> Verdict:
    """Two seconds of the microphone: how loud, how loud the room, whether it clips, stands beside zero, or gives one
    constant value. Say something meanwhile, or let it be quiet."""
    if (told := sources.running) is not None:
        heard = (told.get("appliance") or {}).get("level_dbfs")
        if heard is None:
            return skip("the appliance has the microphone, and tells no level")
        return _judged_level(heard)
    return judged(_recorded(sources.microphone()))


def judged(samples: Samples) -> Verdict:
    """What two seconds of 16 kHz mono int16 say of a microphone. Pure."""
    samples = samples if samples.size else np.zeros(1, np.int16)
    sound = measure(None, samples.astype(np.float32)[:, np.newaxis] / np.float32(32_768), RATE)[0]
    level = level_dbfs(samples)
    facts: Facts = {
        "level_dbfs": round(level, 1),
        "floor_dbfs": round(sound.floor, 1),
        "peak_dbfs": round(sound.peak, 1),
        "clipped": round(sound.clipped, 5),
        "offset": round(sound.offset, 4),
    }
    words = f"{level:.0f} dBFS, the room {sound.floor:.0f}, the peak {sound.peak:.0f}"
    if sound.constant:
        return fail(
            "one constant value: it is switched off, muted or dead",
            "Look for a mute switch on it, and at its cable; try another one.",
            **facts,
        )
    if sound.clipped > CLIPPED:
        return warn(
            f"{words}; {sound.clipped:.1%} clipped",
            "Turn it down: alsamixer, F4, the capture level. Or stand it further away.",
            **facts,
        )
    if abs(sound.offset) > OFFSET:
        remedy = "A cheap sound card does that; it is heard all the same, but less far. Try another one."
        return warn(f"{words}; its zero lies {sound.offset:+.0%} beside zero", remedy, **facts)
    if sound.floor > LOUD_ROOM:
        return warn(
            f"{words}: the room is loud, or it is turned up far",
            "Turn it down, or stand it away from fans: equerry mic calibrate",
            **facts,
        )
    if level < FAINT:
        return warn(f"{words}: hardly anything is heard", "Turn it up: alsamixer, F4, the capture level.", **facts)
    return ok(words, **facts)


def _recorded(microphone: Microphone) -> Samples:
    """Two seconds, without the first moment. Raises MicrophoneMissing, MicrophoneBusy, MicrophoneLost."""
    microphone.open()
    try:
        frames = listened(microphone, _SETTLE_S + _LISTEN_S)
    finally:
        microphone.close()
    kept = frames[round(_SETTLE_S / FRAME_SECONDS) :] or frames
    return np.concatenate([frame.samples for frame in kept]) if kept else np.zeros(0, np.int16)


def speaker(sources: Sources) -> Verdict:
    """Whether the loudspeaker that [speaker] name means is there."""
    wanted, names = sources.settings.speaker.name, list(sources.names("output"))
    if not names:
        return fail("No loudspeaker was found", "Plug one in.")
    if wanted and not any(wanted.casefold() in name.casefold() for name in names):
        return warn(
            f"none is called {wanted}; the system's default is taken", f"Name one of these: {_list(sources, 'output')}"
        )
    return ok(wanted or f"the system's default, of {len(names)}", found=len(names))


def loop(sources: Sources) -> Verdict:
    """Whether the microphone hears the loudspeaker: a chirp of half a second, found again by its form, with how late
    and how loud it came. Only with --loud, or when asked and you say yes."""
    if sources.running is not None:
        return skip("the appliance has the sound; to try it: " + _HELD)
    if not sources.loud:
        return skip("no sound was to be made; with --loud it is tried")
    heard = heard_chirp(sources.microphone(), sources.speaker())
    facts: Facts = {
        "latency_ms": round(heard.latency_s * 1000),
        "gain_db": round(heard.gain_db, 1),
        "clarity": round(heard.clarity, 1),
    }
    if not heard.found:
        return fail("the chirp was not heard", **facts)
    return ok(f"heard after {facts['latency_ms']} ms, {heard.gain_db:+.0f} dB", **facts)


def _as_it_hears(sources: Sources) -> Verdict:
    told = sources.appliance or {}
    if told.get("microphone_fault"):
        return fail(str(told["microphone_fault"]), reason="fault")
    if told.get("muted"):
        return ok("the appliance has it, and is muted", muted=True)
    return ok("the appliance has it, and hears", muted=False)


def _judged_level(heard: float) -> Verdict:
    words = f"{heard:.0f} dBFS, as the appliance hears it now"
    return (
        ok(words, level_dbfs=round(heard, 1))
        if heard > -95
        else unknown(f"{words}: nothing at all", level_dbfs=round(heard, 1))
    )


def _holders(sources: Sources) -> Iterator[tuple[str, str, str]]:
    """What, by which process, of which name."""
    for status in sources.below("proc/asound/card*/pcm*/sub*/status"):
        owner = re.search(r"^owner_pid\s*:\s*(\d+)", text_of(status), re.MULTILINE)
        if owner:
            name = sources.text(f"proc/{owner[1]}/comm") or "somebody"
            direction = "the microphone" if status.parts[-3].endswith("c") else "the loudspeaker"
            yield f"{direction} of {status.parts[-4]}", owner[1], name


def _list(sources: Sources, direction: str) -> str:
    return ", ".join(sources.names(direction)) or "(none found)"


CHECKS = (
    Check(
        "sound.cards", "sound cards", cards, "Plug one in; for a HAT, install its driver. Look: cat /proc/asound/cards"
    ),
    Check("sound.rights", "rights", rights, "sudo usermod -aG audio USER"),
    Check("sound.holders", "held by", holders, "End that program, or have both go through PipeWire (docs/install.md)."),
    Check(
        "sound.library",
        "sound library",
        library,
        "Let this user read ALSA's configuration: sudo chmod -R a+rX /usr/share/alsa, likewise /etc/asound.conf. Or put"
        " sudo before it.",
        limit_s=10,
    ),
    Check(
        "sound.microphone",
        "microphone",
        microphone,
        "Look at its cable, and at the names: equerry config explain microphone.name",
        limit_s=12,
        after="sound.library",
    ),
    Check("sound.level", "its level", level, "equerry mic calibrate", limit_s=12, after="sound.microphone"),
    Check(
        "sound.speaker",
        "loudspeaker",
        speaker,
        "Look at its cable, and at the names: equerry config explain speaker.name",
        after="sound.library",
    ),
    Check(
        "sound.loop",
        "loudspeaker → microphone",
        loop,
        "Turn the loudspeaker up; see that both are the right devices ([microphone] name, [speaker] name) and not"
        " muted: alsamixer",
        limit_s=20,
        after="sound.microphone",
    ),
)
