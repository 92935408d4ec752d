"""The settings as `equerry config` shows them: what is in force, who says so, what is shipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from device.configuration.comments import explained, toml_of
from device.configuration.layers import Layers, Source, defaults
from device.configuration.live.table import words_of
from device.configuration.schema import SettingKey, keys


@dataclass(frozen=True, slots=True)
class Shown:
    """One key."""

    key: SettingKey
    value: Any
    default: Any
    source: Source | None
    """None: it is as shipped."""

    @property
    def changed(self) -> bool:
        """Whether it is another than shipped."""
        return bool(self.value != self.default)

    @property
    def line(self) -> str:
        """As TOML, with who says so as its comment."""
        return f"{self.key} = {toml_of(self.value)}{f'  # {self.source}' if self.source else ''}"

    @property
    def fields(self) -> Mapping[str, Any]:
        """For a program."""
        name, line = (self.source.name, self.source.line) if self.source else ("default", None)
        return {"key": str(self.key), "value": self.value, "default": self.default, "source": name, "line": line}


def shown(layers: Layers, wanted: Sequence[SettingKey] | None = None) -> Iterator[Shown]:
    """Each of these keys, or all there are. Of what can't be used nothing is told: it is told of as a problem."""
    shipped = defaults()
    for key in keys().values() if wanted is None else wanted:
        section = layers.tree.get(key.section)
        if isinstance(section, Mapping) and key.name in section:
            source = layers.origin.get((key.section, key.name))
            yield Shown(key, section[key.name], shipped[key.section][key.name], source)


def told(each: Shown) -> list[str]:
    """All that is known of a key, a line each."""
    about = explained()[each.key.section]
    words = about.keys.get(each.key.name, "")
    lines = [f"{each.key}", f"  {words[:1].upper()}{words[1:]}"]
    if about.about:
        lines.append(f"  [{each.key.section}]: {about.about}")
    lines += [f"  may be:   {each.key.range}", f"  shipped:  {toml_of(each.default)}"]
    lines.append(f"  in force: {toml_of(each.value)}{f'  ({each.source})' if each.source else ''}")
    return [*lines, f"  changed:  {words_of(each.key)}"]
