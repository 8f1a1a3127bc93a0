"""A small assistant, trained once and served as in real life, beside a double of the backend."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

collect_ignore_glob: list[str] = []
if importlib.util.find_spec("rasa") is None:  # the app's environment: nothing here is for it
    collect_ignore_glob = ["*.py"]
else:
    from bot.assistant import quiet, without_tensorflow

    quiet.environment()
    without_tensorflow.leave_out()

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "a-secret-for-tests-and-nothing-else"

MESSAGES = """
version: "3.1"
nlu:
- intent: report
  metadata: {category: theft, urgent: false}
  examples: |
    - they took my bike yesterday, I had left it at the station
    - someone stole my phone on the metro, it was in my bag
    - my wallet is gone, a man bumped into me
    - they stole my backpack from the beach while I swam
    - somebody took the parcel from my door
- intent: report
  metadata: {category: assault, urgent: true}
  examples: |
    - he is hitting me now please come
    - they are beating a man in the street right now
    - come quick a man is kicking my brother
    - he has a knife and he is hurting her now
    - help they are punching the driver now
- intent: information_request
  metadata: {category: documents, urgent: false}
  examples: |
    - how do I renew my passport
    - what do I need for a new identity card
    - where can I get a criminal record certificate
    - is my passport ready to be collected
    - which papers do I bring for the residence permit
- intent: information_request
  metadata: {category: station_info, urgent: false}
  examples: |
    - when does the police station open
    - where is the nearest police station
    - what is the phone number of the station
    - is the station open on sunday
    - how do I get to the station by bus
- intent: smalltalk
  metadata: {category: "", urgent: false}
  examples: |
    - hello
    - good morning
    - bye
    - yes
    - what can you do
- intent: out_of_scope
  metadata: {category: "", urgent: false}
  examples: |
    - order me a pizza
    - tell me a joke
    - will it rain tomorrow
    - play some music
    - who won the match
"""
DOMAIN = """
version: "3.1"
intents: [report, tip, information_request, case_followup, alert_subscription, human_handover,
  feedback, smalltalk, out_of_scope, choice]
session_config: {session_expiration_time: 0, carry_over_slots_to_new_session: true}
actions: [action_out_of_scope, action_report]
responses:
  utter_hello:
  - text: "Good day."
    buttons: [{title: "A person", payload: human_handover}]
    custom: {ask: place, data: {step: 1}}
"""
RULES = """
version: "3.1"
rules:
- rule: greeting
  steps: [{intent: smalltalk}, {action: utter_hello}]
- rule: report
  steps: [{intent: report}, {action: action_report}]
- rule: choice
  steps: [{intent: choice}, {action: utter_hello}]
"""


@dataclass
class BackendDouble:
    """Keeps dialogues and answers actions, as the backend would."""

    url: str = ""
    dialogues: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    actions_fail: bool = False
    dialogues_fail: bool = False

    def application(self) -> Any:
        """The routes that the assistant uses."""
        from aiohttp import web

        @web.middleware
        async def note(request: Any, handler: Any) -> Any:
            self.headers.append(dict(request.headers))
            self.queries.append(request.query_string)
            return await handler(request)

        app = web.Application(middlewares=[note], client_max_size=2**24)
        app.router.add_get("/assistant/dialogues/{id}", self._read)
        app.router.add_put("/assistant/dialogues/{id}", self._write)
        app.router.add_delete("/assistant/dialogues/{id}", self._end)
        app.router.add_post("/assistant/actions", self._act)
        return app

    async def _read(self, request: Any) -> Any:
        from aiohttp import web

        events = self.dialogues.get(request.match_info["id"])
        if self.dialogues_fail:
            return web.Response(status=500)
        return web.Response(status=404) if events is None else web.json_response({"events": events})

    async def _write(self, request: Any) -> Any:
        from aiohttp import web

        if self.dialogues_fail:
            return web.Response(status=500)
        self.dialogues[request.match_info["id"]] = (await request.json())["events"]
        return web.Response(status=204)

    async def _end(self, request: Any) -> Any:
        from aiohttp import web

        self.dialogues.pop(request.match_info["id"], None)
        return web.Response(status=204)

    async def _act(self, request: Any) -> Any:
        from aiohttp import web

        call = await request.json()
        if self.actions_fail:
            words = call["tracker"]["latest_message"]["text"]
            return web.json_response({"error": f"could not store {words}"}, status=500)
        said = {"text": f"did {call['next_action']}"}
        return web.json_response({"events": [], "responses": [said]})


@dataclass
class Served:
    """The assistant's process and how to talk to it."""

    url: str
    backend: BackendDouble
    model: Path
    log: Path

    def ask(
        self, path: str, body: Any = None, token: str | None = TOKEN
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of one request."""
        data = body if isinstance(body, bytes) else body and json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data)
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            return error.code, json.loads(text) if text.startswith("{") else {}

    def say(self, message: str, sender: str = "someone", **more: Any) -> dict[str, Any]:
        """What comes back for a message."""
        status, answer = self.ask("webhook", {"sender": sender, "message": message, **more})
        assert status == 200, answer
        return answer


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model trained on thirty messages with the pipeline of the product."""
    import rasa.model_training

    folder = tmp_path_factory.mktemp("small")
    for name, text in (("nlu.yml", MESSAGES), ("rules.yml", RULES), ("domain.yml", DOMAIN)):
        (folder / name).write_text(text, encoding="utf-8")
    kept, before = Path.cwd(), os.environ.get("RASA_MAX_CACHE_SIZE")
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    os.chdir(folder)
    try:
        trained = rasa.model_training.train(
            domain=str(folder / "domain.yml"),
            config=str(ROOT / "bot" / "assistant" / "config.yml"),
            training_files=[str(folder / "nlu.yml"), str(folder / "rules.yml")],
            output=str(folder / "model"),
            fixed_model_name="small.tar.gz",
        )
    finally:
        os.chdir(kept)
        os.environ.pop("RASA_MAX_CACHE_SIZE")
        if before is not None:
            os.environ["RASA_MAX_CACHE_SIZE"] = before
    return Path(str(trained.model))


@pytest.fixture(scope="session")
def _backend_process() -> Iterator[BackendDouble]:
    from aiohttp import web

    double, port, loop = BackendDouble(), _free_port(), asyncio.new_event_loop()
    double.url = f"http://127.0.0.1:{port}"
    runner = web.AppRunner(double.application())
    loop.run_until_complete(runner.setup())
    loop.run_until_complete(web.TCPSite(runner, "127.0.0.1", port).start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield double
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.run_until_complete(runner.cleanup())
    loop.close()


@pytest.fixture(scope="session")
def _process(
    model: Path, _backend_process: BackendDouble, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    port, log = _free_port(), tmp_path_factory.mktemp("log") / "assistant.log"
    command = [sys.executable, "-m", "bot.assistant.serve", "--model", str(model)]
    environment = {
        **os.environ,
        "SERENO_ASSISTANT_TOKEN": TOKEN,
        "SERENO_BACKEND_URL": _backend_process.url,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    served = Served(f"http://127.0.0.1:{port}/webhooks/sereno/", _backend_process, model, log)
    try:
        _wait_for(served, process)
        yield served
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(served: Served, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, served.log.read_text()
        try:
            if served.ask("health")[0] == 200:
                return
        except urllib.error.URLError:
            pass
        time.sleep(0.1)
    raise AssertionError("The assistant did not start in a minute.")


@pytest.fixture
def served(_process: Served) -> Iterator[Served]:
    """The assistant at work; the double of the backend is empty and well."""
    double = _process.backend
    double.dialogues.clear()
    double.headers.clear()
    double.queries.clear()
    double.actions_fail = double.dialogues_fail = False
    yield _process
    double.actions_fail = double.dialogues_fail = False
