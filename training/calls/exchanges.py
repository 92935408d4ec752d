"""Short exchanges of a call in a compact form, as scripts: what is said, what it means, and what is promised by whom.

    O: I could lend you mine.
    C: You're very good. #agreement
    = owner | lend you mine | until Friday | task

`O` is the owner, `C` the other side; `#` marks a meaning of the turn; `=` a commitment of the turn above: by whom,
what, when and kind, the last two left out where there is none and where it is a task. Exchanges are parted by an empty
line.
"""

from __future__ import annotations

from pathlib import Path

from device.calls.script import CallScript

_SIDES = {"O": "owner", "C": "other"}


def read_exchanges(path: Path) -> list[CallScript]:
    """Each as a script. Raises OSError, and ValueError where a line is of no form above."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    return [_script(block.strip().splitlines()) for block in blocks if block.strip()]


def _script(lines: list[str]) -> CallScript:
    turns: list[dict[str, object]] = []
    promised: list[list[dict[str, str]]] = []
    for line in lines:
        mark, _, rest = line.partition(" ")
        if mark == "=" and turns:
            told = [part.strip() for part in rest.split("|")]
            promised[-1].append(dict(zip(("by", "what", "when", "kind"), told, strict=False)))
        elif mark.rstrip(":") in _SIDES:
            said, *meanings = (part.strip() for part in rest.split(" #"))
            promised.append([])
            turns.append({"side": _SIDES[mark.rstrip(":")], "say": said, "meanings": meanings})
        else:
            raise ValueError(f"“{line}” is neither a turn nor a commitment")
    for turn, marked in zip(turns, promised, strict=True):
        turn["promise"] = marked
    return CallScript.model_validate({"turns": turns})
