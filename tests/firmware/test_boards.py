"""Every board file can be read and names pins that can be used together; what tells of a board is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware import boards
from firmware.boards import FOLDER, Board, BoardBroken, BoardUnknown, board, detect, read

SHIPPED = boards.boards()
I2C, SPI, I2S = {2, 3}, {7, 8, 9, 10, 11}, {18, 19, 20, 21}

GOOD = '[board]\nname = "x"\ndescription = "X"\n[microphone]\nchannels = 1\n'

CARDS = """ 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones
                      bcm2835 Headphones
 1 [seeed4micvoicec]: seeed4micvoicec - seeed4micvoicec
                      seeed4micvoicec
"""
NOBODYS = """ 0 [PCH            ]: HDA-Intel - HDA Intel PCH
                      HDA Intel PCH at 0xf7f10000 irq 30, not a [seeed2micvoicec] at all
"""


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_board_is_what_its_file_is_called_and_leaves_its_own_buses_alone(name: str) -> None:
    found = board(name)
    assert found.board.name == name
    assert set(found.pins).isdisjoint(I2C | I2S | {14, 15})
    assert found.lights is None or not found.pins or set(found.pins).isdisjoint(SPI)
    assert "https://" in (FOLDER / f"{name}.toml").read_text(), "says where it knows that from"


def test_the_boards_of_the_issue_are_there() -> None:
    assert set(SHIPPED) == {"bare", "respeaker-2-mic", "respeaker-4-mic", "adafruit-voice-bonnet"}
    facts = {
        name: (found.microphone.channels, found.lights.leds if found.lights else 0, found.pins)
        for name, found in SHIPPED.items()
    }
    assert facts == {
        "bare": (1, 1, [17, 22, 23, 24]),
        "respeaker-2-mic": (2, 3, [17]),
        "respeaker-4-mic": (4, 12, [5]),
        "adafruit-voice-bonnet": (2, 3, [17, 5, 6]),
    }


def machine(root: Path, *, cards: str = "", vendor: str = "", product: str = "") -> Path:
    (root / "proc" / "asound").mkdir(parents=True)
    (root / "proc" / "asound" / "cards").write_text(cards)
    if product:
        hat = root / "proc" / "device-tree" / "hat"
        hat.mkdir(parents=True)
        (hat / "vendor").write_text(f"{vendor}\0")
        (hat / "product").write_text(f"{product}\0")
    return root


def test_a_sound_card_tells_its_board(tmp_path: Path) -> None:
    found = detect(machine(tmp_path, cards=CARDS))
    assert found and found.board.name == "respeaker-4-mic"


@pytest.mark.parametrize("cards", ["", NOBODYS, "--- no soundcards ---\n", "\0\xff[" * 100])
def test_a_machine_that_tells_nothing_has_no_board(tmp_path: Path, cards: str) -> None:
    assert detect(machine(tmp_path, cards=cards)) is None
    assert detect(tmp_path / "nowhere") is None


def test_an_eeprom_is_believed_before_a_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "boards"
    own.mkdir()
    for path in FOLDER.glob("*.toml"):
        (own / path.name).write_text(path.read_text())
    (own / "mine.toml").write_text(
        '[board]\nname = "mine"\ndescription = "Mine"\n[detect]\nhat = ["Ourselves Desk HAT"]\n[microphone]\nchannels'
        " = 1\n"
    )
    monkeypatch.setattr(boards, "FOLDER", own)
    found = detect(machine(tmp_path, cards=CARDS, vendor="OURSELVES", product="Desk HAT v2"))
    assert found and found.board.name == "mine"
    other = detect(machine(tmp_path / "other", cards=CARDS, vendor="Somebody", product="Else"))
    assert other and other.board.name == "respeaker-4-mic"


def test_a_board_of_ones_own_is_named_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD + '[button]\npin = 4\n[lights]\nkind = "ws2812"\nleds = 24\n')
    assert board(str(path)).lights == boards.BoardLights(kind="ws2812", leds=24)


def test_an_unknown_board_is_told_with_those_that_are_known() -> None:
    with pytest.raises(BoardUnknown, match="respeaker-2-mic, respeaker-4-mic"):
        board("respeaker-3-mic")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[board", "not valid TOML"),
        ("\udcff", "not valid TOML"),
        ('[board]\nname = "x"\ndescription = "X"\n', "microphone: Field required"),
        (GOOD + "[button]\npin = 28\n", "button.pin"),
        (GOOD + '[lights]\nkind = "rgb"\npins = [22, 23]\n', "rgb lights have these pins: red, green, blue"),
        (GOOD + '[lights]\nkind = "rgb"\npins = [22, 23, 22]\n', "uses a pin twice"),
        (GOOD + '[button]\npin = 5\n[lights]\nkind = "apa102"\npower = 5\n', "uses a pin twice"),
        (GOOD + '[lights]\nkind = "apa102"\nleds = 500\n', "lights.leds"),
        (GOOD + '[lights]\nkind = "disco"\n', "lights.kind"),
        (GOOD + "[fan]\npin = 4\n", "fan: Extra inputs"),
    ],
)
def test_a_broken_board_file_is_told_with_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(BoardBroken) as caught:
        read(path)
    assert told in str(caught.value) and str(path) in str(caught.value)


def test_a_board_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BoardBroken, match="No such file"):
        board(str(tmp_path / "none.toml"))


def test_a_board_is_frozen() -> None:
    found: Board = SHIPPED["bare"]
    with pytest.raises(ValueError, match="frozen"):
        found.board = found.board  # type: ignore[misc]


@pytest.mark.parametrize(
    ("microphone", "problem"),
    [
        ("channels = 2\nvoice = [3]", "channels are 1 to 2"),
        ("channels = 2\nvoice = [0]", "channels are 1 to 2"),
        ("channels = 2\nvoice = [1, 1]", "twice"),
        ("channels = 2\nvoice = [1]\nreference = 1", "either voice or reference"),
        ("channels = 2\nangles = [0, 180]", "go together"),
        ("channels = 2\nradius_mm = 20", "go together"),
        ("channels = 3\nreference = 3\nradius_mm = 20\nangles = [0, 120, 240]", "go together"),
        ("channels = 2\nradius_mm = -20\nangles = [0, 180]", "greater than 0"),
    ],
)
def test_channels_that_do_not_fit_are_refused(tmp_path: Path, microphone: str, problem: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'[board]\nname = "mine"\ndescription = "Mine"\n[microphone]\n{microphone}\n')
    with pytest.raises(BoardBroken, match=problem):
        read(path)


def test_channels_are_counted_from_one_in_files_and_what_the_loudspeaker_plays_is_no_voice(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        GOOD.replace("channels = 1", "channels = 6\nvoice = [2, 3]\nreference = 6\nradius_mm = 100\nangles = [0, 90]")
    )
    shape = read(path).microphone.shape
    assert (shape.channels, shape.voice) == (6, (1, 2))
    assert [tuple(round(each, 6) for each in place) for place in shape.places] == [(0.1, 0.0), (0.0, 0.1)]
    path.write_text(GOOD.replace("channels = 1", "channels = 3\nreference = 1"))
    assert read(path).microphone.shape.voice == (1, 2)
