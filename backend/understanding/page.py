"""The figures as tables: for the terminal and for docs/understanding.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from backend.understanding.rules import (
    AS_WRITTEN,
    WHOLE,
    Figures,
    Judged,
    Run,
    by_language,
    confusions,
    figures,
)

HEAD = (
    "language",
    "messages",
    "kind",
    "kind F1",
    "category",
    "category F1",
    "danger recall",
    "danger precision",
    "language heard",
    "false reports",
    "calibration error",
)


def lines(run: Run) -> Iterator[str]:
    """Everything a run found, as Markdown."""
    written = run.judged[AS_WRITTEN]
    yield from per_language(written)
    yield ""
    yield f"A message alone takes the assistant {run.milliseconds:.1f} ms (median)."
    yield from ("", "## What is most often taken for what", "", *confused(written))
    if len(run.judged) > 1:
        yield from ("", "## Written in a hurry", "", *robustness(run.judged))
    if run.ways:
        yield from ("", "## Other ways, trained on the same messages", "")
        yield from systems({**run.ways, "Sereno": written})


def per_language(judged: Sequence[Judged]) -> list[str]:
    """A Markdown table: a row a language, all together last."""
    found = by_language(judged)
    order = [*sorted(language for language in found if language != WHOLE), WHOLE]
    return _table(HEAD, [(language, *_row(found[language])) for language in order])


def systems(compared: Mapping[str, Sequence[Judged]]) -> list[str]:
    """A Markdown table: a row for each way of understanding."""
    return _table(
        ("way", *HEAD[1:]), [(name, *_row(figures(judged))) for name, judged in compared.items()]
    )


def robustness(written: Mapping[str, Sequence[Judged]]) -> list[str]:
    """A Markdown table: what each way of writing costs, against the messages as written."""
    base = figures(written[AS_WRITTEN])
    rows = []
    for name, judged in written.items():
        here = figures(judged)
        lost = [
            _difference(getattr(here, figure), getattr(base, figure))
            for figure in ("kind", "category", "danger_recall", "language")
        ]
        rows.append((name, f"{here.kind:.3f}", *(["–"] * 4 if name == AS_WRITTEN else lost)))
    return _table(
        ("written", "kind", "kind ±", "category ±", "danger recall ±", "language ±"), rows
    )


def confused(judged: Sequence[Judged]) -> list[str]:
    """A Markdown table of the pairs that cost most."""
    return _table(
        ("is", "taken for", "times"),
        [(truth, given, str(times)) for truth, given, times in confusions(judged)],
    )


def _row(here: Figures) -> tuple[str, ...]:
    return (
        str(here.messages),
        *(
            "–" if share is None else f"{share:.3f}"
            for share in (
                here.kind,
                here.kind_f1,
                here.category,
                here.category_f1,
                here.danger_recall,
                here.danger_precision,
                here.language,
                here.false_reports,
                here.calibration,
            )
        ),
    )


def _difference(here: float | None, base: float | None) -> str:
    return "–" if here is None or base is None else f"{here - base:+.3f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
