"""Settings that several devices are to have in common: a file as any other, read and checked before it is used."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.configuration.errors import CommonBroken
from device.configuration.owned.changes import check_alone
from device.configuration.schema import SettingKey, find

STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Common:
    """What such a file says."""

    text: str
    values: Mapping[SettingKey, Any]


def read_common(path: Path) -> Common:
    """Of a file, or of the standard input where that is -. Raises CommonBroken with all problems."""
    try:
        text = (sys.stdin.buffer.read() if path == STDIN else path.read_bytes()).decode("utf-8")
    except OSError as error:
        raise CommonBroken(problems=[f"{path}: can't be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise CommonBroken(problems=[f"{path}: it is no text in UTF-8"]) from None
    if problems := [str(each) for each in check_alone(path, text)]:
        raise CommonBroken(problems=problems)
    tree = tomllib.loads(text)
    values = {find(f"{section}.{key}"): value for section, told in tree.items() for key, value in told.items()}
    if not values:
        raise CommonBroken(problems=[f"{path}: it sets nothing"])
    return Common(text, values)
