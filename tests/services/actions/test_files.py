"""Files: found by loose names, shared, organized, deleted."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.actions.files.names import fitting, said
from services.files.base import Content
from services.files.local import LocalFiles
from services.store.base import Message, SharedFile
from services.understanding.base import Reference, Step
from tests.doubles.files import MockFiles


def put(desk: Any, name: str, text: str = "words") -> None:
    (desk.root / "inbox" / name).write_text(text)


@pytest.fixture
def office(desk: Any, tmp_path: Path) -> Any:
    desk.root = tmp_path
    desk.files = LocalFiles(tmp_path / "inbox", tmp_path / "files", reserve=0)
    desk.files.open()
    for name in ("Sarah Chen", "Mike Ross"):
        desk.say("contact.create", name=name)
    for name in ("marketing", "design"):
        desk.say("channel.create", name=name)
    desk.say("project.create", name="Apollo")
    desk.say("task.create", title="Review the contract")
    put(desk, "brand-guidelines_v2.pdf", "guidelines")
    put(desk, "logo.png", "png")
    put(desk, "Budget2026.xlsx", "sheet")
    return desk


def files(desk: Any) -> list[SharedFile]:
    return list(desk.store.find(SharedFile))


def log(desk: Any) -> list[str]:
    return [message.content for message in desk.store.find(Message)]


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        (
            {"file": "brand guidelines", "channels": ["marketing", "design"]},
            "Shared brand guidelines v2 with the marketing and design channels.",
        ),
        (
            {"file": "the brand guidelines version two", "channels": ["marketing"]},
            "Shared brand guidelines v2 with the marketing channel.",
        ),
        ({"file": "budget", "people": ["Sarah"]}, "Shared Budget 2026 with Sarah Chen."),
        ({"file": "logo", "people": ["design"]}, "Shared logo with the design channel."),
        ({"file": "logo", "channels": ["Mike"]}, "Shared logo with Mike Ross."),
        ({"file": "logo", "tasks": ["review"]}, "Attached logo to the task Review the contract."),
        (
            {"file": "logo", "tasks": ["review"], "channels": ["design"]},
            "Shared logo with the design channel and attached it to the task Review the contract.",
        ),
        ({"file": "logo"}, "Kept logo."),
        ({"file": "logo and budget", "channels": ["design"]}, "Shared logo and Budget 2026 with the design channel."),
    ],
)
def test_share(office: Any, slots: dict[str, Any], reply: str) -> None:
    assert office.say("file.share", **slots) == reply
    assert all(office.files.path(version.sha256) for file in files(office) for version in file.versions)
    assert office.say("control.undo").startswith("Undone: shared ")
    assert not files(office)
    assert not log(office)


def test_what_is_kept(office: Any) -> None:
    office.say("file.share", file="brand guidelines", channels=["marketing"], description="for the new site")
    (file,) = files(office)
    (version,) = file.versions
    assert (file.name, file.description, version.bytes, version.media_type) == (
        "brand-guidelines_v2.pdf",
        "for the new site",
        10,
        "application/pdf",
    )
    assert version.sha256 == hashlib.sha256(b"guidelines").hexdigest()
    assert office.files.path(version.sha256).read_text() == "guidelines"
    (message,) = office.store.find(Message)
    assert (message.content, message.channel_id, message.file_id) == (
        "Shared brand-guidelines_v2.pdf: for the new site",
        file.channel_ids[0],
        file.id,
    )


def test_the_same_content_is_one_file_and_a_new_one_a_new_version(office: Any) -> None:
    office.say("file.share", file="logo", channels=["design"])
    assert office.say("file.share", file="logo", channels=["design"]) == "Logo is in the design channel already."
    assert office.say("file.share", file="logo", channels=["design", "marketing"]) == (
        "Shared logo with the marketing channel; the design channel had it already."
    )
    put(office, "emblem.png", "png")
    assert office.say("file.share", file="emblem") == "Logo, which has the same content as emblem, is kept already."
    put(office, "logo.png", "better")
    assert (
        office.say("file.share", file="logo", channels=["design"])
        == "Shared version two of logo with the design channel."
    )
    (file,) = files(office)
    assert [version.bytes for version in file.versions] == [3, 6]
    assert len(log(office)) == 3
    office.say("control.undo")
    assert [len(each.versions) for each in files(office)] == [1]


def test_a_file_that_is_not_there_asks_which(office: Any) -> None:
    assert office.say("file.share", file="contract", channels=["design"]) == (
        "I found no file like contract. In the inbox are Budget 2026, brand guidelines v2 and logo."
    )
    assert office.awaits
    assert office.codes == ["file.unknown"]
    (outcome,) = office.outcomes
    assert outcome.choice.slot == "file"
    kind, id_, name = outcome.choice.things[2]
    reference = Reference("file", "contract", kind, name, id_, "exact")
    assert office.command(
        Step("file.share", {"file": "contract", "channels": ["design"]}, references=(reference,))
    ) == ("Shared logo with the design channel.")


def test_several_that_fit_ask_which(office: Any) -> None:
    put(office, "logo.svg", "svg")
    assert office.say("file.share", file="logo", channels=["design"]) == "Logo PNG or logo SVG?"
    assert (
        office.say("file.share", said="share the logo SVG", file="logo", channels=["design"])
        == "Shared logo SVG with the design channel."
    )
    assert files(office)[0].name == "logo.svg"


@pytest.mark.parametrize(
    ("slots", "code"),
    [
        ({}, "file.unknown"),
        ({"file": "the file"}, "file.unknown"),
        ({"file": "../../etc/passwd"}, "file.unknown"),
        ({"file": "/etc/passwd"}, "file.unknown"),
        ({"file": "logo", "channels": ["sales"]}, "channel.unknown"),
        ({"file": "logo", "people": ["Zoe"]}, "contact.unknown"),
        ({"file": "logo", "tasks": ["launch"]}, "task.unknown"),
    ],
)
def test_refusals_keep_nothing(office: Any, slots: dict[str, Any], code: str) -> None:
    office.say("file.share", **slots)
    assert office.codes == [code]
    assert not files(office)


def test_everybody_and_many_are_asked_about(office: Any) -> None:
    assert office.say("file.share", file="logo", people=["everyone"]) == "Share it with all two contacts?"
    assert office.agree() == "Shared logo with Sarah Chen and Mike Ross."


def test_an_archived_channel_gets_nothing(office: Any) -> None:
    office.say("channel.status", name="design", status="archived")
    assert (
        office.say("file.share", file="logo", channels=["design"]) == "The design channel is archived. Reopen it first."
    )


def test_the_last_file_is_the_one_put_there_last(office: Any) -> None:
    os.utime(office.root / "inbox" / "Budget2026.xlsx", (2e9, 2e9))
    assert (
        office.say("file.share", file="the last file", channels=["design"])
        == "Shared Budget 2026 with the design channel."
    )


def test_without_an_inbox(desk: Any) -> None:
    assert desk.say("file.share", file="logo") == "I found no file like logo. The inbox is empty."
    assert desk.say("file.query") == "There are no files."


def test_misbehaving_files_change_nothing(office: Any) -> None:
    office.files = mock = MockFiles({"logo.png": b"1"})
    mock.full = True
    assert (
        office.say("file.share", file="logo")
        == "The disk is too full to keep logo.png. Free some space. Nothing was changed."
    )
    mock.full, mock.unreadable = False, {"logo.png"}
    assert office.say("file.share", file="logo") == "I can't read logo.png (Input/output error). Nothing was changed."
    assert office.codes == ["file.unreadable"]
    assert not files(office)


def test_one_command_that_fails_shares_nothing(office: Any) -> None:
    steps = [
        Step("file.share", {"file": "logo", "channels": ["design"]}),
        Step("file.share", {"file": "budget", "channels": ["sales"]}),
    ]
    assert office.command(*steps) == "There is no sales channel. Nothing was done."
    assert not files(office)
    assert not log(office)


def test_query(office: Any) -> None:
    assert office.say("file.query") == "There are no files."
    assert office.say("file.query", file="logo") == "Logo is in the inbox, and not shared yet."
    assert office.say("file.query", channels=["inbox"]).startswith("Three files in the inbox: ")
    office.say("file.share", file="logo", channels=["design"], tasks=["review"])
    office.later(days=1)
    office.say("file.share", file="budget", channels=["marketing", "design"], people=["Sarah"])
    assert office.say("file.query", file="the logo") == (
        "Logo, PNG of 3 bytes, shared with the design channel, yesterday, on the task Review the contract."
    )
    assert office.say("file.query", channels=["design"]) == "Two files in the design channel: Budget 2026 and logo."
    assert office.say("file.query", channels=["marketing"]).startswith("Budget 2026, XLSX of 5 bytes")
    assert office.say("file.query", tasks=["review"]).startswith("Logo")
    assert office.say("file.query", people=["Sarah"]).startswith("Budget")
    assert office.say("file.query", people=["me"]) == (
        "Two files shared by you: Budget 2026 in marketing and design and logo in design."
    )
    assert office.say("file.query", when="yesterday").startswith("Logo")
    assert office.say("file.query", file="minutes") == "There are no files like minutes."


def test_organize(office: Any) -> None:
    office.say("file.share", file="logo", channels=["marketing"])
    assert office.say("file.organize", said="move the logo into design", file="logo", channels=["design"]) == (
        "Moved logo into the design channel."
    )
    (file,) = files(office)
    assert len(file.channel_ids) == 1
    assert log(office)[-1] == "Filed logo.png"
    assert (
        office.say("file.organize", said="put the logo into Apollo", file="logo", project="Apollo")
        == "Put logo into the Apollo project."
    )
    assert office.say("file.organize", file="logo", project="Apollo") == "Logo is in the Apollo project already."
    assert office.say("file.organize", file="logo") == "Where to: a channel, a task or a project?"
    assert office.say("file.organize", file="budget", channels=["design"]) == "Put Budget 2026 into the design channel."
    assert (
        office.say("file.organize", file="files", channels=["marketing"]) == "Put two files into the marketing channel?"
    )
    assert office.agree() == "Put logo and Budget 2026 into the marketing channel."


def test_delete(office: Any) -> None:
    office.say("file.share", file="logo", channels=["design"])
    put(office, "logo.png", "better")
    office.say("file.share", file="logo")
    kept = [version.sha256 for version in files(office)[0].versions]
    assert (
        office.say("file.delete", file="the logo") == "Delete logo from the design channel and with its two versions?"
    )
    assert files(office)
    assert office.agree() == "Deleted logo."
    assert not files(office)
    assert all(office.files.path(sha256) for sha256 in kept)
    assert office.say("control.undo") == "Undone: deleted the file logo."
    assert files(office)
    assert office.say("file.delete", file="budget") == "Budget 2026 is only in the inbox, where I delete nothing."


def test_content_goes_when_nothing_has_referred_to_it_for_a_week(office: Any) -> None:
    office.say("file.share", file="logo")
    office.say("file.share", file="budget")
    gone, stays = (file.versions[0].sha256 for file in files(office))
    office.say("file.delete", file="logo")
    office.agree()
    for sha256 in (gone, stays):
        os.utime(office.files.path(sha256), (1, 1))
    office.say("file.delete", file="budget")
    assert office.files.path(gone) is None
    assert office.files.path(stays) is not None


@pytest.mark.parametrize(
    ("words", "names", "found"),
    [
        ("brand guidelines", ["brand-guidelines_v2.pdf", "brand.txt"], ["brand-guidelines_v2.pdf"]),
        ("the brand guidelines pdf", ["BrandGuidelines.pdf", "BrandGuidelines.docx"], ["BrandGuidelines.pdf"]),
        ("guidelines version two", ["guidelines v1.pdf", "guidelines_v2.pdf"], ["guidelines_v2.pdf"]),
        ("spreadsheet", ["a.xlsx", "b.pdf"], ["a.xlsx"]),
        ("budget spreadsheet", ["budget.pdf", "budget.ods"], ["budget.ods"]),
        ("file called budget", ["budget.pdf"], ["budget.pdf"]),
        ("report", ["report week 12.html", "report week 12.md"], ["report week 12.html"]),
        ("budjet", ["budget.pdf"], ["budget.pdf"]),
        ("etc passwd", ["budget.pdf"], []),
        ("", ["budget.pdf"], []),
    ],
)
def test_fitting(words: str, names: list[str], found: list[str]) -> None:
    assert fitting(words, names) == found


def test_said() -> None:
    assert said("brand-guidelines_v2.pdf") == "brand guidelines v2"
    assert said("logo.png", ["logo.png", "logo.svg"]) == "logo PNG"
    assert said("Tasks report 2026-11-23 to 2026-11-29.html") == "Tasks report November 23 to November 29"
    assert said("plan 2026-13-99.md") == "plan 2026 13 99"
    assert said(".") == "."


def test_copying_is_done_before_the_transaction(office: Any) -> None:
    """A transaction can't be opened within one, so this keeps only outside."""

    class Watched(MockFiles):
        def keep(self, name: str) -> Content:
            with office.store.transaction("beside", undoable=False):
                return super().keep(name)

    office.files = Watched({"logo.png": b"1"})
    assert office.say("file.share", file="logo", channels=["design"]) == "Shared logo with the design channel."


def test_what_an_earlier_step_made_is_shared(office: Any) -> None:
    office.say("task.create", title="Lift off", project="Apollo")
    made = Step("report.create", {"kind": "project", "name": "Apollo"})
    shared = Step("file.share", {"file": "Apollo report", "channels": ["design"]}, after=(0,))
    assert office.command(made, shared).endswith("Shared Project Apollo report with the design channel.")


def test_the_latest_file_alone(office: Any) -> None:
    for name in ("logo", "budget"):
        office.say("file.share", file=name)
        office.later(minutes=1)
    assert office.say("file.query", said="what's the latest file?").startswith("Budget 2026, XLSX")


_COMMANDS = st.sampled_from(
    [
        ("file.share", {"file": "logo", "channels": ["design"]}),
        ("file.share", {"file": "budget", "channels": ["marketing", "design"], "people": ["Sarah"]}),
        ("file.share", {"file": "guidelines", "tasks": ["review"], "description": "new"}),
        ("file.organize", {"file": "logo", "project": "Apollo"}),
        ("file.organize", {"file": "all files", "channels": ["marketing"]}),
        ("file.delete", {"file": "logo"}),
        ("file.delete", {"file": "budget"}),
        ("report.create", {"kind": "tasks"}),
        ("change", {"file": "logo.png"}),
    ]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_COMMANDS, st.booleans()), max_size=8))
def test_whatever_is_done_undo_takes_back_and_content_stays(office: Any, commands: list[Any]) -> None:
    for number, ((action, slots), undone) in enumerate(commands):
        office.later(minutes=1)
        if action == "change":
            put(office, slots["file"], f"content {number}")
            continue
        before = state(office)
        office.say(action, **slots)
        if office.awaits:
            office.agree()
        changed = office.outcomes[0].ok and office.outcomes[0].changed
        if undone and changed:
            office.say("control.undo")
        if undone or not office.outcomes[0].ok:
            assert state(office) == before
        assert all(office.files.path(version.sha256) for file in files(office) for version in file.versions)


def state(desk: Any) -> list[Any]:
    return [replace(each, updated="") for kind in (SharedFile, Message) for each in desk.store.find(kind)]
