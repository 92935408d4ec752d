"""The control socket with those who watch: quick ones, slow ones, too many; while loading; and those who may not."""

from __future__ import annotations

import ctypes
import grp
import json
import logging
import os
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from device.control import connections
from device.control.access import Allowed, Peer, listening_in, peer_of
from device.control.client import (
    LOADING,
    NAME,
    Declined,
    NotAdmitted,
    NotRunning,
    OtherVersion,
    accepted,
    address_in,
    request,
    stream,
)
from device.control.server import CannotListen
from device.messages import snapshot as snapshots
from device.messages.base import DeviceMessage
from device.turn import events as on
from device.turn.session import Phase, Session
from tests.answering import answering, until

WATCH = {"request": "watch"}


def connected(folder: Path) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(20)
    with address_in(folder) as address:
        line.connect(address)
    return line


class Follower(threading.Thread):
    """Watches, and folds."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.snapshot = snapshots.Snapshot()
        self.came: list[DeviceMessage] = []
        self.wanted = True

    def run(self) -> None:
        for line in stream(self.folder, WATCH, wanted=lambda: self.wanted):
            if line:
                self.came.append(snapshots.told_by(line))
                self.snapshot = snapshots.after(self.snapshot, self.came[-1])

    def __enter__(self) -> Follower:
        self.start()
        until(lambda: self.came)
        return self

    def __exit__(self, *_: object) -> None:
        self.wanted = False
        self.join(20)
        assert not self.is_alive()


def test_words_are_said_aloud(tmp_path: Path) -> None:
    with answering(tmp_path) as one:
        accepted(request(tmp_path, {"request": "say", "text": " Dinner is ready ", "volume": 40, "priority": "high"}))
        assert one.put == [on.Announced("Dinner is ready", urgent=True, volume=0.4)]


def test_first_a_snapshot_then_changes(tmp_path: Path) -> None:
    with answering(tmp_path) as one, Follower(tmp_path) as follower:
        first = follower.came[0]
        assert isinstance(first, snapshots.Snapshot) and (first.state, first.pid) == ("running", os.getpid())
        one.control.feed.sources = (lambda: snapshots.LevelMessage(-33),)
        one.control.feed.watch(on.Pressed(), Session(phase="listening", turn=2))
        until(lambda: len(follower.came) >= 3)
        assert follower.snapshot.phase == snapshots.PhaseMessage(
            "listening", 2
        ) and follower.snapshot.level == snapshots.LevelMessage(-33)
        assert follower.snapshot == one.control.feed.snapshot


def test_nothing_is_looked_at_while_nobody_watches(tmp_path: Path) -> None:
    looks: list[int] = []

    def level() -> snapshots.LevelMessage:
        looks.append(1)
        return snapshots.LevelMessage(-33)

    with answering(tmp_path) as one:
        one.control.feed.sources = (level,)
        accepted(request(tmp_path, {"request": "status"}))
        assert not looks
        with Follower(tmp_path):
            until(lambda: len(looks) > 1)
        until(lambda: not one.control.feed.watched)
        seen = len(looks)
        accepted(request(tmp_path, {"request": "status"}))
        accepted(request(tmp_path, {"request": "status"}))
        assert len(looks) == seen


def test_a_slow_reader_holds_up_nobody_and_begins_anew(tmp_path: Path) -> None:
    with answering(tmp_path) as one, connected(tmp_path) as slow, Follower(tmp_path) as quick:
        slow.sendall(json.dumps({"version": 2, **WATCH}).encode() + b"\n")
        until(lambda: len(one.control._lines.watching) == 2)
        for turn in range(20_000):  # far more than a socket holds
            one.control.feed.watch(on.TextGiven("x" * 200), Session(phase="thinking", turn=turn))
        accepted(request(tmp_path, {"request": "command", "text": "milk"}))
        until(lambda: quick.snapshot.phase.turn == 19_999)
        behind = next(line for line in one.control._lines.watching if line.unsent)
        assert (
            behind.behind is not None and len(behind.behind) <= connections.MOST_BEHIND and len(behind.unsent) < 20_000
        )
        one.control.feed.watch(on.Pressed(), Session(phase="listening", turn=20_001))
        folded = snapshots.Snapshot()
        seen = 0
        with slow.makefile("rb") as answers:
            for line in answers:
                each = snapshots.told_by(line)
                seen += isinstance(each, snapshots.Snapshot)
                folded = snapshots.after(folded, each)
                if folded.phase.turn == 20_001:
                    break
        assert seen > 1 and folded.phase.phase == "listening"


def test_of_what_shows_the_moment_only_the_newest_waits() -> None:
    left, right = socket.socketpair()
    with left, right:
        line = connections.SocketConnection(left, 0.0, behind={})
        for number in range(1000):
            line.owe("level", b"%d" % number)
        assert line.behind == {"level": b"999"} and not line.anew


def test_too_many_who_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("device.control.server.MOST_WATCHING", 1)
    with answering(tmp_path), Follower(tmp_path):
        with pytest.raises(Declined, match="1 watch already"):
            next(stream(tmp_path, WATCH))
        assert accepted(request(tmp_path, {"request": "status"}))["state"] == "running"


def test_who_watches_and_goes_on_talking_is_not_listened_to(tmp_path: Path) -> None:
    with answering(tmp_path) as one, connected(tmp_path) as line:
        line.sendall(json.dumps({"version": 2, **WATCH}).encode() + b"\n" + b"x" * 100_000)
        assert json.loads(line.makefile("rb").readline())["event"] == "snapshot"
        line.close()
        until(lambda: not one.control._lines.watching)


def test_thousands_of_lines_at_once(tmp_path: Path) -> None:
    asked = b'{"version": 2}\n' + b'{"request": "stats"}\n' * 3000
    with answering(tmp_path), connected(tmp_path) as line:
        threading.Thread(target=line.sendall, args=(asked,), daemon=True).start()
        with line.makefile("rb") as answers:
            assert all(json.loads(answers.readline())["ok"] for _ in range(3001))


def test_who_asks_faster_than_he_reads_loses_nothing(tmp_path: Path) -> None:
    asked = b'{"version": 2}\n' + b'{"request": "stats"}\n' * 6000
    with answering(tmp_path) as one, connected(tmp_path) as line:
        threading.Thread(target=line.sendall, args=(asked,), daemon=True).start()
        until(lambda: any(each.unsent for each in one.control._lines._lines))
        for _ in range(10):  # in each of these turns more could be heard of him than is kept
            accepted(request(tmp_path, {"request": "status"}))
        assert all(len(each.heard) <= 16_384 for each in one.control._lines._lines)
        with line.makefile("rb") as answers:
            assert all(json.loads(answers.readline())["ok"] for _ in range(6001))


def test_many_requests_wait_while_one_is_answered() -> None:
    left, right = socket.socketpair()
    taken: list[bytes] = []
    all_ = connections.Lines(lambda _, asked: taken.append(asked), lambda: b"")
    right.setblocking(False)
    line = connections.SocketConnection(right, 0.0)
    all_._lines.add(line)
    all_._settle(line)
    with left:
        left.sendall(b"".join(b"%04d\n" % number for number in range(5000)))
        for _ in range(20):
            all_.turn(0.0)
        assert taken == [b"0000"] and line.busy and len(line.heard) <= 16_384
        while len(taken) < 5000:
            all_.answer(line, b"")
            all_.turn(0.0)
        left.shutdown(socket.SHUT_WR)
        all_.turn(1.0)
        all_.answer(line, b"last\n")
        assert (
            taken == [b"%04d" % number for number in range(5000)] and left.recv(100) == b"last\n" and line not in all_
        )
        all_.close()


def test_who_takes_no_answer_holds_up_nobody(tmp_path: Path) -> None:
    with answering(tmp_path) as one, connected(tmp_path) as greedy:
        greedy.setblocking(False)
        sent = 0
        try:
            while sent < 10_000_000:
                sent += greedy.send(b'{"version": 2, "request": "jobs"}\n' * 100)
        except BlockingIOError:
            pass
        assert accepted(request(tmp_path, {"request": "command", "text": "milk"}))["reply"] == "Did milk."
        assert all(len(line.unsent) < 1_000_000 and len(line.heard) <= 16_384 for line in one.control._lines._lines)


def test_while_it_is_loading(tmp_path: Path) -> None:
    with answering(tmp_path, loading=True) as one:
        told_ = accepted(request(tmp_path, {"request": "status"}))
        assert told_["state"] == "loading" and told_["pid"] == os.getpid()
        for asked in ({"request": "command", "text": "milk"}, {"request": "jobs"}, {"request": "listen"}):
            with pytest.raises(Declined, match="still loading") as refused:
                accepted(request(tmp_path, asked))
            assert refused.value.reason == LOADING
        with Follower(tmp_path) as follower:
            assert follower.snapshot.state == "loading"
            one.attend()
            assert accepted(request(tmp_path, {"request": "command", "text": "milk"}))["reply"] == "Did milk."
            assert accepted(request(tmp_path, {"request": "status"}))["state"] == "running"
            until(lambda: follower.snapshot.state == "running")


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (Session(phase="idle"), ""),
        (Session(phase="muted", muted=True), "microphone is muted"),
        (Session(phase="muted", muted=True, switched_off=True), "switch on the device"),
        (Session(phase="fault", fault="No sound comes."), "No sound comes."),
        (Session(phase="speaking"), "busy: speaking"),
    ],
)
def test_the_ear_is_opened_where_it_can_be(tmp_path: Path, now: Session, words: str) -> None:
    with answering(tmp_path) as one:
        one.control.feed.watch(on.Ready(), now)
        if words:
            with pytest.raises(Declined, match=words) as refused:
                accepted(request(tmp_path, {"request": "listen"}))
            assert refused.value.reason == CannotListen.code and not one.put
        else:
            accepted(request(tmp_path, {"request": "listen"}))
            assert one.put == [on.ListenAsked()]


@pytest.mark.parametrize("phase", ["idle", "listening", "asking"])
def test_the_ear_is_held_open_where_it_can_be(tmp_path: Path, phase: Phase) -> None:
    with answering(tmp_path) as one:
        one.control.feed.watch(on.Ready(), Session(phase=phase))
        accepted(request(tmp_path, {"request": "listen", "held": True}))
        accepted(request(tmp_path, {"request": "release"}))
        assert one.put == [on.ListenAsked(held=True), on.ReleaseAsked()]


def test_stopped_and_muted_from_afar(tmp_path: Path) -> None:
    with answering(tmp_path) as one:
        for asked in ({"request": "stop"}, {"request": "mute", "muted": True}, {"request": "mute", "muted": False}):
            assert accepted(request(tmp_path, asked)) == {}
        assert one.put == [on.StopAsked(), on.MuteAsked(True), on.MuteAsked(False)]
        one.control.feed.watch(on.SwitchTurned(True), Session(phase="muted", muted=True, switched_off=True))
        with pytest.raises(Declined, match="switch on the device"):
            accepted(request(tmp_path, {"request": "mute", "muted": False}))
        accepted(request(tmp_path, {"request": "mute", "muted": True}))


def test_another_version_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(tmp_path):
        monkeypatch.setattr("device.control.client.PROTOCOL", 7)
        monkeypatch.setattr("device.control.client.__version__", "9.9.9")
        for asked in (
            lambda: accepted(request(tmp_path, {"request": "status"})),
            lambda: next(stream(tmp_path, WATCH)),
        ):
            with pytest.raises(Declined, match=r"this command is 9\.9\.9") as refused:
                asked()
            assert refused.value.reason == OtherVersion.code


def test_a_bug_on_its_thread_is_raised_where_it_is_waited_for(tmp_path: Path) -> None:
    with answering(tmp_path) as one:

        def broken() -> snapshots.LevelMessage:
            raise ZeroDivisionError

        one.control.feed.sources = (broken,)
        assert list(stream(tmp_path, WATCH)) == []
        with pytest.raises(ZeroDivisionError):
            one.control.run()


# --- who may
# ----------------------------------------------------------------------------------------------------------------------


def test_who_may() -> None:
    allowed = Allowed(1000, 50)
    assert allowed.admits(Peer(1, 1000, frozenset((7,)))) and allowed.admits(Peer(1, 0, frozenset((0,))))
    assert allowed.admits(Peer(1, 65534, frozenset((65534, 50)))) and not allowed.admits(Peer(1, 1001, frozenset((7,))))
    assert not Allowed(1000, None).admits(Peer(1, 1001, frozenset((50,))))


def test_who_is_there_is_known() -> None:
    left, right = socket.socketpair()
    with left, right:
        assert peer_of(left) == Peer(os.getpid(), os.geteuid(), frozenset((os.getegid(), *os.getgroups())))


def test_without_the_group_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    with listening_in(tmp_path, "no-such-group") as (_, allowed):
        assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600 and allowed == Allowed(os.geteuid(), None)
    assert not (tmp_path / NAME).exists()


def test_a_process_of_the_group_need_not_change_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the service is: its group is equerry, and it may not call chown."""

    def chown(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("device.control.access.os.chown", chown)
    with listening_in(tmp_path, grp.getgrgid(tmp_path.stat().st_gid).gr_name) as (_, allowed):
        assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o660 and allowed.group == tmp_path.stat().st_gid


def as_user(uid: int, groups: list[int], work: Any) -> int:
    """The exit status of a child that is this user: 0 where `work` raised nothing, 3 NotAdmitted, 4 anything else."""
    child = os.fork()
    if child == 0:
        status = 4
        try:
            os.setgroups(groups)
            os.setgid(uid)
            os.setuid(uid)
            ctypes.CDLL(None).prctl(4, 1)  # PR_SET_DUMPABLE: its /proc/self is its own, as after exec
            work()
            status = 0
        except NotAdmitted:
            status = 3
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_others_and_members_of_the_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for each in (tmp_path, *tmp_path.parents[: len(tmp_path.parents) - 2]):
        each.chmod(0o755)
    member, group = 54_321, 20
    number = {"staff": group}
    monkeypatch.setattr("device.control.access.grp.getgrnam", lambda name: type("Group", (), {"gr_gid": number[name]}))
    folder = tmp_path / "data"
    with answering(folder, group="staff"), caplog.at_level(logging.WARNING):
        path = folder / NAME
        assert (path.stat().st_mode & 0o777, path.stat().st_gid) == (0o660, group)
        ask = lambda: accepted(request(folder, {"request": "status"}, patience=10))  # noqa: E731
        assert as_user(member, [group], ask) == 0
        assert as_user(member, [], ask) == 3
        path.chmod(0o666)  # somebody opens the door: who comes in is still asked
        assert as_user(member, [], ask) == 4
        assert as_user(member, [], ask) == 4
        assert as_user(member, [group], ask) == 0
    refused = [record for record in caplog.records if "may not" in record.getMessage()]
    assert len(refused) == 1 and "user 54321" in refused[0].getMessage(), "once"


def test_a_socket_that_was_left_there_and_a_folder_that_is_not(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / NAME))  # by a process that was killed
    with pytest.raises(NotRunning):
        request(tmp_path, {"request": "status"})
    with answering(tmp_path):
        assert accepted(request(tmp_path, {"request": "status"}))
    with pytest.raises(NotRunning):
        next(stream(tmp_path / "none", WATCH))
