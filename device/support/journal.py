"""The log of the appliance and of the kernel, as far as they may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from device.doctor.sources import Sources

_MOST = 2_000_000
"""Letters of the journal; the last ones."""
_MOST_LINE = 1_000
_KERNEL_LINES = 2_000
_QUOTED = re.compile(r"(?<!File )\"[^\"\n]*\"|“[^”\n]*”|‘[^’\n]*’|(?<![\w\\])'[^'\n]*'(?!\w)|«[^»\n]*»")
_HEAD = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \S.*? (?:DEBUG|INFO|WARNING|ERROR|CRITICAL)) ")
_FRAME = re.compile(r"^\s*File \"([^\"]+)\", line (\d+)(?:, in |  in )(\w+)")
_ERROR = re.compile(r"^([A-Za-z_]\w*(?:\.\w+)*(?:Error|Exception|Interrupt|Exit))\b")
_PLAIN = re.compile(r"^(?:turn \d+: (?:sounds|said.*)|ready|the microphone gives sound again)$")
_OF_INTEREST = re.compile(
    r"(?i)\b(?:snd|sound|alsa|audio|usb|hwmon|voltage|throttl|thermal|mmc\w*|ext4|i2c|spi|gpio|i2s|codec|wm8960|ac108|seeed|hat"
    r"|oom|out of memory|i/o error)"
)


def journal(sources: Sources, *, words_known: bool) -> str:
    """The last lines of the appliance's log. Raises nothing; where it can't be had, it says so."""
    ran = sources.journal("--unit=equerry.service")
    if not ran.good:
        return "The journal can't be read: systemd does not run here, or this user may not.\n"
    text = ran.out[-_MOST:]
    return "\n".join(_lines(text, words_known)) + "\n"


def kernel(sources: Sources) -> str:
    """What the kernel tells of sound, USB, pins, cards and voltage."""
    ran = sources.run(["dmesg"])
    if not ran.good:
        ran = sources.journal("--dmesg", "--no-hostname", output="short-monotonic")
    if not ran.good:
        return "The kernel's messages can't be read by this user; with sudo they can.\n"
    lines = [line[:_MOST_LINE] for line in ran.out.splitlines() if _OF_INTEREST.search(line)]
    return "\n".join(lines[-_KERNEL_LINES:]) + "\n"


def _lines(text: str, words_known: bool) -> Iterator[str]:
    for line in text.splitlines():
        yield _QUOTED.sub("‹quoted›", line[:_MOST_LINE]) if words_known else _without_words(line)


def _without_words(line: str) -> str:
    """When, on which thread, how grave; where the program was. None of what was told."""
    if head := _HEAD.match(line):
        rest = line[head.end() :]
        return f"{head[1]} {rest if _PLAIN.match(rest) else '‹words›'}"
    if frame := _FRAME.match(line):
        return f'  File "{frame[1]}", line {frame[2]}, in {frame[3]}'
    if error := _ERROR.match(line):
        return f"{error[1]}: ‹words›"
    return line if line == "Traceback (most recent call last):" else "‹words›"
