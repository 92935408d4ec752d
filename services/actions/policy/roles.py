"""Roles: what each may do, see and confirm, and who has which. Read from roles.toml by device/configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.actions.policy.voices import VoiceClient, voice_of

OWNER = "owner"
Words = tuple[Annotated[str, StringConstraints(min_length=1, max_length=100)], ...]


APPLIANCE = tuple(
    f"appliance.{what}"
    for what in ("say", "listen", "stop", "mute", "unmute", "ask", "settings", "documents", "update")
)
"""What MQTT clients may ask of the appliance beside commands, as roles name it. `settings`: what Home Assistant shows
of it; `documents`: write documents of the site without stamps; `update`: install a newer release.
"""


def identity_of(client: str) -> str:
    """Who is behind a client: of a conversation `mqtt:<name>#<conversation>`, what stands before the `#`; likewise of
    `wyoming:<address>/<satellite>#<conversation>`.
    """
    return client.partition("#")[0] if client.startswith(("mqtt:", "wyoming:")) else client


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Role(_Frozen):
    """What somebody may do. Keys missing in a role of the owner's have these narrow defaults."""

    called: str = Field(default="They", min_length=1, max_length=100)
    """In a refusal: “Guests can't …”."""
    ask: str = Field(default="", max_length=100)
    """Who to ask instead, in a refusal; empty: nobody."""
    may: tuple[str, ...] = ()
    """Patterns of family.verb; one with `!` before it forbids."""
    sees: Literal["all", "own"] = "own"
    yes: bool = False
    """Whether their yes counts for something dangerous."""
    everything: bool = False
    """Whether they may delete everything of a kind, after a yes."""
    steps: int = Field(default=5, ge=1, le=1000)
    names: int = Field(default=30, ge=1, le=10_000)
    characters: int = Field(default=500, ge=1, le=100_000)
    per_minute: int = Field(default=20, ge=1, le=6000)

    def allows(self, action: str) -> bool:
        """Whether this role may do family.verb: what is forbidden wins over what is allowed."""
        if any(pattern.startswith("!") and fnmatchcase(action, pattern[1:]) for pattern in self.may):
            return False
        return any(fnmatchcase(action, pattern) for pattern in self.may if not pattern.startswith("!"))


class Identity(_Frozen):
    """Who a client is."""

    role: str
    person: str = ""
    """Its name among the contacts; empty: nobody of them."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """ "owner" for {role = "owner"}."""
        return {"role": value} if isinstance(value, str) else value


class NeverLiterally(_Frozen):
    """The words of commands that are never taken literally."""

    doing: Words = ()
    all: Words = ()
    phrases: Words = ()
    spared: Words = ()
    """Phrases that contain such a word and are harmless."""


class Roles(_Frozen):
    """roles.toml as a whole."""

    default: str
    roles: dict[str, Role]
    clients: dict[str, Identity]
    voices: dict[str, Identity] = {}
    """By the name that was enrolled. Whoever is not listed has the role of the client."""
    unknown_voice: str = ""
    """The role of a voice that nobody enrolled, where somebody is; empty: that of the client."""
    never_literally: NeverLiterally

    def identity(self, client: str) -> Identity:
        """Who a client is: by its name, else by the longest pattern that fits, else the default.

        A routine that begins by itself, `routine:<name>@<client>`, is the client that had it do so; its name has no
        `@`, a client may. Where voices are known, it is whoever speaks there (services.actions.policy.voices).
        """
        if client.startswith("routine:") and "@" in client:
            return self.identity(client.partition("@")[2])
        if voice := voice_of(client):
            return self._voice(voice)
        client = identity_of(client)
        if client in self.clients:
            return self.clients[client]
        fitting = [pattern for pattern in self.clients if "*" in pattern and fnmatchcase(client, pattern)]
        return self.clients[max(fitting, key=len)] if fitting else Identity(role=self.default)

    def _voice(self, voice: VoiceClient) -> Identity:
        here = self.identity(voice.client)
        if not voice.name:
            return Identity(role=self.unknown_voice or here.role)
        folded = voice.name.casefold()
        listed = next((who for name, who in self.voices.items() if name.casefold() == folded), None)
        return Identity(role=(listed or here).role, person=(listed.person if listed else "") or voice.name)

    def of(self, client: str) -> tuple[str, Role]:
        """The role of a client, by name and value."""
        name = self.identity(client).role
        return name, self.roles[name]


def missing(tree: Mapping[str, Any], actions: Iterable[str]) -> list[tuple[tuple[str, ...], str, list[str]]]:
    """Names in the file that nobody has: (where, what, alternatives). Takes any tree, also an invalid one. `actions`:
    all of the vocabulary; the requests to the appliance are known.
    """
    known = [*actions, *APPLIANCE]
    roles = tree.get("roles")
    roles = roles if isinstance(roles, Mapping) else {}
    found: list[tuple[tuple[str, ...], str, list[str]]] = []
    if OWNER not in roles:
        found.append((("roles",), OWNER, []))
    named: dict[tuple[str, ...], Any] = {("default",): tree.get("default")}
    if tree.get("unknown_voice"):
        named["unknown_voice",] = tree["unknown_voice"]
    for table in ("clients", "voices"):
        listed = tree.get(table)
        for name, value in listed.items() if isinstance(listed, Mapping) else ():
            named[table, str(name)] = value.get("role") if isinstance(value, Mapping) else value
    found += [
        (where, role, list(roles)) for where, role in named.items() if isinstance(role, str) and role not in roles
    ]
    families = list(dict.fromkeys(f"{action.partition('.')[0]}.*" for action in known))
    for name, role in roles.items():
        may = role.get("may", ()) if isinstance(role, Mapping) else ()
        for pattern in may if isinstance(may, list) else ():
            bare = str(pattern).removeprefix("!")
            if not any(fnmatchcase(action, bare) for action in known):
                found.append((("roles", str(name), "may"), str(pattern), known + families))
    return found
