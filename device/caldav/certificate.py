"""The appliance's own certificate, for phones that reach it over the network: made by the openssl program, once, and
anew before it ends. Phones ask once whether it is to be trusted.
"""

from __future__ import annotations

import logging
import os
import subprocess
from pathlib import Path

from device.caldav.errors import CaldavError

log = logging.getLogger(__name__)

_DAYS = 820
"""Phones refuse a longer one."""
_LEFT_S = 30 * 86_400


class NoCertificate(CaldavError):
    """CalDAV is not served: no certificate could be made ({reason}). Name one of your own in [caldav] certificate and
    key, or serve this machine alone: address = "127.0.0.1".
    """

    code = "caldav.no_certificate"


def own_certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """Certificate and key of this device in `folder`, made where there are none that last. Raises NoCertificate."""
    certificate, key = folder / "caldav-certificate.pem", folder / "caldav-key.pem"
    if certificate.is_file() and key.is_file() and _lasts(certificate):
        return certificate, key
    names = ",".join(f"DNS:{name}" for name in dict.fromkeys((host, f"{host.partition('.')[0]}.local", "localhost")))
    fresh = folder / ".caldav-key.new"
    fresh.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # the program keeps the mode of what is there
    _run(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-sha256"),
        *("-days", str(_DAYS), "-subj", f"/CN={host[:64]}", "-addext", f"subjectAltName={names}"),
        *("-addext", "extendedKeyUsage=serverAuth", "-keyout", str(fresh), "-out", str(certificate)),
    )
    fresh.replace(key)
    log.info("A certificate for CalDAV was made: %s", certificate)
    return certificate, key


def _lasts(certificate: Path) -> bool:
    try:
        _run("x509", "-in", str(certificate), "-noout", "-checkend", str(_LEFT_S))
    except NoCertificate:
        return False
    return True


def _run(*arguments: str) -> None:
    try:
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise NoCertificate(reason="the program openssl is not installed") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().rpartition("\n")[2] or "openssl failed"
        raise NoCertificate(reason=reason[:200]) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoCertificate(reason=str(error)[:200]) from error
