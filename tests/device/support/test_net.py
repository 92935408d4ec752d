"""The second net: whatever form a secret or a sentence takes, it is taken out."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.support.net import REMOVED, Net, Ours

SECRET = 'pä"ss\\w0rd/+ K7'
SENTENCE = "Send the Zebra proposal to Henderson before Friday noon"


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        repr(SECRET)[1:-1],
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        SECRET.encode().hex(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"desk:{SECRET}".encode()).decode(),
        base64.b64encode(f"ab:{SECRET}:and more".encode()).decode(),
        base64.b64encode(b"\xff\xfe" + SECRET.encode() + b"\xff").decode(),
    ],
)
def test_a_secret_in_any_form(form: str) -> None:
    net = Net([SECRET])
    told = net.clean(f"it said <{form}> to us")
    assert form not in told and SECRET not in told
    assert told.startswith("it said <") and told.endswith("> to us")
    assert sum(net.counts.values()) == 1


@pytest.mark.parametrize(
    "form",
    [
        SENTENCE,
        SENTENCE.upper(),
        SENTENCE.replace(" ", "  "),
        SENTENCE.replace(" ", "_"),
        SENTENCE.replace(" ", "\\n"),
        quote(SENTENCE),
        "the zebra proposal to Henderson",  # a part of it
        base64.b64encode(SENTENCE.encode()).decode(),
        SENTENCE.encode().hex(),
    ],
)
def test_a_sentence_in_any_form(form: str) -> None:
    told = Net(texts=[SENTENCE]).clean(f"turn 3: <{form}> x")
    assert "zebra" not in told.casefold() and "henderson" not in told.casefold()
    assert REMOVED in told and told.startswith("turn 3: <") and told.endswith("> x")


def test_letters_escaped_as_json_does() -> None:
    net = Net(texts=["Café Zürich öffnen"], names=["Zoë"])
    assert net.clean(json.dumps("Café Zürich öffnen, Zoë")) == f'"{REMOVED}, {REMOVED}"'


def test_each_word_of_a_name_but_not_of_a_sentence() -> None:
    net = Net(texts=["Book the hall"], names=["Mary-Ann Kowalski"])
    assert net.clean("kowalski, MARY, the hall is full") == f"{REMOVED}, {REMOVED}, the hall is full"


def test_a_short_secret_leaves_other_words_whole() -> None:
    assert Net(["abc"]).clean("abcdef abc abc1") == f"abcdef {REMOVED} abc1"


def test_a_key_of_many_lines_is_known_by_each_of_them() -> None:
    key = (
        "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49\nAwEHBG0wawIBAQQgevZzL1gdAFr8\n-----END PRIVATE"
        " KEY-----"
    )
    told = Net([key]).clean("line: AwEHBG0wawIBAQQgevZzL1gdAFr8 end")
    assert told == f"line: {REMOVED} end"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("from 192.168.1.17 port 1883", "from ‹IP› port 1883"),
        ("at fe80::1c2d:3e4f:5a6b:7c8d%eth0 now", "at ‹IP› now"),
        ("2001:0db8:85a3:0000:0000:8a2e:0370:7334", "‹IP›"),
        ("at 127.0.0.1 it is", "at 127.0.0.1 it is"),
        ("usb 1-1: SerialNumber: 4C530001", "usb 1-1: SerialNumber: ‹serial›"),
        ("b8:27:eb:12:34:56", "‹MAC›"),
        ("anna@example.org said", "‹mail› said"),
        ("mqtt://desk:s3cr3t@host/x", "mqtt://‹login›@host/x"),
        ("password=hunter2 x", "password=‹secret› x"),
        ('{"mqtt_password": "hunter2"}', '{"mqtt_password": "‹secret›"}'),
        ("Authorization: Bearer abc.def", "Authorization: ‹secret›"),
        ("call +49 170 1234567 now", "call ‹telephone› now"),
        ("call 030 1234567 now", "call ‹telephone› now"),
        ("call (555) 123-4567 now", "call ‹telephone› now"),
        ("call 98765 43210 now", "call ‹telephone› now"),
        ("/home/anna/x.py", "/home/‹user›/x.py"),
        # and what is none of these
        (
            "2026-11-21 22:35:24,123 MainThread INFO turn 12: sounds",
            "2026-11-21 22:35:24,123 MainThread INFO turn 12: sounds",
        ),
        ("at 12:34:56 it took 0.123456 s, 1234567 bytes", "at 12:34:56 it took 0.123456 s, 1234567 bytes"),
        ("[    0.106455] usb 1-1.2: new", "[    0.106455] usb 1-1.2: new"),
        ("16,089,677 more files; 271 GB", "16,089,677 more files; 271 GB"),
    ],
)
def test_forms(text: str, left: str) -> None:
    assert Net().clean(text) == left


def test_json_stays_json() -> None:
    net = Net(["s3cr3t-t0ken"], ["done"])
    told = net.clean_json(
        {"at": 1234567890123, "said": ["is s3cr3t-t0ken", True, None], "result": Ours("done"), "word": "done"}
    )
    assert told == {"at": 1234567890123, "said": [f"is {REMOVED}", True, None], "result": "done", "word": REMOVED}


@given(st.lists(st.text("abcdefgh XYZäöü'’-_.\\\"\n", min_size=1, max_size=30), max_size=5), st.text(max_size=200))
def test_no_learnt_text_is_left_and_nothing_breaks(texts: list[str], around: str) -> None:
    net = Net(texts=texts)
    told = net.clean(around + " " + " | ".join(texts))
    again = Net(texts=texts)
    again.clean(told)
    assert not again.counts["words"]


@given(
    st.text(min_size=6, max_size=40).filter(lambda text: text.strip() == text and "‹" not in text),
    st.text(max_size=100),
)
def test_no_secret_is_left(secret: str, around: str) -> None:
    assert secret not in Net([secret]).clean(f"{around}<{secret}>{json.dumps(secret)}{around}").replace(around, "")
