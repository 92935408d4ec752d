"""What the files on the card ask for, as values: `custom.toml`, as Raspberry Pi Imager writes it, and `equerry.toml`.

`custom.toml` has the tables system, user, ssh, wlan and locale of Raspberry Pi OS 12
(https://github.com/RPi-Distro/raspberrypi-sys-mods, usr/lib/raspberrypi-sys-mods/init_config). `equerry.toml` has the
very same within `card`, secrets besides, and around them settings of the appliance (docs/settings.md).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from device.card.errors import CardWrong

IMAGER, OURS = "custom.toml", "equerry.toml"

_HASH = re.compile(r"\$[0-9a-z]+\$[!-9;-~]{8,}")
"""Of a password, as crypt(5) writes it."""
_PSK = re.compile(r"[0-9a-fA-F]{64}")
"""The key that a wireless network's name and password make (wpa_passphrase(8))."""
_OF_SYSTEM = frozenset(("root", "equerry", "daemon", "bin", "sys", "nobody", "sshd", "messagebus", "games", "mail"))
_CARD = re.compile(r"\s*\[\s*card\s*[\].]")
_TABLE = re.compile(r"\s*\[")
_NOUNS: Mapping[str, str] = {
    "string_type": "is no text; texts stand in quotes",
    "bool_type": "is neither true nor false",
    "list_type": 'is no list; lists stand in brackets: ["a", "b"]',
    "model_type": "is no table; a table begins with its name in brackets, and its keys follow",
    "dict_type": "is no table; a table begins with its name in brackets, and its keys follow",
    "missing": "is missing",
    "literal_error": "is not 1; take Raspberry Pi Imager 1.8 or newer, or write equerry.toml",
}


def _form(pattern: str, wanted: str) -> AfterValidator:
    def check(said: str) -> str:
        if not re.fullmatch(pattern, said):
            raise ValueError(wanted)
        return said

    return AfterValidator(check)


def _known_zone(said: str) -> str:
    if said not in available_timezones():
        raise ValueError("is no time zone; they are called like Europe/Berlin")
    return said


def _short_name(said: str) -> str:
    if len(said.encode()) > 32 or not said.isprintable():
        raise ValueError("is no name of a wireless network: 32 bytes at most, without control characters")
    return said


_Blank = BeforeValidator(lambda said: None if said == "" else said)
"""Imager leaves fields empty that nobody filled in."""
_HostName = Annotated[
    str,
    _form("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", "is no host name: letters, digits, hyphens, 63 at most"),
]
_Name = Annotated[str, _form("[a-z_][a-z0-9_-]{0,30}", "is no user name: small letters, digits, - and _, 31 at most")]
_Key = Annotated[
    str,
    _form(
        r"(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/]{16,}={0,3}( [^\x00-\x1f\x7f]*)?",
        "is no public SSH key; take the line of a file such as id_ed25519.pub",
    ),
]
_Country = Annotated[str, _form("[A-Z]{2}", "is no country; two capital letters, such as DE")]
_SecretName = Annotated[str, _form("[a-z0-9][a-z0-9-]{0,63}", "is no name of a secret; see docs/settings.md")]
_Line = Annotated[str, _form(r"[^\x00-\x1f\x7f]+", "is empty or has control characters")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SystemTable(_Table):
    """The machine."""

    hostname: Annotated[_HostName | None, _Blank] = None


class UserTable(_Table):
    """Who may log in, and become root by sudo."""

    name: _Name
    password: Annotated[_Line | None, _Blank] = Field(None, repr=False)
    """As it is typed, or its hash; None: no password logs in."""
    password_encrypted: bool = False

    @property
    def hashed(self) -> bool:
        """Whether the password is given as its hash."""
        return bool(self.password and _HASH.fullmatch(self.password))

    @model_validator(mode="after")
    def _fits(self) -> UserTable:
        if self.name in _OF_SYSTEM:
            raise ValueError(f"name: {self.name} is a user of the system; take another name")
        if self.password_encrypted and self.password and not self.hashed:
            raise ValueError("password: is no hash; write password_encrypted = false where it is the password itself")
        if self.password and not self.hashed and ":" in self.password:
            raise ValueError("password: may have no colon in it")
        return self


class SshTable(_Table):
    """Who may come in over SSH."""

    enabled: bool | None = None
    """None: where there are keys."""
    password_authentication: bool = False
    authorized_keys: list[_Key] = []

    @property
    def wanted(self) -> bool:
        """Whether the server is to run."""
        return bool(self.authorized_keys) if self.enabled is None else self.enabled


class WlanTable(_Table):
    """A wireless network."""

    ssid: Annotated[str, Field(min_length=1), AfterValidator(_short_name)]
    password: Annotated[str | None, _Blank] = Field(None, repr=False)
    """Or the key made from it; None: the network is open."""
    password_encrypted: bool = False
    hidden: bool = False
    country: Annotated[_Country | None, _Blank] = None

    @property
    def hashed(self) -> bool:
        """Whether the key is given in place of the password."""
        return bool(self.password and _PSK.fullmatch(self.password))

    @model_validator(mode="after")
    def _fits(self) -> WlanTable:
        if self.password_encrypted and self.password and not self.hashed:
            raise ValueError("password: is no key of 64 digits; write password_encrypted = false for a password")
        if self.password and not self.hashed and not re.fullmatch("[ -~]{8,63}", self.password):
            raise ValueError("password: has 8 to 63 letters, digits and signs of ASCII")
        return self


class LocaleTable(_Table):
    """Where it stands."""

    keymap: str = ""
    """Read and not used: nobody types at an appliance."""
    timezone: Annotated[Annotated[str, AfterValidator(_known_zone)] | None, _Blank] = None


class Wishes(_Table):
    """All that is asked for; what is None or empty stays as it is."""

    system: SystemTable = SystemTable()
    user: UserTable | None = None
    ssh: SshTable = SshTable()
    wlan: WlanTable | None = None
    locale: LocaleTable = LocaleTable()
    secrets: dict[_SecretName, _Line] = Field({}, repr=False)
    """Of the appliance, by name."""
    settings: str = ""
    """The text of the appliance's settings, comments and all; not looked at here."""

    @model_validator(mode="after")
    def _somebody(self) -> Wishes:
        if self.user is None and (self.ssh.wanted or self.ssh.authorized_keys):
            raise ValueError("ssh: lets nobody in; add the table user with a name")
        return self


def of_imager(text: str) -> Wishes:
    """What custom.toml says. Raises CardWrong with one sentence."""
    tree = _parsed(text, IMAGER)
    if tree.pop("config_version", 1) != 1:
        raise CardWrong(file=IMAGER, problem=f"config_version {_NOUNS['literal_error']}")
    if unknown := sorted({"secrets", "settings"} & set(tree)):
        raise CardWrong(file=IMAGER, problem=f"{unknown[0]} is unknown; write it into {OURS}")
    return _wishes(tree, IMAGER, "")


def of_ours(text: str) -> Wishes:
    """What equerry.toml says. Raises CardWrong with one sentence."""
    tree = _parsed(text, OURS)
    card = tree.pop("card", {})
    settings = _without_card(text)
    if not isinstance(card, dict) or "settings" in card or _parsed(settings, OURS) != tree:
        raise CardWrong(file=OURS, problem="card is no table; write [card.wlan], [card.user] and so on, each on a line")
    return _wishes({**card, "settings": f"{settings.strip()}\n" if tree else ""}, OURS, "card.")


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CardWrong(file=file, problem=f"it can't be read ({error}). Texts stand in quotes.") from None


def _without_card(text: str) -> str:
    """The text without the tables of the card, and what stands in them."""
    kept, inside = [], False
    for line in text.splitlines():
        if _TABLE.match(line):
            inside = bool(_CARD.match(line))
        if not inside:
            kept.append(line)
    return "\n".join(kept)


def _wishes(tree: Mapping[str, Any], file: str, within: str) -> Wishes:
    try:
        return Wishes.model_validate(tree)
    except ValidationError as error:
        found = sorted(error.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden")
        raise CardWrong(file=file, problem=_problem(found[0], within)) from None  # misspelt before missing


def _problem(detail: ErrorDetails, within: str) -> str:
    """Where it stands and what is wrong with it; never what stood there, which may be a secret."""
    place = [str(part) for part in detail["loc"] if part != "[key]"]
    if detail["type"] == "extra_forbidden":
        table = Wishes.model_fields[place[0]].annotation if len(place) > 1 else Wishes
        return f"{within}{'.'.join(place)} is unknown; there are {', '.join(_keys_of(table))}"
    message = _NOUNS.get(detail["type"], detail["msg"].removeprefix("Value error, "))
    if of_key := re.match(r"(\w+): (.*)", message):  # said of a table, it names the key
        place, message = [*place, of_key[1]], of_key[2]
    return f"{within}{'.'.join(place)} {message}"


def _keys_of(table: Any) -> list[str]:
    model = next((each for each in (table, *getattr(table, "__args__", ())) if hasattr(each, "model_fields")), Wishes)
    return [name for name in model.model_fields if name != "settings"]
