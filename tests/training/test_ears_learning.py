"""Learning to hear: rooms and noise put on, batches, the network and a few steps. Only where PyTorch is."""

from __future__ import annotations

import json
from pathlib import Path

import ctranslate2
import numpy as np
import pytest

from firmware.frame import RATE
from tests.training.test_ears import speechlike
from training.ears.sounds import CLIPS, SOUNDS, active
from training.installed import MODELS

torch = pytest.importorskip("torch")
pytest.importorskip("pyroomacoustics")

from training.ears.batches import Batches  # noqa: E402
from training.ears.export import learnt  # noqa: E402
from training.ears.heard import WAYS, Surroundings  # noqa: E402
from training.ears.learning import Settings, Trainer  # noqa: E402
from training.ears.network import Encoder, read_weights  # noqa: E402
from training.ears.rooms import Rooms  # noqa: E402
from training.ears.targets import Teacher  # noqa: E402
from training.ears.train import main  # noqa: E402


def sounds_in(folder: Path, count: int = 6) -> Path:
    sound = np.concatenate([speechlike() for _ in range(count)])
    (sound * 32768).astype("<i2").tofile(folder / SOUNDS)
    rows = [{"start": at * 2 * RATE, "length": 2 * RATE, "file": f"{at}.flac", "held": at == 0} for at in range(count)]
    (folder / CLIPS).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def rooms_in(folder: Path) -> Path:
    response = np.exp(-np.arange(4_000) / 800) * np.random.default_rng(0).standard_normal(4_000)
    response[0] = 4
    path = folder / "rooms.npz"
    np.savez(path, sound=np.tile(response, 2).astype(np.float16), lengths=np.array([4_000, 4_000]))
    return path


def test_a_microphone_hears_as_much_as_was_said_and_the_direct_sound_in_its_place(tmp_path: Path) -> None:
    rooms = rooms_in(tmp_path)

    surroundings = Surroundings(Rooms(rooms), lambda _: speechlike())
    said = speechlike()
    for way in WAYS:
        heard = surroundings.heard(said, np.random.default_rng(3), way)
        assert heard.dtype == np.int16 and heard.shape == said.shape
        loud = np.abs(heard.astype(float))
        assert loud[active(said).repeat(320)].mean() > loud[~active(said).repeat(320)].mean()


def test_a_batch_is_the_same_each_time_and_what_is_held_out_is_not_in_it(tmp_path: Path) -> None:
    rooms = rooms_in(tmp_path)

    learnt = Batches(sounds_in(tmp_path), rooms, size=3, count=10, seed=1)
    first, again = learnt[4], learnt[4]
    assert first.clips == again.clips and (first.heard == again.heard).all() and first.heard.shape[1:] == (80, 600)
    assert all(0 not in learnt[at].clips for at in range(10))
    held = Batches(tmp_path, rooms, size=3, count=4, seed=1, held=True)
    assert set(held[0].clips) == {0}


def test_the_network_hears_what_ctranslate2_hears() -> None:

    folder = MODELS / "whisper-tiny.en"
    encoder = Encoder(read_weights(folder / "model.bin"))
    sound = np.random.default_rng(0).normal(0, 0.3, (1, 80, 600)).astype(np.float32)
    model = ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="float32")
    wanted = np.asarray(model.encode(ctranslate2.StorageView.from_array(sound)))
    with torch.no_grad():
        np.testing.assert_allclose(encoder(torch.from_numpy(sound)).numpy(), wanted, atol=1e-3)
    assert set(encoder.named_arrays()) <= set(read_weights(folder / "model.bin"))


def test_a_few_steps_bring_the_student_nearer_and_a_checkpoint_goes_on(tmp_path: Path) -> None:
    rooms = rooms_in(tmp_path)

    batches = Batches(sounds_in(tmp_path), rooms, size=2, count=10, seed=1)
    batch = batches[0]

    def trainer() -> Trainer:
        model = MODELS / "whisper-tiny.en"
        return Trainer(model, Teacher(model, batches.clean, "cpu"), Settings(rate=2e-5))

    one = trainer()
    found = [one.step(batch, 0.1, step)["distance"] for step in range(6)]
    assert found[-1] < found[0]
    one.save(tmp_path, step=6)
    other = trainer()
    assert other.restore(tmp_path)["step"] == 6
    assert other.step(batch, 0.1, 6) == pytest.approx(one.step(batch, 0.1, 6), rel=1e-3)


def test_the_teacher_writes_what_ctranslate2_writes() -> None:
    folder = MODELS / "whisper-tiny.en"
    sound = np.random.default_rng(0).normal(0, 0.3, (2, 80, 3_000)).astype(np.float32)
    model = ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="float32")
    teacher = Teacher(folder, lambda clip: np.zeros(RATE, np.int16), "cpu")
    encoded = np.asarray(model.encode(ctranslate2.StorageView.from_array(sound)))
    begun = [teacher.start] * len(sound)
    wanted = model.generate(ctranslate2.StorageView.from_array(encoded), begun, beam_size=1, suppress_tokens=[])
    words, _ = teacher.decoded(torch.from_numpy(encoded))
    assert words == [[token for token in each.sequences_ids[0] if token < teacher.end] for each in wanted]


def test_a_quiet_room_stays_what_the_decoder_knows(tmp_path: Path) -> None:
    batches = Batches(sounds_in(tmp_path), rooms_in(tmp_path), size=2, count=1, seed=1)
    model = MODELS / "whisper-tiny.en"
    student = Trainer(model, Teacher(model, batches.clean, "cpu"), Settings())
    assert student.quiet(0).item() == pytest.approx(0, abs=1e-6)
    with torch.no_grad():
        student.student.norm.bias.add_(0.1)
    assert student.quiet(0).item() > 0.001
    assert student.quiet(1).item() == 0


def test_several_students_learn_from_the_same_sounds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sounds_in(tmp_path)
    rooms = rooms_in(tmp_path)
    given = [
        "--sounds",
        str(tmp_path),
        "--rooms",
        str(rooms),
        "--held-rooms",
        str(rooms),
        "--out",
        str(tmp_path / "run"),
    ]
    main([*given, "--steps", "2", "--batch", "1", "--words", "0.3", "1.0", "--threads", "1", "--workers", "0"])
    logs = [(tmp_path / "run" / name / "curve.jsonl").read_text().splitlines() for name in "12"]
    assert [len(log) for log in logs] == [2, 2]
    assert json.loads(logs[0][0])["distance"] == pytest.approx(json.loads(logs[1][0])["distance"], rel=1e-3)
    main(
        [
            *given,
            "--steps",
            "3",
            "--batch",
            "1",
            "--words",
            "0.3",
            "1.0",
            "--threads",
            "1",
            "--workers",
            "0",
            "--resume",
        ]
    )
    assert len((tmp_path / "run" / "2" / "curve.jsonl").read_text().splitlines()) == 3
    assert "both_words" in capsys.readouterr().out
    mean, each = (learnt([tmp_path / path], MODELS / "whisper-tiny.en") for path in ("run", "run/1"))
    other = learnt([tmp_path / "run/2"], MODELS / "whisper-tiny.en")
    assert all(torch.allclose(value, (each[name] + other[name]) / 2, atol=1e-6) for name, value in mean.items())
