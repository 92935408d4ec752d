"""A class for each section of equerry.toml; frozen, validated as a whole by device/configuration/load.py."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from device.configuration.hours import QuietHours, Weekday, WhenSettings
from device.hearing.word_action import action_of, word_actions
from device.satellites.place import places
from firmware.boards import MOST_LEDS, PINS, Pin, check_pins
from services.store.kinds import all_rows, row_of


class Section(BaseModel):
    """A part of the settings; nobody changes it after it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _like(form: str, words: str) -> AfterValidator:
    """Empty, or of this form (a regular expression); `words` say what it else is not."""

    def check(value: str) -> str:
        if value and not re.fullmatch(form, value):
            raise ValueError(words)
        return value

    return AfterValidator(check)


def _known_zone(value: str) -> str:
    try:
        return value and ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is not a time zone such as Europe/Berlin") from None


Capitals = AfterValidator(str.upper)


class DeviceSettings(Section):
    """[device]"""

    name: str = Field(min_length=1, max_length=64)
    time_zone: Annotated[str, AfterValidator(_known_zone)]
    country: Annotated[
        str,
        _like(
            r"[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?",
            "is not the code of a country such as IN, or of a part of it such as DE-BY",
        ),
        Capitals,
    ]
    currency: Annotated[str, _like(r"[A-Za-z]{3}", "is not the code of a currency such as INR"), Capitals]


def _absolute(path: Path) -> Path:
    """Else two commands given in two folders would see two stores."""
    if not path.is_absolute():
        raise ValueError("is not a path from the root, such as /var/lib/equerry, or from your home, such as ~/equerry")
    return path


Folder = Annotated[Path, AfterValidator(_absolute)]


class Paths(Section):
    """[paths]"""

    data: Folder
    models: Folder

    @property
    def store(self) -> Path:
        """The store of this device."""
        return self.data / "equerry.db"

    @property
    def wake_words(self) -> Path:
        """The folder of the wake words that were learnt on this device."""
        return self.data / "wake" / "words"


class FileSettings(Section):
    """[files]"""

    inbox: Folder
    largest_mib: int = Field(ge=1, le=1_048_576)
    poll: bool
    announce: bool


class BucketSettings(Section):
    """[bucket]"""

    name: Annotated[
        str,
        _like(
            r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
            "is not the name of a bucket: 3 to 63 small letters, digits, dots and hyphens",
        ),
    ]
    endpoint: Annotated[str, _like(r"https?://\S+", "is not an address such as https://storage.example.org:9000")]
    region: str
    folder: str
    fetch: bool


class BackupSettings(Section):
    """[backup]"""

    enabled: bool
    folder: Folder
    second: Folder | None
    keep_hourly: int = Field(ge=1, le=1000)
    keep_daily: int = Field(ge=0, le=1000)
    keep_weekly: int = Field(ge=0, le=1000)


class UpdateSettings(Section):
    """[update]"""

    archive: Annotated[
        str,
        _like(
            r"/(?!(home|root|run|tmp|var/tmp)/)([^/{}\0\n]+/)*[^/{}\0\n]*\{version\}[^/{}\0\n]+",
            "is not an absolute path with {version} in its last part, such as /srv/equerry/equerry-{version}.tar.gz"
            " (what lies in /home, /root, /run or /tmp can't be seen)",
        ),
    ]
    signed: bool


class RetentionSettings(Section):
    """[retention]"""

    turns_days: float = Field(ge=0, le=36_500)
    jobs_days: float = Field(ge=0, le=36_500)
    undo_days: float = Field(ge=0, le=36_500)


class InsightSettings(Section):
    """[insight]"""

    transcripts: bool
    one_s: float = Field(ge=0.1, le=60)
    several_s: float = Field(ge=0.1, le=60)


class MicrophoneSettings(Section):
    """[microphone]"""

    name: str
    channel: int = Field(ge=0, le=16)
    cancel_echo: bool
    silent_s: float = Field(ge=1, le=30)


class SoundSection(Section):
    """What has a volume of its own."""

    floor: float = Field(ge=0, le=1)
    ceiling: float = Field(ge=0.1, le=1)
    volume: float = Field(ge=0, le=1)

    @field_validator("ceiling")
    @classmethod
    def _over_the_floor(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("floor", 0):
            raise ValueError(f"is below the floor, {info.data['floor']:g}")
        return value

    @field_validator("volume")
    @classmethod
    def _between(cls, value: float, info: ValidationInfo) -> float:
        for bound, wrong in (
            ("floor", value < info.data.get("floor", value)),
            ("ceiling", value > info.data.get("ceiling", value)),
        ):
            if wrong:
                raise ValueError(f"is {'below' if bound == 'floor' else 'above'} the {bound}, {info.data[bound]:g}")
        return value


class SpeakerSettings(SoundSection):
    """[speaker]"""

    name: str


class BoardSettings(Section):
    """[board]"""

    name: str = Field(min_length=1)


class LightSettings(Section):
    """[lights]"""

    kind: Literal["board", "none", "terminal", "led", "rgb", "apa102", "ws2812"]
    pins: list[Pin]
    leds: int = Field(ge=1, le=MOST_LEDS)
    brightness: float = Field(ge=0.1, le=1)
    quiet_brightness: float = Field(ge=0.1, le=1)

    @field_validator("pins")
    @classmethod
    def _those_of_its_kind(cls, value: list[int], info: ValidationInfo) -> list[int]:
        kind = info.data.get("kind", "none")
        if kind in PINS:
            check_pins(kind, value)
        return value


class ButtonSettings(Section):
    """[button]"""

    pin: int = Field(ge=0, le=27)
    mute_pin: int = Field(ge=0, le=27)

    @field_validator("mute_pin")
    @classmethod
    def _its_own(cls, value: int, info: ValidationInfo) -> int:
        if value and value == info.data.get("pin"):
            raise ValueError("is the pin of the talk button")
        return value


class WakeSection(Section):
    """[wake]"""

    words: list[str] = Field(min_length=1)
    threshold: float = Field(ge=0.05, le=0.99)
    patience: int = Field(ge=1, le=10)
    refractory_s: float = Field(ge=0, le=10)
    preroll_s: float = Field(ge=0.5, le=5)
    second_look: float = Field(ge=0, le=0.99)
    learn: bool
    keep_sound: bool
    only_known_voices: bool
    actions: Annotated[list[str], AfterValidator(word_actions)]

    @field_validator("actions")
    @classmethod
    def _listened_for(cls, value: list[str], info: ValidationInfo) -> list[str]:
        deaf = [word for each in value if (word := action_of(each).word) not in info.data.get("words", [word])]
        if deaf:
            raise ValueError(f"has {deaf[0]}, which is not among the words that are listened for")
        return value


class BargeSettings(Section):
    """[barge]"""

    enabled: bool
    threshold: float = Field(ge=0.05, le=0.99)
    duck_db: float = Field(ge=6, le=60)
    resume_s: float = Field(ge=0.5, le=10)


class EndpointSettings(Section):
    """[endpoint]"""

    silence_s: float = Field(ge=0.3, le=3)
    longest_s: float = Field(ge=3, le=60)
    begin_s: float = Field(ge=1, le=20)


class PartialSettings(Section):
    """[partials]"""

    engine: Literal["auto", "vosk", "whisper", "none"]
    vosk_model: str
    every_s: float = Field(ge=0.2, le=5)


class FinalSettings(Section):
    """[finals]"""

    engine: str
    model: str
    threads: int = Field(ge=1, le=8)


class LanguageModelSettings(Section):
    """[language_model]"""

    enabled: bool
    model: str
    policy: Literal["templates-first", "agreement"]
    threads: int = Field(ge=1, le=8)
    limit_s: float = Field(ge=0.1, le=30)
    most_tokens: int = Field(ge=8, le=256)


class VoiceSettings(Section):
    """[voice]"""

    model: str
    speed: float = Field(ge=0.5, le=2)
    threads: int = Field(ge=1, le=8)
    cache_mib: int = Field(ge=0, le=4096)


class SessionSettings(Section):
    """[session]"""

    open_s: float = Field(ge=0, le=60)
    keep_days: float = Field(ge=0, le=365)


class EarconSettings(SoundSection):
    """[earcons]"""

    enabled: bool


class RingSettings(SoundSection):
    """[ring]"""

    floor: float = Field(ge=0.1, le=1)
    limit_s: float = Field(ge=5, le=900)
    before_meetings_min: int = Field(ge=0, le=1440)
    before_tasks_min: int = Field(ge=0, le=1440)
    clock_wait_s: float = Field(ge=0, le=3600)


class QuietSettings(Section):
    """[quiet]"""

    hours: QuietHours
    weekdays: list[Weekday]
    chime: bool


class RoutineSettings(Section):
    """[routines]"""

    grace_min: int = Field(ge=0, le=1440)


class JobSettings(Section):
    """[jobs]"""

    running: int = Field(ge=1, le=16)
    most: int = Field(ge=1, le=16)
    queued: int = Field(ge=1, le=1000)
    kept_s: float = Field(ge=0, le=86_400)
    per_minute: float = Field(ge=1, le=6000)
    burst: int = Field(ge=1, le=1000)
    customer_per_minute: float = Field(ge=1, le=6000)
    customer_burst: int = Field(ge=1, le=1000)


def _like_a_level(value: str) -> str:
    if value and not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", value):
        raise ValueError("is no level of a topic: 1 to 64 letters, digits, dots, hyphens and underscores, such as desk")
    return value


def _not_empty(value: str) -> str:
    if not value:
        raise ValueError("is empty, and must not be")
    return value


def _like_levels(value: str) -> str:
    return "/".join(_not_empty(_like_a_level(each)) for each in value.split("/"))


LevelOrNone = Annotated[str, AfterValidator(_like_a_level)]
Level = Annotated[LevelOrNone, AfterValidator(_not_empty)]
"""Of a topic."""


class GuideSettings(Section):
    """[guide]"""

    enabled: bool


RIGHT_CHANNEL, TABLE, LEFT_OF = "right channel", "table", "left of "
"""What `line` and `ear` of [calls] may say beside the name of a device."""


class CallSettings(Section):
    """[calls]"""

    pack: Annotated[str, _like(r"[a-z0-9_-]{1,40}", "is not the name of a pack, in small letters")] = Field(
        min_length=1
    )
    competitors: list[Annotated[str, Field(min_length=2, max_length=60)]] = Field(max_length=100)
    most_per_minute: int = Field(ge=1, le=20)
    line: str
    ear: str
    whisper_volume: float = Field(ge=0.05, le=1)
    announce: bool
    line_speaker: str
    long_press: bool
    transcript: bool

    @field_validator("ear")
    @classmethod
    def _of_a_device(cls, value: str) -> str:
        if value.strip().casefold() == LEFT_OF.strip():
            raise ValueError('names no device behind "left of"')
        return value.strip()

    @property
    def ear_device(self) -> str:
        """The name of the output device, without its side."""
        return self.ear[len(LEFT_OF) :].strip() if self.left else self.ear

    @property
    def left(self) -> bool:
        """Whether only the left channel is the ear."""
        return self.ear.casefold().startswith(LEFT_OF)


class MqttSettings(Section):
    """[mqtt]"""

    host: str
    port: int = Field(ge=0, le=65_535)
    version: Literal["5", "3.1.1"]
    username: str
    tls: bool
    ca: str
    certificate: str
    key: str
    keep_alive_s: int = Field(ge=5, le=3600)
    prefix: Level
    topic: LevelOrNone
    site: Level
    publish_transcripts: bool
    health_s: float = Field(ge=5, le=3600)


def shared() -> list[str]:
    """Kinds of documents that devices of a site may have in common."""
    return [row.name for row in all_rows() if row.shared]


class SyncSettings(Section):
    """[sync]"""

    enabled: bool
    kinds: list[str]

    @field_validator("kinds")
    @classmethod
    def _shared(cls, value: list[str]) -> list[str]:
        if wrong := [each for each in value if not row_of(each).shared]:
            raise ValueError(f"{wrong[0]!r} can't be in common; known: {', '.join(shared())}")
        return value


class HomeAssistantSettings(Section):
    """[home_assistant]"""

    enabled: bool
    prefix: Annotated[str, AfterValidator(_like_levels)]
    user: LevelOrNone
    form: Literal["device", "component"]
    area: Annotated[str, Field(max_length=100)]
    url: Annotated[str, _like(r"https?://[^/\s]+/?", "is not an address such as http://homeassistant.local:8123")]
    limit_s: float = Field(ge=1, le=60)
    conversation: bool
    broker_lights: bool


class CaldavSettings(Section):
    """[caldav]"""

    enabled: bool
    address: Annotated[str, AfterValidator(_not_empty)]
    port: int = Field(ge=1, le=65_535)
    certificate: str
    key: str

    @field_validator("key")
    @classmethod
    def _both(cls, value: str, info: ValidationInfo) -> str:
        if bool(value) != bool(info.data.get("certificate", value)):
            raise ValueError("belongs to the certificate: set both, or neither")
        return value


def _one_address(value: str) -> str:
    """Of this machine, so that it is known who can reach it."""
    try:
        address = ip_address(value)
    except ValueError:
        raise ValueError("is not an address such as 192.168.1.20") from None
    if address.is_unspecified:
        raise ValueError("means every network; name this device's address on one, such as 192.168.1.20")
    return str(address)


def _networks(value: list[str]) -> list[str]:
    for each in value:
        try:
            ip_network(each, strict=False)
        except ValueError:
            raise ValueError(f"has {each!r}, no address or network such as 192.168.1.20 or 192.168.1.0/24") from None
    return value


class WyomingSettings(Section):
    """[wyoming]"""

    enabled: bool
    address: Annotated[str, AfterValidator(_one_address)]
    port: int = Field(ge=1024, le=65_535)
    allow: Annotated[list[str], AfterValidator(_networks)]
    zeroconf: bool


class SatelliteSettings(Section):
    """[satellites]"""

    at: Annotated[list[str], AfterValidator(places)]


class Settings(Section):
    """All settings, frozen. Only device/wiring reads them; everything else is handed values."""

    device: DeviceSettings
    paths: Paths
    files: FileSettings
    bucket: BucketSettings
    backup: BackupSettings
    update: UpdateSettings
    retention: RetentionSettings
    insight: InsightSettings
    microphone: MicrophoneSettings
    speaker: SpeakerSettings
    board: BoardSettings
    lights: LightSettings
    button: ButtonSettings
    wake: WakeSection
    barge: BargeSettings
    endpoint: EndpointSettings
    session: SessionSettings
    partials: PartialSettings
    finals: FinalSettings
    language_model: LanguageModelSettings
    when: WhenSettings
    voice: VoiceSettings
    earcons: EarconSettings
    ring: RingSettings
    quiet: QuietSettings
    routines: RoutineSettings
    jobs: JobSettings
    guide: GuideSettings
    calls: CallSettings
    mqtt: MqttSettings
    sync: SyncSettings
    home_assistant: HomeAssistantSettings
    caldav: CaldavSettings
    wyoming: WyomingSettings
    satellites: SatelliteSettings
