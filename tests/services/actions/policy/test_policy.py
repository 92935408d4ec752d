"""What a command has to pass: role, bounds, what is never taken literally, and whose yes counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.actions.policy.denied import Denied, doing
from services.actions.policy.permit import Leave
from services.store.base import CallLine, CallRecord, Customer, LedgerEntry, Note, Project, Task
from services.understanding.base import VOCABULARY, Command, Step
from tests.services.actions.policy.office import CLIENTS, Office, with_roles


def titles(office: Office) -> list[str]:
    return [task.title for task in office.store.find(Task)]


def test_one_forbidden_step_refuses_the_whole_command(office: Office) -> None:
    said = office.command(
        "mqtt:sarah", Step("task.create", {"title": "a"}), Step("ledger.credit", {"customer": "Karo", "amount": "5"})
    )
    assert said == "Members can't move money. Ask the owner. Nothing was done."
    assert not titles(office) and not office.store.find(LedgerEntry)
    assert [outcome.code for outcome in office.outcomes] == ["policy.role", "policy.role"]


def test_several_forbidden_things_are_told_together(office: Office) -> None:
    said = office.command(CLIENTS["guest"], Step("ledger.debit"), Step("task.delete"), Step("ledger.credit"))
    assert said == "Guests can't move money or delete tasks. Ask the owner. Nothing was done."


def test_who_may_is_told_whoever_it_is(office: Office) -> None:
    assert (
        office.say(CLIENTS["guest"], "task.create", title="a")
        == "Guests can't create tasks. Ask the owner or a member."
    )


def test_what_was_said_on_a_call_is_for_those_who_may_ask_about_calls(office: Office) -> None:
    lines = (CallLine(by="other", start_s=1.0, text="Delivery takes two weeks."),)
    with office.store.transaction("a call", now=office.now) as tx:
        tx.add(CallRecord(who="Henderson", started=office.now, status="ended", transcript=lines))
    asked = {"sender": "Henderson", "content": "delivery"}
    assert "two weeks" in office.say(CLIENTS["owner"], "message.query", **asked)
    assert office.say("mqtt:sarah", "message.query", **asked) == "You have no messages from Henderson about delivery."
    assert office.code is None, "it is no refusal: messages are what was asked for"


def test_every_action_can_be_told() -> None:
    assert all(len(doing(action).split()) >= 2 for action in VOCABULARY)
    assert doing("category.query") == "ask about categories" and doing("bus.create") == "create buses"


@pytest.mark.parametrize(
    ("steps", "text", "said"),
    [
        (51, "", "That is 51 steps at once, and 50 are the most. Say it in parts. Nothing was done."),
        (50, "", ""),
        (1, "a" * 10_000, "That is 10,000 characters at once, and 5,000 are the most. Say it in parts."),
        (
            0,
            "a" * 10_000,
            "That is 10,000 characters at once, and 5,000 are the most. Say it in parts. Nothing was done.",
        ),
    ],
)
def test_bounds_of_steps_and_characters(office: Office, steps: int, text: str, said: str) -> None:
    replied = office.command(
        "console", *[Step("note.create", {"content": f"n{number}"}) for number in range(steps)], said=text or "notes"
    )
    if said:
        assert replied == said
        assert not office.store.find(Note)
        assert office.log() == [("refused", "owner", "policy.bounds")]
    else:
        assert len(office.store.find(Note)) == steps


@pytest.mark.parametrize(
    "slots",
    [
        {"assignees": [f"P{number}" for number in range(500)]},
        {"assignees": ", ".join(f"P{number}" for number in range(500))},
        {"assignees": " and ".join(f"P{number}" for number in range(500))},
        {"tags": [f"t{number}" for number in range(500)]},
    ],
)
def test_five_hundred_names_are_too_many(office: Office, slots: dict[str, Any]) -> None:
    assert (
        office.say("console", "task.create", title="a", **slots)
        == "That is 500 names at once, and 200 are the most. Say it in parts."
    )
    assert not titles(office)


def test_words_in_a_text_are_no_names(office: Office) -> None:
    office.say("console", "note.create", content=", ".join(["word"] * 600))
    assert office.code is None


def test_bounds_are_those_of_the_role(office: Office) -> None:
    said = office.command(CLIENTS["guest"], *[Step("timer.start", {"duration": "1 minute"})] * 6)
    assert said.startswith("That is 6 steps at once, and 5 are the most")
    assert not office.policy.hears("a" * 501, CLIENTS["guest"]) and office.policy.hears("a" * 501, "console")


# never taken literally


def test_deleting_all_of_one_asks_first(office: Office) -> None:
    office.say("console", "task.create", title="buy milk")
    said = office.say("console", "task.delete", said="delete all tasks", status="all")
    assert said == "The result would be: task deleted: buy milk. Shall I do that?"
    assert titles(office) == ["buy milk"] and office.outcomes[0].code == "confirm"
    assert office.agree("console") == "Task deleted: buy milk."
    assert not titles(office)
    assert office.log() == [("asked", "owner", "confirm"), ("confirmed", "owner", "")]


def test_whatever_it_was_taken_for(office: Office) -> None:
    office.say("console", "task.create", title="one")
    said = office.say("console", "task.complete", said="wipe all tasks", title="one")
    assert said.startswith("The result would be: ") and said.endswith("Shall I do that?")
    assert office.store.find(Task)[0].status == "todo"


def test_only_the_owner_can_have_everything_deleted(office: Office) -> None:
    office.say("console", "task.create", title="one")
    said = office.say("mqtt:sarah", "task.delete", said="delete all tasks", status="all")
    assert said == "Members can't have everything deleted. Ask the owner."
    assert office.log()[-1] == ("refused", "member", "policy.everything")
    guest = office.say(CLIENTS["guest"], "task.delete", said="delete all tasks", status="all")
    assert guest == "Guests can't delete tasks. Ask the owner.", "a member could not, either"
    assert office.say(CLIENTS["automation"], "reminder.cancel", said="cancel all reminders", title="all").startswith(
        "Automations can't have"
    )


def test_all_timers_are_no_great_loss(office: Office) -> None:
    office.say("console", "timer.start", duration="5 minutes")
    assert office.say("console", "timer.cancel", said="stop all timers", name="all") == "Timer cancelled."
    office.say("console", "alarm.create", when="at six")
    asked = office.say("console", "alarm.cancel", said="stop all alarms", name="all")
    assert asked == "The result would be: alarm cancelled. Shall I do that?"


def test_hostile_words_that_nobody_understands_are_refused_too(office: Office) -> None:
    assert (
        office.command(CLIENTS["guest"], said="DROP TABLE tasks; --")
        == "Guests can't have everything deleted. Ask the owner. Nothing was done."
    )
    assert office.command("console", said="DROP TABLE tasks; --") == "I didn't understand “DROP TABLE tasks; --”."


def test_several_that_were_not_named_one_by_one_are_asked_about(office: Office) -> None:
    for title in ("eat", "sleep"):
        office.say("console", "reminder.create", title=title, when="tomorrow at 9")
    said = office.say("console", "reminder.cancel", said="get them away", title="all")
    assert said == "The result would be: two reminders cancelled. Shall I do that?"
    assert office.agree("console") == "Two reminders cancelled."


def test_several_that_were_named_are_not(office: Office) -> None:
    for title in ("eat", "sleep"):
        office.say("console", "reminder.create", title=title, when="tomorrow at 9")
    said = office.command(
        "console", Step("reminder.cancel", {"title": "eat"}), Step("reminder.cancel", {"title": "sleep"})
    )
    assert said == "Reminder cancelled: eat. Reminder cancelled: sleep."


# whose yes counts


def test_a_yes_counts_only_of_those_who_may_say_it(office: Office) -> None:
    lax = with_roles(office, guest={"may": ["*"], "everything": True})
    lax.say("console", "project.create", name="Apollo")
    said = lax.say(CLIENTS["guest"], "project.delete", name="Apollo")
    assert said == "Guests can't say yes to that. Ask the owner or a member."
    said = lax.command(CLIENTS["guest"], Step("project.delete", {"name": "Apollo"}), confirmed=True)
    assert said == "Guests can't say yes to that. Ask the owner or a member."
    assert [project.name for project in lax.store.find(Project)] == ["Apollo"]
    assert lax.log() == [("refused", "guest", "policy.yes")] * 2


def test_a_yes_to_something_harmless_is_anybodys(office: Office) -> None:
    said = office.command(CLIENTS["automation"], Step("task.create", {"title": "a"}), confirmed=True)
    assert said == "Task created: a."


def test_money_confirmed_is_recorded_without_its_words(office: Office) -> None:
    with office.store.transaction("a customer") as tx:
        tx.add(Customer(name="Karo"))
    office.command(
        "console", Step("ledger.credit", {"customer": "Karo", "amount": "100"}), said="100 credit karo", confirmed=True
    )
    entry = office.store.journal.rows("audit")[-1].fields
    assert (entry["what"], entry["client"], entry["steps"]) == (
        "confirmed",
        "console",
        ["ledger.credit(customer, amount)"],
    )
    assert "Karo" not in str(entry) and "100" not in str(entry["steps"])


def test_without_its_log_nothing_dangerous_is_done(office: Office) -> None:
    office.say("console", "project.create", name="Apollo")
    office.store.path.with_name("audit.new").mkdir()  # nothing can be written there
    said = office.command("console", Step("project.delete", {"name": "Apollo"}), confirmed=True)
    assert said.startswith("The audit log can't be written") and office.store.find(Project)


# undo


def test_a_member_undoes_only_what_the_same_client_did(office: Office) -> None:
    office.say("mqtt:sarah", "task.create", title="hers")
    office.say("console", "task.create", title="mine")
    office.say("mqtt:sarah", "control.undo")
    assert titles(office) == ["mine"]
    assert office.say("mqtt:sarah", "control.undo").startswith("There is nothing")
    assert titles(office) == ["mine"]


# routines


def test_a_routine_runs_with_the_role_of_who_started_it(office: Office) -> None:
    charge = Command("charge", (Step("ledger.debit"),), 1.0, "template")
    office.policy.permit(office.last, "routine:Monday@console", office.now).include(charge)
    with pytest.raises(Denied, match="Automations can't move money"):
        office.policy.permit(office.last, "routine:Monday@mqtt:home", office.now).include(charge)


def test_a_routine_that_begins_by_itself_has_its_yes_already(office: Office) -> None:
    for title in ("eat", "sleep"):
        office.say("console", "task.create", title=title)
    office.say("console", "task.complete", title="eat")
    office.say("console", "task.complete", title="sleep")
    swept = replace(
        Command("delete all done tasks", (Step("task.delete", {"status": "done"}),), 1.0, "template"), confirmed=True
    )
    with office.store.transaction("by itself") as tx:
        permit = office.policy.permit(
            Command("clean up", (Step("routine.run"),), 1.0, "template"), "routine:clean@console", office.now
        )
        permit.include(swept)
        for task in tx.find(Task):
            permit.view(tx).remove(task)
        permit.settle(tx, ["two tasks deleted"])
    assert office.log() == [("confirmed", "owner", "")]
    with pytest.raises(Denied, match="Members can't have everything deleted"):
        office.policy.permit(office.last, "routine:clean@mqtt:sarah", office.now).include(swept)


def test_the_steps_of_a_routine_count_together(office: Office) -> None:
    permit = office.policy.permit(office.last, CLIENTS["guest"], office.now)
    inner = Command("timers", (Step("timer.start"),) * 3, 1.0, "template")
    permit.include(inner)
    with pytest.raises(Denied, match="That is 6 steps at once, and 5 are the most"):
        permit.include(inner)


def test_who_has_no_roles_may_everything(office: Office) -> None:
    free = Leave()
    free.include(office.last)
    error = ValueError()
    assert free.failed(error) is error  # type: ignore[arg-type,comparison-overlap]
