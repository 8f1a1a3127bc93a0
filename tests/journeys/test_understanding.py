"""The trained assistant, judged by messages that nobody trained on."""

from pathlib import Path

import pytest

from backend.settings import ROOT, Settings
from backend.understanding.rules import AS_WRITTEN, by_language
from backend.understanding.service import evaluate, what_fell

pytestmark = pytest.mark.assistant


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):
    model = ROOT / "var" / "model" / "assistant.tar.gz"
    if not model.exists():
        pytest.skip("The assistant is not there: run make setup, then make test.")
    return evaluate(Settings(home=Path(ROOT / "var")))


@pytest.mark.timeout(400)
def test_no_figure_fell_by_more_than_its_noise(run) -> None:
    assert what_fell(run) == []


def test_every_language_was_judged(run) -> None:
    assert len(by_language(run.judged[AS_WRITTEN])) == 13


def test_no_language_is_far_behind_the_others(run) -> None:
    found = by_language(run.judged[AS_WRITTEN])
    assert min(figures.kind for figures in found.values()) >= 0.8
