"""The role for Ansible calls what there is, and is one that Ansible reads (that only where it is installed)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from device.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
ROLE = ROOT / "ansible" / "roles" / "equerry"


def tasks() -> list[dict[str, Any]]:
    """All, those in blocks too."""
    listed: list[dict[str, Any]] = yaml.safe_load((ROLE / "tasks" / "main.yml").read_text())
    return [each for task in listed for each in task.get("block", [task])]


def test_each_command_that_it_calls_is_there() -> None:
    called = {str(task[name]) for task in tasks() for name in task if name == "ansible.builtin.command"}
    words = {each.split()[1] for each in called if each.startswith("equerry ")}
    assert words == {"--version", "update", "config", "status"} and words - {"--version"} <= COMMANDS.keys() | {
        "update"
    }
    scripts = {found for each in called for found in re.findall(r"scripts/\w+", each)}
    assert scripts == {"scripts/install"} and (ROOT / "scripts" / "install").exists()


def test_each_variable_has_a_default_and_is_explained() -> None:
    defaults = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
    options = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    assert defaults.keys() == options.keys()
    said = (ROLE / "tasks" / "main.yml").read_text()
    registered = {task["register"] for task in tasks() if "register" in task}
    assert set(re.findall(r"\bequerry_\w+", said)) == options.keys() | registered


def test_no_secret_is_shown() -> None:
    assert [task["no_log"] for task in tasks() if "equerry_secrets |" in str(task) and "loop" in task] == [True]


@pytest.mark.skipif(not shutil.which("ansible-playbook"), reason="no Ansible here: pip install ansible-core")
def test_ansible_reads_it(tmp_path: Path) -> None:
    play = tmp_path / "play.yml"
    play.write_text("- hosts: all\n  roles: [{role: equerry, vars: {equerry_version: 0.2.0}}]\n")
    environ = {**os.environ, "ANSIBLE_ROLES_PATH": str(ROLE.parent), "HOME": str(tmp_path)}
    command = ["ansible-playbook", "-i", "localhost,", "--syntax-check", play]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
