"""Search: what is found, in which order, misspelt or not; nothing typed or heard is an error, and what is deleted is
gone.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.store.base import (
    Channel,
    Customer,
    Item,
    Message,
    Note,
    Person,
    Project,
    SearchDamaged,
    SharedFile,
    Task,
    TodoList,
)
from services.store.search.index import problems, rebuild, tidy
from services.store.search.search import Search
from services.store.store import Store

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.fixture
def filled(store: Store) -> Store:
    with store.transaction("fill", now=NOW) as tx:
        project = tx.add(Project(name="Website relaunch", description="New pages for the spring"))
        tx.add(Task(title="Call Henderson about the invoices", project_id=project.id))
        tx.add(Note(content="Henderson wants thirty blue chairs, and Müller knows why."))
        tx.add(Customer(name="Henderson"))
        tx.add(Task(title="plan the budget", tags=("finance",)))
        tx.add(SharedFile(name="BudgetPlan2026_final.xlsx", description="for the board"))
        channel = tx.add(Channel(name="marketing"))
        tx.add(Message(content="The web designer called", channel_id=channel.id))
        tx.add(Item(name="oat milk", list_id=tx.add(TodoList(name="groceries")).id))
        tx.add(Person(name="Catherine Ng", nicknames=("Kitty",), role="designer"))
    return store


def found(store: Store, text: str, **bounds: object) -> list[str]:
    return [hit.title or hit.snippet for hit in store.search(text, **bounds)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words", ["henderson", "Henderson", "HENDERSON", "hendersen", "handerson", "hender son", "Henderson's", "hend"]
)
def test_a_name_is_found_however_it_was_heard(filled: Store, words: str) -> None:
    titles = found(filled, words)
    assert titles[:2] == ["Henderson", "Call Henderson about the invoices"]
    assert titles[2].startswith("Henderson wants")


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("invoice", "Call Henderson about the invoices"),  # another form
        ("invoicing", "Call Henderson about the invoices"),
        ("muller", "Henderson wants thirty blue chairs, and Müller knows why."),  # without its marks
        ("the blue chair of Henderson", "Henderson wants thirty blue chairs, and Müller knows why."),
        ("bugdet", "plan the budget"),
        ("finance", "plan the budget"),  # a tag
        ("webdesigner", "The web designer called"),  # two words in one
        ("kathrin", "Catherine Ng"),  # sounds so
        ("kitty", "Catherine Ng"),
        ("milk", "oat milk"),
        ("spring", "Website relaunch"),
        ("the board", "BudgetPlan2026_final.xlsx"),
    ],
)
def test_words_in_other_forms_and_misspelt(filled: Store, words: str, title: str) -> None:
    assert found(filled, words)[0] == title


def test_the_words_in_a_files_name(filled: Store) -> None:
    assert "BudgetPlan2026_final.xlsx" in found(filled, "budget plan")
    assert found(filled, "budget plan 2026") == ["BudgetPlan2026_final.xlsx"]


def test_only_some_kinds(filled: Store) -> None:
    assert found(filled, "henderson", kinds=["customer"]) == ["Henderson"]
    assert {hit.kind for hit in filled.search("henderson", kinds=("note", "task"))} == {"note", "task"}
    assert found(filled, "henderson", kinds=["meeting"]) == found(filled, "henderson", kinds=["no such kind"]) == []


def test_only_of_some_time(filled: Store) -> None:
    with filled.transaction("later", now=NOW + timedelta(days=3)) as tx:
        tx.add(Note(content="Henderson paid"))
        tx.add(Task(title="visit Henderson", due=NOW + timedelta(days=30)))
    assert found(
        filled, "henderson", since=NOW + timedelta(days=1), until=NOW + timedelta(days=20), kinds=["note"]
    ) == ["Henderson paid"]
    assert found(filled, "henderson", since=NOW + timedelta(days=29)) == ["visit Henderson"]  # when it is due
    assert "Henderson paid" not in found(filled, "henderson", until=NOW + timedelta(days=1))


def test_where_and_when(filled: Store) -> None:
    (hit,) = filled.search("designer called")
    assert (hit.kind, hit.where, hit.at, hit.title) == ("message", "marketing", NOW, "")
    assert filled.search("invoices")[0].where == "Website relaunch"
    assert filled.search("oat milk")[0].where == "groceries"


def test_a_snippet_shows_the_words(store: Store) -> None:
    with store.transaction("note") as tx:
        tx.add(Note(content=f"{'one thing and another ' * 50}then the zeppelin landed {'and more of it ' * 50}"))
    (hit,) = store.search("zeppelins")
    assert (
        "zeppelin landed" in hit.snippet
        and hit.snippet.startswith("…")
        and hit.snippet.endswith("…")
        and len(hit.snippet) < 110
    )


def test_the_exact_and_the_latest_first(store: Store) -> None:
    with store.transaction("tasks") as tx:
        tx.add(Task(title="budget"))
        for number in range(30):
            tx.add(Note(content=f"the budget, part {number}"))
        tx.add(Task(title="budgets of the whole year"))
    titles = found(store, "budget", limit=40)
    assert len(titles) == 32
    assert titles[0] == "budget"
    notes = [title for title in titles if title.startswith("the budget")]
    assert notes[0] == "the budget, part 29"


def test_of_very_common_words_the_latest(store: Store) -> None:
    with store.transaction("tasks", undoable=False) as tx:
        for number in range(1_500):
            tx.add(Task(title=f"task number {number}"))
        tx.add(Note(content="a task is no note"))
    assert found(store, "task", limit=3)[0].startswith("task number 14")
    assert found(store, "task number 700", limit=1) == ["task number 700"]
    assert len(found(store, "task", limit=60)) == 60


def test_transcripts_are_found_as_long_as_they_are_kept(store: Store) -> None:
    first = store.journal.add("turn", {"text": "what about the zeppelin", "ok": True}, at=NOW)
    store.journal.add("turn", {"text": "zeppelin again"}, at=NOW + timedelta(days=2))
    store.journal.add("job", {"text": "zeppelin"}, at=NOW)
    assert [(hit.kind, hit.id, hit.at) for hit in store.search("zeppelin what")] == [("turn", str(first), NOW)]
    assert len(store.search("zeppelin")) == 2
    assert store.journal.purge("turn", before=NOW + timedelta(days=1)) == 1
    assert found(store, "zeppelin") == ["zeppelin again"]
    assert problems(store.storage.file.connection) == []


def test_what_is_deleted_or_undone_is_gone(filled: Store, path: Path) -> None:
    with filled.transaction("note") as tx:
        tx.add(Note(content="the password is xyzzyplugh"))
    assert found(filled, "xyzzyplugh")
    with filled.transaction("undo") as tx:
        tx.undo_last()
    assert found(filled, "xyzzyplugh") == []
    with filled.storage.file.writing() as connection:
        connection.execute("DELETE FROM undo")  # which keeps what it can bring back
        tidy(connection)
    filled.close()
    assert b"xyzzy" not in path.read_bytes()


def test_a_change_is_found_by_its_new_words_alone(filled: Store) -> None:
    (task,) = filled.find(Task, lambda fields: "budget" in fields["title"])
    with filled.transaction("rename") as tx:
        tx.table("task").update({"title": "plan the expenses"}, doc_ids=[task.id])
    assert found(filled, "expenses") == ["plan the expenses"]
    assert found(filled, "budget", kinds=["task"]) == []


def test_a_rolled_back_transaction_leaves_nothing(filled: Store) -> None:
    with pytest.raises(ZeroDivisionError), filled.transaction("note") as tx:
        tx.add(Note(content="never kept"))
        _ = 1 / 0
    assert found(filled, "never kept") == []


HOSTILE = [
    "",
    " ",
    '"',
    '""',
    "'",
    "*",
    "a*",
    ":",
    "title:budget",
    "NEAR(a b, 2)",
    "AND",
    "NOT a",
    "a OR",
    "(",
    ")",
    "^a",
    "-",
    "+a",
    "{title}",
]
HOSTILE += [
    "\0",
    "a\0b",
    "\ud800",
    "🎉",
    "é́́",
    "हिन्दी",
    "x" * 10_000,
    "word " * 2_000,
    "%",
    "_",
    ";--",
    "a" * 31,
    "..",
    "'s",
    "the",
    "ﬁ",
    "İ",
    "ß",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_typed_is_an_error(filled: Store, text: str) -> None:
    assert isinstance(filled.search(text), list)
    assert isinstance(filled.search(text, kinds=["task", text], since=NOW, limit=1), list)


@settings(max_examples=150)
@given(text=st.text(max_size=60), limit=st.integers(-1, 20))
def test_no_text_is_an_error(searched: Store, text: str, limit: int) -> None:
    hits = searched.search(text, limit=limit)
    assert len(hits) <= max(0, limit)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> object:
    with Store(tmp_path_factory.mktemp("search") / "equerry.db") as store:
        with store.transaction("fill") as tx:
            for words in (
                "ein zwei drei",
                "çava naïve",
                "हिन्दी की किताब",
                "NEAR the AND",
                "a.b-c_d's",
                "straße",
                "x" * 400,
            ):
                tx.add(Note(content=words))
        yield store


@settings(max_examples=100)
@given(title=st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=12))
def test_whatever_is_kept_leaves_the_index_whole(searched: Store, title: str) -> None:
    with searched.transaction("add") as tx:
        tx.add(Task(title=title))
    with searched.transaction("undo") as tx:
        tx.undo_last()
    assert problems(searched.storage.file.connection) == []


def test_other_scripts_are_found_by_whole_words_and_beginnings(searched: Store) -> None:
    assert found(searched, "किताब") == ["हिन्दी की किताब"]
    assert found(searched, "किता") == ["हिन्दी की किताब"]
    assert found(searched, "cava") == ["çava naïve"]


def test_an_older_store_is_indexed_when_it_is_opened(filled: Store, path: Path) -> None:
    filled.journal.add("turn", {"text": "good morning"}, at=NOW)
    filled.close()
    with sqlite3.connect(path) as connection:
        for table in ("search", "searchable", "search_words", "done"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX outbox_seq")
        connection.execute("DELETE FROM migrations WHERE number >= 4")
        connection.execute("DELETE FROM counters WHERE name = 'schema'")
        connection.execute("PRAGMA user_version = 3")
    connection.close()
    filled.open()
    assert found(filled, "henderson")[0] == "Henderson"
    assert found(filled, "good morning") == ["good morning"]
    assert problems(filled.storage.file.connection) == []


def test_a_damaged_index_is_made_anew(filled: Store, path: Path) -> None:
    connection = filled.storage.file.connection
    connection.execute("UPDATE search_data SET block = x'00' WHERE id > 10")
    with pytest.raises(SearchDamaged):
        Search(path).find("henderson")
    assert found(filled, "henderson")[0] == "Henderson"
    assert problems(connection) == []


def test_a_damaged_index_stops_no_commit(filled: Store) -> None:
    connection = filled.storage.file.connection
    connection.execute("DELETE FROM search_data")
    with filled.transaction("note") as tx:
        tx.add(Note(content="Henderson again"))
    assert found(filled, "henderson again") == ["Henderson again"]
    assert problems(connection) == []


def test_another_process_can_search_while_the_store_is_held(filled: Store, path: Path) -> None:
    other = Search(path)
    assert [hit.title for hit in other.find("budget plan 2026")] == ["BudgetPlan2026_final.xlsx"]
    with filled.transaction("note") as tx:
        tx.add(Note(content="written meanwhile"))
        assert other.find("written meanwhile") == []
    assert [hit.snippet for hit in other.find("written meanwhile")] == ["written meanwhile"]
    filled.close()
    assert [hit.snippet for hit in other.find("written meanwhile")] == ["written meanwhile"]
    other.close()


def test_made_anew_it_is_the_same(filled: Store) -> None:
    before = {hit.id for hit in filled.search("henderson")}
    with filled.storage.file.writing() as connection:
        rebuild(connection)
    assert {hit.id for hit in filled.search("henderson")} == before
    assert problems(filled.storage.file.connection) == []


def test_new_words_are_found_before_and_after_they_are_sorted_in(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        with store.transaction("add") as tx:
            tx.add(Task(title="call Henderson"))
        connection = store.storage.file.connection
        assert connection.execute("SELECT count(*) FROM search_words").fetchone() == (0,)
        assert [hit.title for hit in store.search("hendersen")] == ["call Henderson"]
        with store.transaction("many") as tx:
            tx.add(Task(title="many"))
            tx.add(Note(content=" ".join(f"word{number}" for number in range(600))))
        assert connection.execute("SELECT count(*) FROM search_new").fetchone() == (0,)
        assert [hit.title for hit in store.search("hendersen")] == ["call Henderson"]
        assert problems(connection) == []
