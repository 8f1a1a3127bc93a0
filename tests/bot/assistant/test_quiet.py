"""No citizen's word in the assistant's log."""

from __future__ import annotations

from tests.bot.assistant.conftest import Served

WORD = "xylophonist"


def test_no_word_of_a_message_reaches_the_log(served: Served) -> None:
    said = f"someone stole my {WORD} in {WORD}ville"
    served.say(said, sender="quiet", metadata={"language": "en"})
    served.say(f"/{WORD}", sender="quiet")
    served.say("", sender="quiet", choice=WORD)
    served.ask("classify", {"texts": [said]})
    served.ask("webhook", {"sender": "quiet", "message": said, "metadata": WORD})
    served.ask("webhook", f'{{"sender": "quiet", "message": "{WORD}'.encode())

    assert WORD not in served.log.read_text()


def test_no_word_reaches_the_log_when_things_fail(served: Served) -> None:
    served.backend.actions_fail = True
    served.ask("webhook", {"sender": "quiet", "message": f"someone stole my {WORD}"})
    served.backend.actions_fail, served.backend.dialogues_fail = False, True
    served.ask("webhook", {"sender": "quiet", "message": f"someone stole my {WORD}"})

    log = served.log.read_text()
    assert WORD not in log
    assert "a turn failed: TurnFailed of action_report" in log


def test_the_secret_does_not_reach_the_log(served: Served) -> None:
    served.say("good morning")

    assert "a-secret-for-tests" not in served.log.read_text()
