"""Radicale as a WSGI application on our store, with nothing of its own on the disk."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any, cast
from wsgiref.types import WSGIApplication

from radicale import config
from radicale.app import Application
from radicale.auth import BaseAuth
from radicale.rights import BaseRights

from device.caldav.door import LARGEST_QUESTION, Refusals
from device.caldav.home import CalendarHome
from device.caldav.radicale_plugins.storage import EquerryStorage
from device.caldav.writer import CalendarWriter


class DoorAuth(BaseAuth):
    """The door has looked who it is (device/caldav/door.py)."""

    def get_external_login(self, environ: Any) -> Any:
        """Whom the door let in."""
        user = str(environ.get("REMOTE_USER", ""))
        return (user, "") if user else ()

    def _login(self, login: str, password: str) -> str:
        return login if not password else ""


class HomeRights(BaseRights):
    """Everybody has what is theirs, and reads and writes there as their role says."""

    def __init__(self, configuration: Any, home: CalendarHome) -> None:
        super().__init__(configuration)
        self._home = home

    def authorization(self, user: str, user_groups: Any, path: str) -> str:
        """Of a path for somebody who was let in; `w` is to write."""
        parts = path.strip("/").split("/")
        if not user:
            return ""
        if parts == [""]:
            return "R"
        if parts[0] != user:
            return ""
        if len(parts) == 1:
            return "R"
        if len(parts) > 2:
            return ""
        found = self._home.collections(user).get(parts[1])
        return "rw" if found is None or found.writable else "r"  # what may be made there is judged when it is made


def radicale_application(home: CalendarHome, writer: CalendarWriter, refusals: Refusals) -> WSGIApplication:
    """To be put behind a Door."""
    logging.getLogger("radicale").setLevel(logging.ERROR)  # it tells of each request, with paths
    configuration = config.load()
    configuration.update(
        {
            "auth": {"type": DoorAuth, "delay": "0"},
            "rights": {
                "type": partial(HomeRights, home=home),
                "permit_delete_collection": "False",
                "permit_overwrite_collection": "False",
            },
            "storage": {"type": partial(EquerryStorage, home=home, writer=writer, refusals=refusals)},
            "web": {"type": "none"},
            "server": {
                "delay_on_error": "0",
                "max_content_length": str(LARGEST_QUESTION),
                "max_resource_size": str(LARGEST_QUESTION // 2),
            },
        },
        "Equerry",
        privileged=True,
    )
    return cast(WSGIApplication, Application(configuration))
