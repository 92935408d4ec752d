"""The record of a call: what is there when it ends, and when it is cut short."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from device.calls.known import fill
from device.calls.record import Opening, Recording, close_broken, forget_calls
from device.calls.replay import played
from device.calls.script import CallScript, read_script, segments_of
from device.configuration.load import load
from device.wiring.calls.rules import build_call_rules, build_call_setup
from services.calls.call import FollowedCall
from services.store.base import CallRecord, Meeting, Reminder, Task
from services.store.store import Store

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
SCRIPT = CallScript.model_validate({
    "other": "Tom Henderson",
    "known": {"customers": {"Tom Henderson": 450}},
    "turns": [
        {"side": "other", "say": "Could you send me the plans?"},
        {"side": "owner", "say": "Sure, by Friday."},
        {"side": "other", "say": "Lovely. That's too expensive, though, the three hundred."},
        {"side": "owner", "say": "I'll ring you on Monday about that."},
    ],
})  # fmt: skip


def record(store: Store, script: CallScript = SCRIPT, *, transcript: bool = False) -> CallRecord:
    settings = load()
    setup = build_call_setup(
        settings,
        build_call_rules(settings),
        store,
        began=NOW,
        names={"owner": script.owner, "other": script.other},
    )
    recording = Recording(store, Opening(script.other, NOW, 10, transcript))
    for event in played(FollowedCall(setup), segments_of(script)):
        recording.take(event)
    (found,) = (each for each in store.find(CallRecord) if each.id == recording.id)
    return found


def test_a_record_has_what_was_found_and_no_words_unless_wanted(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        fill(store, SCRIPT, NOW)
        call = record(store)
        assert call.who == "Tom Henderson" and call.customer_id and call.status == "ended" and call.ended
        assert [(each.by, each.what, each.when) for each in call.proposals] == [
            ("owner", "send me the plans", "by Friday"),
            ("owner", "ring you about that", "on Monday"),
        ]
        assert {each.state for each in call.proposals} == {"proposed"}
        assert call.objections == ("too expensive",) and call.transcript == ()
        assert call.owner.talk_s > 0 and call.other.questions == 1
        assert not [*store.find(Task), *store.find(Meeting), *store.find(Reminder)]
        assert [line.text for line in record(store, transcript=True).transcript] == [turn.say for turn in SCRIPT.turns]


KILLED = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.device.calls.test_record import NOW, SCRIPT, Opening, Recording, Store
from services.calls.base import Commitment, Promised
with Store(Path({store!r})) as store:
    recording = Recording(store, Opening("Tom Henderson", NOW))
    recording.take(Promised(3.0, 0, Commitment(3.0, "owner", "Anna", "send the plans", "by Friday")))
    print("promised", flush=True)
    time.sleep(60)
"""


def test_what_was_promised_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    code = KILLED.format(root=str(ROOT), store=str(path))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None and process.stdout.readline() == b"promised\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    with Store(path) as store:
        (call,) = store.find(CallRecord)
        assert call.status == "going_on" and call.proposals[0].what == "send the plans"
        assert [each.id for each in close_broken(store, NOW)] == [call.id]
        (call,) = store.find(CallRecord)
        assert call.status == "broken_off" and len(call.proposals) == 1
        assert close_broken(store, NOW) == []


def test_old_calls_are_forgotten_as_all_words_are(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        record(store)
        assert forget_calls(store, before=NOW) == 0
        assert forget_calls(store, before=NOW + timedelta(days=1)) == 1
        assert store.find(CallRecord) == []


def test_the_open_calls_are_of_the_form() -> None:
    paths = sorted((ROOT / "tests" / "calls" / "open").glob("*.yaml"))
    assert len(paths) == 30
    for path in paths:
        assert len(segments_of(read_script(path))) == len(read_script(path).turns)
