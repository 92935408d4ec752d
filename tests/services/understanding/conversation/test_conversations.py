"""The conversations of all clients, side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from services.understanding.conversation.conversations import Conversations


def test_no_client_waits_for_the_turn_of_another() -> None:
    conversations = Conversations()

    def all_others() -> int:
        count = 0
        for number in range(200):
            with conversations.turn(f"mqtt:phone#{number}"):
                count += 1
        return count

    with conversations.turn("microphone"), ThreadPoolExecutor(1) as other:
        assert other.submit(all_others).result(timeout=20) == 200


def test_turns_that_nobody_holds_are_forgotten() -> None:
    conversations = Conversations()
    for number in range(1000):
        with conversations.turn(f"mqtt:phone#{number}"):
            assert len(conversations._turns) == 1
    assert not conversations._turns
