"""Speaking a reply: order, overlap, stopping and failing."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from device.speaking.reply import Speaking
from firmware.base import SpeakerLost
from services.speech.voice.earcons import earcon
from tests.doubles.body import MemorySpeaker
from tests.doubles.speech import SineVoice

REPLY = "Task created. It is due on Friday. Anything else?"
PIECES = ["Task created.", "It is due on Friday.", "Anything else?"]


@pytest.fixture
def voice() -> SineVoice:
    return SineVoice()


@pytest.fixture
def speaker() -> MemorySpeaker:
    return MemorySpeaker()


@pytest.fixture
def speaking(voice: SineVoice, speaker: MemorySpeaker):
    speaking = Speaking(voice, speaker)
    yield speaking
    speaking.close()


def test_every_word_is_played_in_order(speaking: Speaking, voice: SineVoice, speaker: MemorySpeaker) -> None:
    assert speaking.say(REPLY)
    assert voice.said == PIECES
    assert [voice.words_in(sound) for sound, _ in speaker.played] == [2, 5, 2]
    assert {rate for _, rate in speaker.played} == {voice.rate}


def test_numbers_are_said_as_words(speaking: Speaking, voice: SineVoice) -> None:
    assert speaking.say("It is 5 PM.")
    assert voice.said == ["It is five P M."]


def test_nothing_to_say_is_said(speaking: Speaking, voice: SineVoice, speaker: MemorySpeaker) -> None:
    assert speaking.say("🎉")
    assert (voice.said, speaker.played) == ([], [])


def test_the_next_sentence_is_synthesized_while_one_plays(
    speaking: Speaking, voice: SineVoice, speaker: MemorySpeaker
) -> None:
    second_made = threading.Event()
    voice.before = lambda sentence: second_made.set() if sentence == PIECES[1] else None
    made_while_first_played: list[bool] = []
    speaker.on_play = lambda: made_while_first_played.append(second_made.wait(5)) if not speaker.played else None
    assert speaking.say(REPLY)
    assert made_while_first_played == [True]


@pytest.mark.parametrize("at", ["while the next piece is made", "while one plays"])
def test_a_voice_exchanged_within_a_reply_leaves_each_piece_its_rate(
    speaking: Speaking, voice: SineVoice, speaker: MemorySpeaker, at: str
) -> None:
    other, made = SineVoice(8_000, name="other"), threading.Event()

    def exchange() -> None:
        speaking.voice = other

    if at == "while one plays":
        voice.before = lambda sentence: made.set() if sentence == PIECES[1] else None
        speaker.on_play = lambda: (made.wait(5), exchange())
    else:
        voice.before = lambda sentence: exchange() if sentence == PIECES[1] else None
    assert speaking.say(REPLY)
    assert voice.said + other.said == PIECES
    by_words = [(voice if rate == voice.rate else other).words_in(sound) for sound, rate in speaker.played]
    assert by_words == [2, 5, 2] and [rate for _, rate in speaker.played] == [16_000] * len(voice.said) + [8_000] * len(
        other.said
    )
    assert other.said


def test_the_first_sample_is_reported_once_and_before_it_plays(speaking: Speaking, speaker: MemorySpeaker) -> None:
    order: list[str] = []
    speaker.on_play = lambda: order.append("play")
    assert speaking.say(REPLY, first_sample=lambda: order.append("first"))
    assert order == ["first", "play", "play", "play"]


def test_stop_while_playing_ends_it(speaking: Speaking, speaker: MemorySpeaker) -> None:
    speaker.on_play = speaking.stop
    assert not speaking.say(REPLY)
    assert speaker.played == []
    speaker.on_play = None
    assert speaking.say("Done.")


def test_stop_while_synthesizing_does_not_wait_for_the_voice(
    speaking: Speaking, voice: SineVoice, speaker: MemorySpeaker
) -> None:
    synthesizing, release = threading.Event(), threading.Event()

    def slow(_: str) -> None:
        synthesizing.set()
        release.wait(10)

    voice.before = slow
    ended: list[bool] = []
    thread = threading.Thread(target=lambda: ended.append(speaking.say(REPLY)))
    thread.start()
    assert synthesizing.wait(5)
    speaking.stop()
    thread.join(5)
    assert ended == [False]
    assert speaker.played == []
    release.set()


def test_a_stop_that_comes_between_two_pieces_is_not_lost(speaking: Speaking, speaker: MemorySpeaker) -> None:
    """The loudspeaker forgets a stop when the next sound begins; the utterance must not."""
    original = speaker.stop

    def forgetful() -> None:
        original()
        speaker._stopped = False

    speaker.stop = forgetful  # type: ignore[method-assign]
    speaker.on_play = speaking.stop
    assert not speaking.say(REPLY)
    assert len(speaker.played) <= 1


def test_a_turn_that_is_over_is_not_spoken(speaking: Speaking, speaker: MemorySpeaker) -> None:
    assert not speaking.say(REPLY, stopped=lambda: True)
    assert speaker.played == []


def test_a_stop_before_does_not_silence_what_is_said_after(speaking: Speaking) -> None:
    speaking.stop()
    assert speaking.say("Done.")


@pytest.mark.parametrize(("ready", "synthesized"), [("Task created. Say undo", 2), ("Channel created.", 3)])
def test_what_was_made_ready_is_not_synthesized_again(
    speaking: Speaking, voice: SineVoice, ready: str, synthesized: int
) -> None:
    speaking.make_ready(ready)
    assert speaking.say("Task created. Two are open.")
    assert voice.said[-1] == "Two are open."
    assert len(voice.said) == synthesized
    assert speaking.say("Task created."), "it counts for one reply"
    assert len(voice.said) == synthesized + 1


def test_nothing_that_was_made_ready_is_said_in_another_voice(speaking: Speaking, voice: SineVoice) -> None:
    speaking.make_ready("Task created.")
    speaking.voice = other = SineVoice()
    assert speaking.say("Task created.")
    assert other.said == ["Task created."]


def test_a_lost_speaker_is_told_and_the_next_reply_tries_again(speaking: Speaking, speaker: MemorySpeaker) -> None:
    speaker.failing = True
    with pytest.raises(SpeakerLost):
        speaking.say(REPLY)
    speaker.failing = False
    assert speaking.say(REPLY)


def test_a_broken_voice_is_not_hidden(speaking: Speaking, voice: SineVoice) -> None:
    voice.failing = RuntimeError("a bug")
    with pytest.raises(RuntimeError, match="a bug"):
        speaking.say(REPLY)


def test_a_chime_plays_the_earcon(speaking: Speaking, voice: SineVoice, speaker: MemorySpeaker) -> None:
    assert speaking.chime("heard")
    ((sound, rate),) = speaker.played
    assert rate == voice.rate
    assert np.array_equal(sound, earcon("heard", rate))


def test_the_worker_is_named_and_ends(voice: SineVoice, speaker: MemorySpeaker) -> None:
    names: list[str] = []
    voice.before = lambda _: names.append(threading.current_thread().name)
    speaking = Speaking(voice, speaker)
    assert speaking.say("Done.")
    speaking.close()
    assert names == ["synthesize"]
    assert "synthesize" not in {thread.name for thread in threading.enumerate()}
    assert not speaker.closed


def test_a_volume_of_its_own(speaking: Speaking, voice: SineVoice, speaker: MemorySpeaker) -> None:
    assert speaking.say("Done.")
    assert speaking.say("Done.", volume=0.25)
    assert speaking.say("Done.", volume=7.0)
    assert speaking.say("Done.", volume=float("nan"))
    loud, soft, most, none = (np.abs(sound).max() for sound, _ in speaker.played)
    assert soft == pytest.approx(loud / 4, abs=1) and most == loud and none == 0
    assert speaker.volume == 1.0, "the loudspeaker's own stays"


def test_it_is_broken_off_between_two_sentences_and_tells_what_is_left(
    speaking: Speaking, voice: SineVoice, speaker: MemorySpeaker
) -> None:
    assert not speaking.say(REPLY, enough=lambda: len(speaker.played) == 1)
    assert len(speaker.played) == 1 and speaking.left == "It is due on Friday. Anything else?"
    assert speaking.say(speaking.left) and speaking.left == ""
    assert [voice.words_in(sound) for sound, _ in speaker.played] == [2, 5, 2]
    assert not speaking.say(REPLY, enough=lambda: True)
    assert speaking.left == REPLY and len(speaker.played) == 3


def test_enough_after_the_last_sentence_is_the_end(speaking: Speaking, speaker: MemorySpeaker) -> None:
    assert speaking.say(REPLY, enough=lambda: len(speaker.played) == 3)
    assert speaking.left == ""


def test_the_level_is_that_of_the_sound_at_this_moment(voice: SineVoice, speaker: MemorySpeaker) -> None:
    """A tone for each word with silence between; the clock stands still while a piece plays, but as the test moves
    it.
    """
    now, seen = [0.0], []

    def look() -> None:
        begun = now[0]
        for after in (0.0, 0.12, 9.0):
            now[0] = begun + after
            seen.append(speaking.level)

    speaking = Speaking(voice, speaker, clock=lambda: now[0])
    speaker.on_play = look
    assert speaking.say("Task created.")
    tone, between, beyond = seen
    assert tone is not None and tone > -30
    assert between is not None and between < tone
    assert beyond is None and speaking.level is None, "silence after the end"
    speaking.close()


LONG = (
    "You have three tasks. Call the bank tomorrow, write the report for the quarter, and water the plants in the hall."
    " That is all."
)


def test_what_is_left_begins_with_the_sentence_it_was_at(
    speaking: Speaking, voice: SineVoice, speaker: MemorySpeaker
) -> None:
    for count, left in enumerate([LONG, LONG.partition(". ")[2], "That is all."]):
        speaker.played.clear()
        speaker.on_play = lambda count=count: speaking.stop() if len(speaker.played) == count else None
        assert not speaking.say(LONG)
        assert speaking.left == left
    speaker.on_play = None
    assert speaking.say(LONG) and speaking.left == ""


def test_the_sentence_begins_with_its_first_piece(speaking: Speaking, voice: SineVoice, speaker: MemorySpeaker) -> None:
    """The first sentence is cut in two, so that it is heard soon."""
    text = (
        "Your shopping list has milk and eggs and butter, two loaves of bread, and a jar of honey for the breakfast."
        " Anything else?"
    )
    speaker.on_play = lambda: speaking.stop() if len(speaker.played) == 1 else None
    assert not speaking.say(text)
    assert len(speaker.played) == 1 and speaking.left == text


def test_what_it_says_is_known_while_it_sounds_and_a_while_after(voice: SineVoice, speaker: MemorySpeaker) -> None:
    now, seen = [0.0], []
    speaking = Speaking(voice, speaker, clock=lambda: now[0])

    def look() -> None:
        seen.append(speaking.said(1.0))
        now[0] += 2.0

    speaker.on_play = look
    assert speaking.say(REPLY)
    assert seen == [PIECES[0], " ".join(PIECES[:2]), " ".join(PIECES[1:])]
    now[0] += 5.0
    assert speaking.said(1.0) == "" and speaking.said(6.0) == PIECES[2]
    speaking.close()
