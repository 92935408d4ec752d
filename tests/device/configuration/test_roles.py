"""Roles as they are read: the shipped ones, the owner's file over them, every problem at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.configuration.roles import load
from device.errors import ConfigBroken


def owners(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "roles.toml"
    path.write_text(text, encoding="utf-8")
    return {"EQUERRY_ROLES": str(path)}


def test_the_shipped_roles_hold(tmp_path: Path) -> None:
    roles, digest = load(owners(tmp_path, ""))
    assert list(roles.roles) == ["owner", "member", "guest", "automation"]
    assert roles.of("microphone")[0] == "owner" and roles.of("stranger")[0] == "guest"
    assert digest == load(owners(tmp_path, "# nothing"))[1]


def test_the_owners_file_wins_key_by_key(tmp_path: Path) -> None:
    text = """
        default = "member"
        [roles.guest]
        steps = 7
        [roles.child]
        may = ["timer.*"]
        [clients]
        microphone = { role = "member", person = "Sarah Chen" }
        "mqtt:kitchen" = "child"
    """
    roles, digest = load(owners(tmp_path, text))
    assert roles.roles["guest"].steps == 7 and roles.roles["guest"].names == 30
    assert roles.identity("microphone").person == "Sarah Chen" and roles.of("console")[0] == "owner"
    assert roles.of("mqtt:kitchen")[0] == "child" and roles.of("mqtt:other")[0] == "automation"
    assert not roles.roles["child"].yes and roles.roles["child"].sees == "own", "what is not told is narrow"
    assert digest != load(owners(tmp_path, ""))[1]


def test_every_problem_is_told_at_once_with_its_file_and_a_guess(tmp_path: Path) -> None:
    text = """
        defualt = "guest"
        [roles.guest]
        may = ["taks.query", "!leger.*"]
        steps = 0
        seees = "all"
        [clients]
        phone = "membr"
        watch = { role = "guest", persn = "Anna" }
        [never_literally]
        doign = []
    """
    environ = owners(tmp_path, text)
    with pytest.raises(ConfigBroken) as raised:
        load(environ)
    said = str(raised.value)
    file = environ["EQUERRY_ROLES"]
    for problem in (
        f"{file}: defualt is nothing that can be set; did you mean default?",
        f"{file}: roles.guest.seees is nothing that can be set; did you mean sees?",
        f"{file}: roles.guest.steps = 0: input should be greater than or equal to 1",
        f"{file}: clients.watch.persn is nothing that can be set; did you mean person?",
        f"{file}: never_literally.doign is nothing that can be set; did you mean doing?",
        f"{file}: clients.phone: there is no role 'membr'; did you mean member?",
        f"{file}: roles.guest.may: there is no action 'taks.query'; did you mean task.query?",
        f"{file}: roles.guest.may: there is no action '!leger.*'; did you mean ledger.*?",
    ):
        assert problem in said, said


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[roles", "not valid TOML"),
        ("roles = 1", "roles = 1"),
        ("clients = []", "clients = []"),
        ("[roles]\nowner = 'x'", "roles.owner"),
        ("[roles.guest]\nmay = 'x'", "roles.guest.may"),
        ("[roles.guest]\nmay = [1]", "roles.guest.may"),
        ("[clients]\nphone = 3", "clients.phone"),
        ("default = []", "default"),
    ],
)
def test_no_file_gives_a_traceback(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigBroken, match="not usable") as raised:
        load(owners(tmp_path, text))
    assert problem in str(raised.value)


def test_a_file_that_everybody_can_write_is_refused(tmp_path: Path) -> None:
    environ = owners(tmp_path, "")
    Path(environ["EQUERRY_ROLES"]).chmod(0o666)
    with pytest.raises(ConfigBroken, match="everybody on this machine can write it"):
        load(environ)


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigBroken, match="EQUERRY_ROLES names /nowhere/roles"):
        load({"EQUERRY_ROLES": "/nowhere/roles.toml"})


def test_voices_have_roles_key_by_key(tmp_path: Path) -> None:
    text = """
        unknown_voice = "guest"
        [voices]
        Anna = "owner"
        Tim = { role = "child", person = "Timothy Lee" }
        [roles.child]
        may = ["timer.*"]
    """
    roles, _ = load(owners(tmp_path, text))
    assert roles.of("voice:Anna@satellite:kitchen")[0] == "owner"
    assert roles.identity("voice:Tim@microphone").person == "Timothy Lee"
    assert roles.of("voice:@microphone")[0] == "guest" and roles.of("microphone")[0] == "owner"


def test_a_voice_with_a_role_that_there_is_not_is_told(tmp_path: Path) -> None:
    environ = owners(
        tmp_path, 'unknown_voice = "gest"\n[voices]\nAnna = { role = "owner", persn = "A" }\nTim = "membr"\n'
    )
    with pytest.raises(ConfigBroken) as raised:
        load(environ)
    told = str(raised.value)
    assert "unknown_voice: there is no role 'gest'; did you mean guest?" in told
    assert "voices.Tim: there is no role 'membr'; did you mean member?" in told
    assert "voices.Anna.persn is nothing that can be set; did you mean person?" in told
