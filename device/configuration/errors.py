"""What can go wrong with settings as files; the old file stays as it was each time.

ApplianceError
├── ConfigBroken (device.errors)   what the files say can't be used; all at once
└── ConfigError
    ├── KeyUnknown                 there is no such key
    ├── ValueWrong                 it can't be set to that
    ├── ConfigRefused              it can't be set to that, for what else is set
    ├── NotSet                     the file does not say it
    ├── ConfigUnwritable           for want of rights, or on a read-only disk
    ├── ConfigFull                 the disk is full
    ├── ConfigBusy                 somebody else changes it just now
    ├── ConfigChanged              somebody else changed it meanwhile
    ├── ConfigUnreadable           it is no text, or may not be read
    ├── VersionMissing             so many versions there are not
    └── CommonBroken               a file of settings that are to be set as a whole can't be used
"""

from __future__ import annotations

from device.errors import ApplianceError


class ConfigError(ApplianceError):
    """The settings can't be changed so."""

    code = "config"


class KeyUnknown(ConfigError):
    """{key} is no setting of ours{hint}"""

    code = "config.unknown"


class ValueWrong(ConfigError):
    """{key} = {value!r}: {why}. Nothing was changed."""

    code = "config.value"


class ConfigRefused(ConfigError):
    """That can't be: {problems}"""

    code = "config.refused"

    def _sentence(self) -> str:
        problems = self.facts["problems"]
        assert isinstance(problems, list)
        return "\n".join(["That can't be. Nothing was changed:", *(f"  {problem}" for problem in problems)])


class NotSet(ConfigError):
    """{path} does not set {key}{where}. Nothing was changed."""

    code = "config.not_set"


class ConfigUnwritable(ConfigError):
    """{path} can't be written ({reason}).{remedy} Nothing was changed."""

    code = "config.unwritable"


class ConfigFull(ConfigError):
    """The disk that holds {path} is full. Free some space. The file is as it was."""

    code = "config.full"


class ConfigBusy(ConfigError):
    """Somebody else is changing {path} just now. Try again in a moment. Nothing was changed."""

    code = "config.busy"


class ConfigChanged(ConfigError):
    """Somebody else changed {path} meanwhile. Nothing was changed{kept}."""

    code = "config.changed"


class ConfigUnreadable(ConfigError):
    """{path} can't be read ({reason})."""

    code = "config.unreadable"


class VersionMissing(ConfigError):
    """There is no version {number} of {path}; {known}. Nothing was changed."""

    code = "config.version"


class CommonBroken(ConfigError):
    """These settings can't be used."""

    code = "config.common"

    def _sentence(self) -> str:
        problems = self.facts["problems"]
        assert isinstance(problems, list)
        head = "These settings can't be used. Nothing was changed; mend this:"
        return "\n".join([head, *(f"  {problem}" for problem in problems)])
