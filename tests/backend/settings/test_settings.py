"""What an administrator may set."""

from __future__ import annotations

import re

from backend.settings import ROOT, Settings

OPERATING = ROOT / "docs" / "operating.md"


def documented() -> dict[str, str]:
    rows = re.findall(
        r"^\| `(SERENO_[A-Z_]+)` \| (.*?) \| (.*?) \|$", OPERATING.read_text(), re.MULTILINE
    )
    return {name: what for name, _, what in rows}


def test_the_manual_lists_every_setting_and_no_other() -> None:
    assert list(documented()) == [f"SERENO_{name.upper()}" for name in Settings.model_fields]


def test_the_manual_says_of_each_setting_what_the_code_says() -> None:
    for name, field in Settings.model_fields.items():
        assert documented()[f"SERENO_{name.upper()}"] == field.description


def test_the_service_faces_this_machine_alone_until_told_otherwise() -> None:
    assert Settings(_env_file=None).host == "127.0.0.1"


def test_an_empty_telegram_token_means_no_telegram(monkeypatch) -> None:
    monkeypatch.setenv("SERENO_TELEGRAM_TOKEN", "")
    assert Settings(_env_file=None).telegram_token is None


def test_a_secret_is_not_shown_when_settings_are_printed(monkeypatch) -> None:
    monkeypatch.setenv("SERENO_TELEGRAM_TOKEN", "123:hush")
    assert "hush" not in repr(Settings(_env_file=None))
