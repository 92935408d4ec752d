"""What a thing announces, as Home Assistant's MQTT discovery has it (home-assistant.io/integrations/mqtt, the pages
light.mqtt and switch.mqtt there), and as Tasmota announces itself (tasmota.github.io/docs, "Discovery"). Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.home.announced.lamp import Lamp

_SHORT = {
    "cmd_t": "command_topic",
    "stat_t": "state_topic",
    "pl_on": "payload_on",
    "pl_off": "payload_off",
    "stat_on": "state_on",
    "stat_off": "state_off",
    "val_tpl": "value_template",
    "stat_val_tpl": "state_value_template",
    "bri_cmd_t": "brightness_command_topic",
    "bri_stat_t": "brightness_state_topic",
    "bri_val_tpl": "brightness_value_template",
    "bri_scl": "brightness_scale",
    "sup_clrm": "supported_color_modes",
    "dev": "device",
    "uniq_id": "unique_id",
    "obj_id": "object_id",
    "def_ent_id": "default_entity_id",
    "cmps": "components",
    "p": "platform",
    "sa": "suggested_area",
    "schema": "schema",
    "ids": "identifiers",
}
"""Abbreviations that announcements may be written in."""
_KINDS = ("light", "switch")
_TEMPLATE = re.compile(r"{{\s*value_json((?:\.\w+|\[\s*['\"][^'\"]+['\"]\s*\])+)\s*(?:\|[^}]*)?}}")
_STEP = re.compile(r"\.(\w+)|\[\s*['\"]([^'\"]+)['\"]\s*\]")
_PLAIN = re.compile(r"{{\s*value\s*(?:\|[^}]*)?}}")
_RELAY, _LIGHT = 1, 2

Row = Mapping[str, Any]


def announced(topic: str, payload: bytes, prefix: str) -> list[Lamp] | None:
    """The lights and switches that a message on <prefix>/<kind>/[<node>/]<object>/config announces; none where it
    announces others, can't be read, or is empty, which takes back what stood there. None: the topic announces nothing.
    """
    levels = topic.removeprefix(f"{prefix}/").split("/")
    if not topic.startswith(f"{prefix}/") or levels[-1] != "config" or not 3 <= len(levels) <= 4:
        return None
    if (row := _object(payload)) is None:
        return []
    where = "_".join(levels[1:-1])
    if levels[0] == "device":
        shared = {name: value for name, value in row.items() if name != "components"}
        parts: Any = row.get("components")
        parts = parts if isinstance(parts, Mapping) else {}
        rows = [
            (f"{where}_{key}", {**shared, **_whole(each)}) for key, each in parts.items() if isinstance(each, Mapping)
        ]
        return [lamp for id_, each in rows for lamp in _lamp(str(each.get("platform", "")), id_, each)]
    return [*_lamp(levels[0], where, row)]


def tasmota(payload: bytes) -> list[Lamp]:
    """The relays and lights that a message on tasmota/discovery/<MAC>/config announces."""
    row = _object(payload)
    if row is None or not isinstance(row.get("rl"), list) or not isinstance(row.get("t"), str):
        return []
    full, topics = str(row.get("ft", "%prefix%/%topic%/")), _words(row.get("tp"), "cmnd", "stat")
    command, told = (full.replace("%prefix%", str(each)).replace("%topic%", row["t"]) for each in topics[:2])
    relays = [place for place, kind in enumerate(row["rl"]) if kind in (_RELAY, _LIGHT)]
    words, names = _words(row.get("state"), "OFF", "ON"), _words(row.get("fn"))
    lamps = []
    for place in relays:
        power = "POWER" if len(relays) == 1 else f"POWER{place + 1}"
        name = names[place] if place < len(names) else f"{row.get('dn') or row['t']} {place + 1}"
        is_light = row["rl"][place] == _LIGHT
        lamps.append(
            Lamp(
                f"{'light' if is_light else 'switch'}.{_slug(row['t'])}_{place + 1}",
                str(name),
                f"{command}{power}",
                f"{told}RESULT",
                on=str(words[1]),
                off=str(words[0]),
                says_on=str(words[1]),
                says_off=str(words[0]),
                reads=(power,),
                brightness=is_light,
                scale=100,
                brightness_command=f"{command}Dimmer" if is_light else "",
                brightness_state=f"{told}RESULT" if is_light else "",
                brightness_reads=("Dimmer",),
            )
        )
    return lamps


def _object(payload: bytes) -> Row | None:
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return _whole(told) if isinstance(told, dict) else None


def _whole(row: Row) -> dict[str, Any]:
    """With its keys in full, and its base topic put in where a topic has ~ for it."""
    base = row.get("~")
    whole = {_SHORT.get(name, name): value for name, value in row.items() if name != "~"}
    if isinstance(base, str):
        whole = {name: _based(value, base) if name.endswith("topic") else value for name, value in whole.items()}
    return whole


def _based(topic: Any, base: str) -> Any:
    if not isinstance(topic, str):
        return topic
    return base + topic[1:] if topic.startswith("~") else topic[:-1] + base if topic.endswith("~") else topic


def _lamp(kind: str, where: str, row: Row) -> Iterator[Lamp]:
    command = row.get("command_topic")
    if kind not in _KINDS or not isinstance(command, str) or not command or "+" in command or "#" in command:
        return
    form = "json" if kind == "light" and row.get("schema") == "json" else "plain"
    modes = _words(row.get("supported_color_modes"))
    device: Any = row.get("device") or {}
    device = _whole(device) if isinstance(device, Mapping) else {}
    on, off = str(row.get("payload_on", "ON")), str(row.get("payload_off", "OFF"))
    dims = bool(row.get("brightness")) or bool(row.get("brightness_command_topic")) or bool(set(modes) - {"onoff"})
    state = row.get("state_value_template") or row.get("value_template")
    reads, brightness = _reads(state), _reads(row.get("brightness_value_template"))
    yield Lamp(
        f"{kind}.{_slug(where)}",
        _name(row, device, where),
        command,
        _topic(row, "state_topic"),
        form="json" if form == "json" else "plain",
        on=on,
        off=off,
        says_on=str(row.get("state_on", on)),
        says_off=str(row.get("state_off", off)),
        reads=("state",) if form == "json" else reads,
        brightness=dims,
        scale=_scale(row.get("brightness_scale")),
        brightness_command=_topic(row, "brightness_command_topic"),
        brightness_state=_topic(row, "brightness_state_topic"),
        brightness_reads=("brightness",) if form == "json" else brightness,
        colours=frozenset(str(mode) for mode in modes) if form == "json" else frozenset(),
        room=str(device.get("suggested_area") or ""),
    )


def _words(told: Any, *usual: str) -> list[str]:
    """A list of words; the usual ones where it has too few."""
    words = [each for each in told if isinstance(each, str) and each] if isinstance(told, list) else []
    return words if len(words) >= len(usual) else list(usual)


def _topic(row: Row, name: str) -> str:
    topic = row.get(name)
    return topic if isinstance(topic, str) and "+" not in topic and "#" not in topic else ""


def _scale(told: Any) -> int:
    return told if isinstance(told, int) and 0 < told <= 65_535 else 255


def _reads(template: Any) -> tuple[str, ...]:
    """ "{{ value_json.POWER }}": which value of the JSON; of a template that does more, nothing is known."""
    if not isinstance(template, str) or _PLAIN.fullmatch(template.strip()):
        return ()
    found = _TEMPLATE.fullmatch(template.strip())
    return tuple(one or other for one, other in _STEP.findall(found[1])) if found else ("",)


def _name(row: Row, device: Row, where: str) -> str:
    """What it is called: with that of its device, unless it has none of its own or that says it already."""
    own, of = row.get("name"), device.get("name")
    names = [str(each).strip() for each in (of, own) if each]
    if len(names) == 2 and names[1].casefold().startswith(names[0].casefold()):
        names = names[1:]
    return " ".join(names)[:100] or where.replace("_", " ")


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", words.casefold()).strip("_") or "thing"
