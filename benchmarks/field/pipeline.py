"""What Home Assistant does between a satellite and its speech servers, in a process of its own; runs in var/field.

    var/field/bin/python -m benchmarks.field.pipeline --tts PORT

Standard input has a JSON line each: {"turn": port of the recogniser} begins a turn; {"sound": hex of int16 at 16 kHz,
"command": whether the wake word is over}; {"rest": true} ends it. Standard output gets a line as each stage ends:
{"stage", "at" (CLOCK_MONOTONIC, one for all processes), "text"}.

Written after assist_pipeline, the integration wyoming and the default agent of conversation: microVAD in steps of 10 ms
over all of the sound, the sound itself to the recogniser from the wake word until the segmenter says that it is over;
sentences of home-assistant-intents by hassil, strictly; the answer from their template, as a stream to the voice. Left
out, to its gain: carrying the command out, its second and third look at what fits no sentence, and converting what the
voice says for the satellite.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from datetime import datetime
from typing import Any

from hassil import Intents, TextSlotList, recognize_best
from home_assistant_intents import get_intents
from jinja2 import Environment
from pymicro_vad import MicroVad
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeStopped

from benchmarks.field.segmenter import FixedSilence

RATE, WIDTH, CHANNELS = 16_000, 2, 1
STEP_MS = 10
STEP = RATE * STEP_MS // 1000 * WIDTH
"""Bytes of one look of microVAD."""
NAMES = {
    "kitchen light": "light",
    "living room lamp": "light",
    "bedroom light": "light",
    "hall light": "light",
    "fan": "fan",
    "coffee machine": "switch",
    "front door": "lock",
    "thermostat": "climate",
    "television": "media_player",
    "shopping list": "todo",
}
AREAS = ("kitchen", "living room", "bedroom", "hall", "bathroom", "office", "garden")
TIMER = {"is_active": True, "rounded_hours_left": 0, "rounded_minutes_left": 9, "rounded_seconds_left": 40}
NOT_UNDERSTOOD = "Sorry, I couldn't understand that"


def told(stage: str, text: str = "") -> None:
    """A stage of the turn is over."""
    print(json.dumps({"stage": stage, "at": time.monotonic(), "text": text}), flush=True)


class Agent:
    """Text → answer."""

    def __init__(self) -> None:
        found = get_intents("en")
        assert found
        self._intents = Intents.from_dict(found)
        self._answers: dict[str, dict[str, str]] = found["responses"]["intents"]
        self._templates = Environment(autoescape=False)  # spoken, not shown
        named = [(name, name, {"domain": domain}) for name, domain in NAMES.items()]
        self._lists: Any = {
            "name": TextSlotList.from_tuples(named, name="name"),
            "area": TextSlotList.from_strings(AREAS, name="area"),
            "floor": TextSlotList.from_strings(("upstairs",), name="floor"),
        }

    def answer(self, text: str) -> str:
        """What is said."""
        found = recognize_best(text, self._intents, slot_lists=self._lists, language="en", best_slot_name="name")
        if found is None or found.response is None:
            return NOT_UNDERSTOOD
        now = datetime.now()
        slots = {name: value.text or value.value for name, value in found.entities.items()}
        slots |= {"time": now.time(), "date": now.date(), "timers": [TIMER], "canceled": 1}
        said = self._templates.from_string(self._answers[found.intent.name][found.response]).render(slots=slots)
        return " ".join(said.split())


class Conversation:
    """The turns of one satellite."""

    def __init__(self, voice: int) -> None:
        self._voice = voice
        self._agent = Agent()
        self._agent.answer("what time is it")  # reading the sentences is done once, when they are first asked
        self._lines: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def run(self) -> None:
        """Until standard input ends."""
        reading = asyncio.create_task(self._read())
        told("ready")
        while (line := await self._lines.get()) != {}:
            if "turn" in line:
                await self._turn(line["turn"])
        await reading

    async def _read(self) -> None:
        while line := await asyncio.to_thread(sys.stdin.readline):
            self._lines.put_nowait(json.loads(line))
        self._lines.put_nowait({})

    async def _turn(self, recogniser: int) -> None:
        async with AsyncTcpClient("127.0.0.1", recogniser) as client:
            await client.write_event(Transcribe(language="en").event())
            await client.write_event(AudioStart(RATE, WIDTH, CHANNELS).event())
            if not await self._heard(client):
                return
            await client.write_event(AudioStop().event())
            text = ""
            while event := await client.read_event():
                if Transcript.is_type(event.type):
                    text = Transcript.from_event(event).text.strip()
                    break
        told("recognition", text)
        answer = await asyncio.to_thread(self._agent.answer, text)
        told("understanding", answer)
        await self._say(answer)

    async def _heard(self, client: AsyncTcpClient) -> bool:
        """Whether a command was heard to its end; sends it meanwhile."""
        vad, silence = MicroVad(), FixedSilence()
        while "sound" in (line := await self._lines.get()):
            sound = bytes.fromhex(line["sound"])
            for step in (sound[at : at + STEP] for at in range(0, len(sound), STEP)):
                likelihood = vad.process_10ms(step)
                if not line["command"]:
                    continue
                if silence.over(STEP_MS, likelihood):
                    told("endpoint", "timeout" if silence.timed_out else "")
                    return True
                await client.write_event(AudioChunk(RATE, WIDTH, CHANNELS, step).event())
        return False

    async def _say(self, answer: str) -> None:
        async with AsyncTcpClient("127.0.0.1", self._voice) as client:
            for event in (SynthesizeStart(), SynthesizeChunk(answer), Synthesize(answer), SynthesizeStop()):
                await client.write_event(event.event())
            sounded = False
            while event := await client.read_event():
                if AudioChunk.is_type(event.type) and not sounded:
                    told("voice")
                    sounded = True
                if SynthesizeStopped.is_type(event.type):
                    break
        told("done")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tts", type=int, required=True, help="port of the voice")
    asyncio.run(Conversation(parser.parse_args().tts).run())
