"""Changes of the owner's file, each checked together with all other settings before it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
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
from device.configuration.places import NAMED, is_folder, owner_files, there
from device.configuration.problems import settings_of, usable
from device.configuration.schema import SettingKey
from device.configuration.settings import Settings
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
    unmet: tuple[str, ...] = ()
    """What else of the section is not to be had here: a running appliance refuses it until it is."""


Unmet = Callable[[Settings], Iterable[str]]
"""What settings ask for that is not to be had on this device, each "section.key: words"."""


class Owned:
    """The file of the owner that is changed."""

    def __init__(self, environ: Mapping[str, str], unmet: Unmet, whose: Whose = "") -> None:
        self._environ = environ
        self._unmet = unmet
        self.file = OwnersFile(chosen(environ, whose))

    def set(self, key: SettingKey, said: str) -> ChangeResult:
        """Have it say `key`. Raises ValueWrong, ConfigRefused, ConfigBroken, and what OwnersFile.change raises."""
        value = key.read(said)
        return self._change(lambda text: with_value(text, key, value), key)

    def apply(self, values: Mapping[SettingKey, Any]) -> ChangeResult:
        """Have it say all of these, or change nothing. Raises ConfigRefused, ConfigBroken, what OwnersFile.change
        raises.
        """

        def change(text: str) -> str:
            for key, value in values.items():
                text = with_value(text, key, value)
            return text

        done = self._change(change)
        origin = read(self._environ).origin
        sources = (origin.get((key.section, key.name)) for key in values)
        over = next((each for each in sources if each is not None and each.name != str(self.file.path)), None)
        return replace(done, over=over)

    def unset(self, key: SettingKey) -> ChangeResult:
        """Have it say nothing of `key`. Raises NotSet, ConfigRefused, ConfigBroken, what OwnersFile.change raises."""

        def change(text: str) -> str:
            if (after := without(text, key)) is None:
                source = read(self._environ, {self.file.path: text}).origin.get((key.section, key.name))
                raise NotSet(key=key, path=self.file.path, where=f"; {source} does" if source else "; it is as shipped")
            return after

        return self._change(change, key)

    def replace(self, text: str, *, expected: str) -> ChangeResult:
        """Put a whole text in place. Raises ConfigRefused, ConfigChanged, and what OwnersFile.change raises."""
        return self._change(lambda _: text, expected=expected)

    def roll_back(self, number: int) -> ChangeResult:
        """Put an earlier version in place. Raises VersionMissing, ConfigRefused, what OwnersFile.change raises."""
        aside = self._aside()
        if aside.holds(self.file.path):
            if number == 1:
                return self._bring_back()
            number -= 1
        text = self.file.version(number)
        return self._change(lambda _: text)

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

    def _change(
        self, change: Callable[[str], str], key: SettingKey | None = None, *, expected: str | None = None
    ) -> ChangeResult:
        """`key`: what alone is changed; the rest of its section may have to follow, as a model follows its engine."""
        layers, unmet = Layers({}), list[str]()

        def checked(before: str) -> str:
            nonlocal layers, unmet
            counts = _kept_of(before) if self._aside().holds(self.file.path) else before
            try:
                after = change(counts)
            except tomllib.TOMLDecodeError as error:
                source = Source(str(self.file.path), broken_line(str(error), before))
                mend = "Mend it with equerry config edit, or go back: equerry config rollback"
                raise ConfigBroken(problems=[f"{source}: not valid TOML: {error}. {mend}"]) from error
            layers, unmet = self._said(after)
            if layers.problems or unmet:
                earlier, unmet_before = self._said(counts)
                known = {each.wherever for each in earlier.problems}
                new = [str(each) for each in layers.problems if each.wherever not in known]
                of_key = f"{key}:" if key else ""
                new += [each for each in unmet if each not in unmet_before and each.startswith(of_key)]
                if new:
                    raise ConfigRefused(problems=new)
            return after

        changed = self.file.change(checked, expected=expected)
        if key is None:
            return ChangeResult(self.file.path, changed, tuple(layers.problems))
        source = layers.origin.get((key.section, key.name))
        return ChangeResult(
            self.file.path,
            changed,
            tuple(layers.problems),
            over=None if source is None or source.name == str(self.file.path) else source,
            unmet=tuple(each for each in unmet if each.startswith(f"{key.section}.")),
        )

    def _said(self, text: str) -> tuple[Layers, list[str]]:
        """All that is set, were the file to say this, and what of it is not to be had."""
        layers = read(self._environ, {self.file.path: text})
        return layers, list(self._unmet(settings_of(layers) or usable(layers)))


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
