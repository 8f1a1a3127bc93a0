"""The door: who may come in, what goes through, what comes out."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.bot.assistant.conftest import ROOT, Served


@pytest.mark.parametrize("token", [None, "", "wrong", "a-secret-for-tests-and-nothing-els"])
@pytest.mark.parametrize("path", ["health", "webhook", "classify"])
def test_nobody_comes_in_without_the_secret(served: Served, path: str, token: str) -> None:
    body = None if path == "health" else {"sender": "a", "message": "hello"}

    status, _ = served.ask(path, body, token)

    assert status == 401
    assert served.backend.dialogues == {}


def test_it_does_not_start_without_a_secret(served: Served) -> None:
    bare = {k: v for k, v in os.environ.items() if not k.startswith("SERENO_")}
    environment = {**bare, "SERENO_BACKEND_URL": "http://127.0.0.1:1"}

    ended = subprocess.run(
        [sys.executable, "-m", "bot.assistant.serve", "--model", str(served.model), "--port", "1"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode != 0
    assert "SERENO_ASSISTANT_TOKEN" in ended.stderr


def test_health_names_the_model(served: Served) -> None:
    status, answer = served.ask("health")

    assert status == 200
    assert answer["status"] == "ok"
    assert answer["model"]


def test_a_message_is_understood_and_answered(served: Served) -> None:
    answer = served.say("someone stole my phone yesterday", metadata={"language": "en"})

    assert answer["replies"] == [
        {"text": "did action_report", "buttons": [], "ask": None, "data": {}}
    ]
    understanding = answer["understanding"]
    assert (understanding["kind"], understanding["category"]) == ("report", "theft")
    assert understanding["urgent"] is False
    assert understanding["kinds"][0] == ["report", understanding["confidence"]]
    assert len(understanding["kinds"]) == 3


def test_what_goes_on_now_is_urgent(served: Served) -> None:
    understanding = served.say("a man is hitting my brother right now")["understanding"]

    assert understanding["urgent"] is True


def test_buttons_and_what_is_asked_come_out_with_the_text(served: Served) -> None:
    reply = served.say("good morning")["replies"][0]

    assert reply["buttons"] == [{"title": "A person", "choice": "human_handover"}]
    assert (reply["ask"], reply["data"]) == ("place", {"step": 1})


@pytest.mark.parametrize(
    ("choice", "kind"), [("report", "report"), ("skip", "choice"), ("/restart", "choice")]
)
def test_a_pressed_button_is_certain(served: Served, choice: str, kind: str) -> None:
    understanding = served.say("", choice=choice)["understanding"]

    assert (understanding["kind"], understanding["confidence"]) == (kind, 1.0)


def test_the_choice_and_the_backends_notes_stay_on_the_message(served: Served) -> None:
    served.say("", sender="p", choice="skip", metadata={"inbound": "7", "language": "ca"})

    [heard] = [e for e in served.backend.dialogues["p"] if e["event"] == "user"]
    notes = {"inbound": "7", "language": "ca", "choice": "skip"}
    assert notes.items() <= heard["metadata"].items()


@pytest.mark.parametrize(
    "typed", ["/restart", "  /back", '/report{"x":1}', "//session_start", "/", "\u00a0/restart"]
)
def test_a_typed_command_is_plain_words(served: Served, typed: str) -> None:
    served.say("good morning", sender="s")

    answer = served.say(typed, sender="s")

    events = served.backend.dialogues["s"]
    assert [e["text"] for e in events if e["event"] == "user"] == ["good morning", typed.strip()]
    assert not {"restart", "rewind"} & {event["event"] for event in events}
    assert answer["understanding"]["kind"] not in ("restart", "back", "session_start")


def test_a_long_story_is_weighed_by_both_ends_and_kept_whole(served: Served) -> None:
    story = "someone stole my phone. " + "x" * 9000 + " it was in my bag on the metro"

    answer = served.say(story, sender="long")

    assert answer["understanding"]["kind"] == "report"
    [heard] = [e for e in served.backend.dialogues["long"] if e["event"] == "user"]
    assert heard["text"] == story


def test_null_bytes_are_taken_out(served: Served) -> None:
    served.say("hel\x00lo", sender="n")

    [heard] = [e for e in served.backend.dialogues["n"] if e["event"] == "user"]
    assert heard["text"] == "hel lo"


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        {"sender": "a"},
        {"sender": "", "message": "x"},
        {"sender": "a", "message": 4},
        {"sender": "a", "message": "x", "metadata": []},
        {"sender": "a", "message": "x", "choice": 3},
    ],
)
def test_a_malformed_request_says_what_is_wanted(served: Served, body: object) -> None:
    status, answer = served.ask("webhook", body)

    assert status == 422
    assert "sender and message must be texts" in answer["error"]


def test_many_texts_are_weighed_in_their_order(served: Served) -> None:
    texts = ["hello", "/restart", "", "someone stole my phone"] * 10

    status, answer = served.ask("classify", {"texts": texts})

    kinds = [row["kind"] for row in answer["understandings"]]
    assert status == 200
    assert len(kinds) == 40
    assert kinds[::4] == ["smalltalk"] * 10
    assert kinds[2::4] == ["out_of_scope"] * 10
    assert kinds[3::4] == ["report"] * 10


@pytest.mark.parametrize("texts", [["x"] * 257, "hello", [1], None])
def test_too_many_texts_or_none_are_refused(served: Served, texts: object) -> None:
    status, answer = served.ask("classify", {"texts": texts})

    assert status == 422
    assert "at most 256" in answer["error"]


@pytest.mark.parametrize("path", ["../../", "../../model/parse", "../rest/webhook", "../../status"])
def test_the_engines_own_doors_are_shut(served: Served, path: str) -> None:
    status, _ = served.ask(path)

    assert status == 404


def test_when_an_action_fails_the_turn_has_not_been(served: Served) -> None:
    served.say("good morning", sender="t")
    before = list(served.backend.dialogues["t"])
    served.backend.actions_fail = True

    status, answer = served.ask("webhook", {"sender": "t", "message": "someone stole my phone"})

    assert status == 503
    assert answer == {"error": "The turn failed; nothing was kept."}
    assert served.backend.dialogues["t"] == before


def test_when_dialogues_cannot_be_kept_the_turn_fails(served: Served) -> None:
    served.backend.dialogues_fail = True

    status, _ = served.ask("webhook", {"sender": "u", "message": "good morning"})

    assert status == 503


def test_a_first_turn_that_fails_leaves_no_dialogue(served: Served) -> None:
    served.backend.actions_fail = True

    served.ask("webhook", {"sender": "first", "message": "someone stole my phone"})

    assert served.backend.dialogues == {}


def test_the_dialogue_goes_on_after_a_failed_turn(served: Served) -> None:
    served.backend.actions_fail = True
    served.ask("webhook", {"sender": "v", "message": "someone stole my phone"})
    served.backend.actions_fail = False

    assert served.say("someone stole my phone", sender="v")["replies"]


def test_the_secret_travels_in_a_header_and_never_in_an_address(served: Served) -> None:
    served.say("someone stole my phone", sender="w")

    calls = served.backend.headers
    assert len(calls) == 3
    assert {call["Authorization"] for call in calls} == {
        "Bearer a-secret-for-tests-and-nothing-else"
    }
    assert set(served.backend.queries) == {""}
