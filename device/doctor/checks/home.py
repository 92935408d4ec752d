"""Home Assistant, where it is set."""

from __future__ import annotations

from device.doctor.base import Check, Verdict, fail, ok, skip, unknown, warn
from device.doctor.sources import Sources, closed
from firmware.errors import ExpectedError
from services.home.status import HomeStatus


def connection(sources: Sources) -> Verdict:
    """Whether the Home Assistant of [home_assistant] url takes the token, and exposes anything. While the appliance
    runs it is asked; else a connection is tried, and nothing is commanded."""
    if not sources.settings.home_assistant.url:
        return skip("none is set, and none is needed")
    if sources.running is not None:
        return _as_told(sources)
    if any(map(closed, sources.secrets)):
        return unknown(
            "this user may not read the secrets, so it is not tried", "Put sudo before it.", reason="not_permitted"
        )
    try:
        return _judged(sources.house())
    except ExpectedError as error:
        return fail(str(error), reason=error.code)


def encryption(sources: Sources) -> Verdict:
    """Whether the way to Home Assistant is encrypted; without TLS, whoever shares the network reads the token."""
    url = sources.settings.home_assistant.url
    if not url:
        return skip("none is set")
    if url.startswith("https://"):
        return ok("TLS", tls=True)
    if any(near in url for near in ("//localhost", "//127.0.0.1", "//[::1]")):
        return ok("not needed: it is on this machine", tls=False)
    return warn("none: the token is sent as it is", tls=False)


def _as_told(sources: Sources) -> Verdict:
    told = (sources.running or {}).get("home_assistant")
    if told is None:
        return warn("is set, and the running appliance knows none", "Start it anew: sudo systemctl restart equerry")
    return _judged(HomeStatus(**{**told, "since": 0.0 if told.get("since") else None}))


def _judged(status: HomeStatus) -> Verdict:
    if status.connected and status.entities:
        return ok(f"takes us, {status.version}, {status.entities} things", version=status.version)
    if status.connected:
        return warn(
            f"takes us, {status.version}, and exposes nothing",
            "In Home Assistant: Settings, Voice assistants, Expose.",
            version=status.version,
        )
    if status.since is None:
        return unknown("the appliance has not tried yet")
    return fail(status.reason, reason=status.code)


CHECKS = (
    Check(
        "home.connection",
        "connection",
        connection,
        "docs/automation.md tells how a token is made and where it belongs.",
        limit_s=20,
    ),
    Check(
        "home.encryption",
        "encryption",
        encryption,
        "In a network that you share with nobody it will do; else give Home Assistant a certificate, and write https://.",
    ),
)
