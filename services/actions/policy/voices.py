"""Whose voice gives a command, as part of who gives it: `voice:<name>@<client>`, which roles, undo and the audit log
tell from others at the same microphone. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

_VOICE = "voice:"
_SUPPOSED = "?"


@dataclass(frozen=True, slots=True)
class VoiceClient:
    """Somebody who speaks where the voices of some people are known."""

    client: str
    """Where: microphone, satellite:<name>."""
    name: str = ""
    """As it was enrolled; empty: nobody known."""
    sure: bool = True
    """Else it is the likeliest one, for a command that would be the same from any of the likely ones."""

    @property
    def caller(self) -> str:
        """As whom it gives commands: voice:Anna@microphone, voice:Anna?@microphone, voice:@microphone."""
        name = self.name.replace("@", " ").rstrip(_SUPPOSED)
        return f"{_VOICE}{name}{'' if self.sure else _SUPPOSED}@{self.client}"


def voice_of(client: str) -> VoiceClient | None:
    """Whose voice it is; None where voices are not told apart."""
    if not client.startswith(_VOICE) or "@" not in client:
        return None
    name, _, at = client.removeprefix(_VOICE).partition("@")
    return VoiceClient(at, name.removesuffix(_SUPPOSED), not name.endswith(_SUPPOSED))


def without_voice(client: str) -> str:
    """Where it is said, whoever says it: the client without a voice."""
    voice = voice_of(client)
    return voice.client if voice else client


def heard_as(client: str) -> str:
    """The name that the voice was enrolled by; empty where it is nobody's, or not sure."""
    voice = voice_of(client)
    return voice.name if voice and voice.sure else ""


def can_speak(client: str) -> bool:
    """Whether its commands are spoken into a microphone of ours, so that a voice can be heard and a code be said."""
    here = without_voice(client)
    return here == "microphone" or here.startswith("satellite:")
