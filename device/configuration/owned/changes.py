"""What `equerry config` does with the owner's file: each change is checked with all that is set elsewhere before it
goes in place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Comment, Table

from device.configuration.errors import ConfigRefused, NotSet
from device.configuration.layers import Layers, Problem, Source, read, read_alone
from device.configuration.owned.aside import KEPT, NAME, Aside, bring_back, folder_of
from device.configuration.owned.file import OwnersFile, refusal
from device.configuration.places import NAMED, OWNER_FILES, is_folder, owner_files, there
from device.configuration.problems import settings_of
from device.configuration.schema import SettingKey
from device.configuration.toml_lines import broken_line
from device.errors import ConfigBroken

Whose = Literal["", "system", "user"]


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """What came of a change."""

    path: Path
    changed: bool
    """Whether the file is another than before."""
    left: tuple[Problem, ...] = ()
    """What was wrong before, and still is."""
    over: Source | None = None
    """Who says otherwise, and is believed."""


class Owned:
    """The file of the owner that is changed."""

    def __init__(self, environ: Mapping[str, str], whose: Whose = "") -> None:
        self._environ = environ
        self.file = OwnersFile(chosen(environ, whose))

    def set(self, key: SettingKey, said: str) -> ChangeResult:
        """Have it say `key`. Raises ValueWrong, ConfigRefused, ConfigBroken, and what OwnersFile.change raises."""
        value = key.read(said)
        done = self._change(lambda text: with_value(text, key, value))
        return ChangeResult(done.path, done.changed, done.left, self._over(key))

    def unset(self, key: SettingKey) -> ChangeResult:
        """Have it say nothing of `key`. Raises NotSet, ConfigRefused, ConfigBroken, and what OwnersFile.change
        raises.
        """

        def change(text: str) -> str:
            if (after := without(text, key)) is None:
                source = self.layers(text).origin.get((key.section, key.name))
                raise NotSet(key=key, path=self.file.path, where=f"; {source} does" if source else "; it is as shipped")
            return after

        done = self._change(change)
        return ChangeResult(done.path, done.changed, done.left, self._over(key))

    def replace(self, text: str, *, expected: str) -> ChangeResult:
        """Put a whole text in place. Raises ConfigRefused, ConfigChanged, and what OwnersFile.change raises."""
        return self._change(lambda _: text, expected=expected)

    def roll_back(self, number: int) -> ChangeResult:
        """Put an earlier version in place; what was there becomes version 1. Raises VersionMissing, ConfigRefused, and
        what OwnersFile.change raises."""
        aside = self._aside()
        if aside.holds(self.file.path):
            if number == 1:
                return self._bring_back()
            number -= 1
        text = self.file.version(number)
        return self._change(lambda _: text)

    def layers(self, text: str) -> Layers:
        """All that is set, were the file to say this."""
        layers = read(self._environ, {self.file.path: text})
        settings_of(layers)
        return layers

    @property
    def aside(self) -> datetime | None:
        """When the file was put aside for the settings it was made with; None: it counts. It is version 1 then."""
        aside = self._aside()
        return aside.at if aside.holds(self.file.path) else None

    def _aside(self) -> Aside:
        return read(self._environ).aside

    def _bring_back(self) -> ChangeResult:
        """All that was put aside counts again."""
        folder = folder_of(read(self._environ).tree)
        assert folder
        try:
            bring_back(folder)
        except OSError as error:
            raise refusal(error, folder / NAME) from error
        return ChangeResult(self.file.path, True)

    def _change(self, change: Any, *, expected: str | None = None) -> ChangeResult:
        left: tuple[Problem, ...] = ()

        def checked(before: str) -> str:
            nonlocal left
            counts = _kept_of(before) if self._aside().holds(self.file.path) else before
            try:
                after = str(change(counts))
            except tomllib.TOMLDecodeError as error:
                source = Source(str(self.file.path), broken_line(str(error), before))
                wrong = str(
                    Problem(
                        source,
                        f"not valid TOML: {error}. Mend it with equerry config edit, or go back: equerry config"
                        " rollback",
                    )
                )
                raise ConfigBroken(problems=[wrong]) from error
            problems = self.layers(after).problems
            known = {each.wherever for each in self.layers(counts).problems} if problems else set()
            if new := [str(each) for each in problems if each.wherever not in known]:
                raise ConfigRefused(problems=new)
            left = tuple(problems)
            return after

        changed = self.file.change(checked, expected=expected)
        return ChangeResult(self.file.path, changed, left)

    def _over(self, key: SettingKey) -> Source | None:
        source = self.layers(self.file.read()).origin.get((key.section, key.name))
        return None if source is None or source.name == str(self.file.path) else source


def _kept_of(text: str) -> str:
    """What counts of a file that is put aside."""
    try:
        document = tomlkit.parse(text)
    except TOMLKitError:
        return ""
    for name in [name for name in document if name != KEPT]:
        document.remove(name)
    return tomlkit.dumps(document) if KEPT in document else ""


def chosen(environ: Mapping[str, str], whose: Whose = "") -> Path:
    """The file that is changed where nothing is said: that in the home where there is one, for it is believed; else
    that in /etc where Equerry is installed there."""
    paths = owner_files(environ)
    if environ.get(NAMED) or len(paths) < 2:
        return paths[0]
    system, user = paths
    if whose:
        return system if whose == "system" else user
    return user if not is_folder(system.parent) or (there(user) and is_folder(user.parent)) else system


def check_alone(path: Path, text: str | None = None) -> list[Problem]:
    """What is wrong with one file, whatever is set elsewhere."""
    layers = read_alone(path, text)
    settings_of(layers)
    return layers.problems


__all__ = ["OWNER_FILES", "ChangeResult", "Owned", "Whose", "check_alone", "chosen"]


Tree = dict[str, Any]


def with_value(text: str, key: SettingKey, value: Any) -> str:
    """The text in which `key` has this value. Raises TOMLDecodeError (tomllib) where the text is no TOML."""
    before = tomllib.loads(text)
    document = tomlkit.parse(text)
    if not isinstance(document.get(key.section), dict):
        if key.section in document:  # a number, say: told of as a problem anyway
            del document[key.section]
        document[key.section] = tomlkit.table()
    section: Any = document[key.section]
    section[key.name] = value
    after = str(tomlkit.dumps(document))
    inner = before.get(key.section)
    wanted = {**before, key.section: {**(inner if isinstance(inner, dict) else {}), key.name: value}}
    assert tomllib.loads(after) == wanted, f"{key} was not set as it should be"
    return after


def without(text: str, key: SettingKey) -> str | None:
    """The text that does not tell `key`; None where it does not tell it anyway. A section that is empty then, and has
    no comment, goes, too. Raises TOMLDecodeError (tomllib)."""
    before = tomllib.loads(text)
    inner = before.get(key.section)
    if not isinstance(inner, dict) or key.name not in inner:
        return None
    document = tomlkit.parse(text)
    section: Any = document[key.section]
    del section[key.name]
    if isinstance(section, Table) and not section and not _has_comment(section):
        del document[key.section]
    after = str(tomlkit.dumps(document))
    told = tomllib.loads(after)
    assert {**told, key.section: told.get(key.section, {})} == {
        **before,
        key.section: {name: value for name, value in inner.items() if name != key.name},
    }, f"{key} was not taken out as it should be"
    return after


def _has_comment(section: Table) -> bool:
    return bool(section.trivia.comment) or any(isinstance(item, Comment) for _, item in section.value.body)
