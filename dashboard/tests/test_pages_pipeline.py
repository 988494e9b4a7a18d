"""What the pipeline page says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.model import PipelineHealth, RejectedReason
from app.pages import pipeline
from tests.pages_read import parts, rows, text
from tests.pages_sources import NOW, STAGES, FakeLake, health, stage


def test_says_that_nothing_needs_care() -> None:
    assert text(pipeline.status_of(health(), NOW)).endswith("Nothing needs care.")


@pytest.mark.parametrize(
    ("changed", "concern"),
    [
        (
            health(as_of=NOW - timedelta(minutes=6)),
            "These figures are 6 min 0 s old: the log of the dashboard says why.",
        ),
        (health(stages=[stage("load-rows", None)]), "The queue of load-rows does not answer."),
        (health(stages=[stage("load-rows", 0, None)]), "The queue of load-rows does not answer."),
        (
            health(stages=[stage("structure", 0, 1)]),
            "structure has set 1 message aside: groundplan dead-letters says why.",
        ),
        (
            health(stages=[stage("structure", 1_200, 0, 0)]),
            "1,200 messages for structure, which wrote nothing for an hour.",
        ),
        (health(lines_in=50_003), "Lines in are not good and rejected together: 3 lines of difference."),
        (
            health(
                stages=[stage("load-rows", None)], problems=["The queue rows does not answer (no): look at its role"]
            ),
            "The queue rows does not answer (no): look at its role.",
        ),
        (health(lines_in=50_001, lines_rejected=1), "1 line was rejected: the reasons are below."),
    ],
)
def test_says_what_needs_care(changed: PipelineHealth, concern: str) -> None:
    assert pipeline.concerns(changed, NOW) == [concern]


def test_shows_each_problem_of_the_look_and_bounds_them() -> None:
    problems = [f"manifests/{number}.json is no manifest: delete it" for number in range(13)]
    shown = pipeline.status_of(health(problems=problems), NOW)
    items = [text(part) for part in parts(shown) if type(part).__name__ == "Li"]
    assert items == [*(f"{problem}." for problem in problems[:10]), "3 problems more of that kind."]
    assert "11 things need care" in text(shown)


def test_marks_a_figure_that_needs_care_by_word_and_shape() -> None:
    stages = [stage("structure", 3, 2), stage("load-rows", None, None), stage("load-lake", 5, 0, 0)]
    shown = pipeline.stage_table(health(stages=stages))
    assert [row[1:3] for row in rows(shown)[1:]] == [
        ["2 set aside", "3"],
        ["no answer", "no answer"],
        ["0", "5 waiting"],
    ]
    marks = [part.children for part in parts(shown) if getattr(part, "className", "") == "mark"]
    assert marks == ["▲ "] * 4


def test_shows_no_lag_where_there_is_none() -> None:
    assert rows(pipeline.stage_table(health(stages=[replace(stage("structure"), lag=None)])))[1][3] == "–"


def test_draws_all_stages_and_says_the_same_in_numbers() -> None:
    shown = pipeline.throughput_chart(health())
    assert rows(shown)[0] == ["Hour", "Stage", "Files", "Lines"]
    assert len(rows(shown)) == 1 + 24 * len(STAGES)
    assert rows(shown)[1] == ["2026-03-31 12:00 UTC", "load-lake", "10", "2,000"]


def test_shows_lines_in_as_good_and_rejected() -> None:
    shown = rows(pipeline.line_table(health(lines_in=50_100, lines_rejected=100)))
    assert shown[1:] == [
        ["In", "50,100", "", "100.0 %"],
        ["Good", "50,000", "", "99.8 %"],
        ["Rejected", "100", "", "0.2 %"],
    ]


def test_bounds_the_reasons_and_says_so() -> None:
    shown = pipeline.reason_table([RejectedReason(f"reason {n}", 200 - n) for n in range(101)])
    assert len(rows(shown)) == 101
    assert shown.children.children[0].children == "The 100 most frequent reasons"


def test_says_so_where_there_is_nothing_yet() -> None:
    assert text(pipeline.reason_table([])) == "No line was rejected."
    assert text(pipeline.throughput_chart(health(throughput=()))) == "No file has come through yet."
    assert text(pipeline.line_table(health(lines_in=0))) == "No line has come in yet."
    assert "on its way" in text(pipeline.lake_list(None))


def test_shows_the_newest_partition() -> None:
    assert text(pipeline.lake_list(FakeLake().there)).startswith(
        "Newest partition 2026-03 Newest event 2026-03-31 11:58"
    )


def test_says_how_many_files_were_looked_at() -> None:
    shown = text(pipeline.status_of(health(files_looked_at=1_000, files_known=12_345), NOW))
    assert "the newest 1,000 files of 12,345 looked at" in shown
