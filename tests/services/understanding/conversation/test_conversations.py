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
