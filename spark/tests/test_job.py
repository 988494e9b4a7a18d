"""What a job prints and how it ends."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from jobs import aggregate_content, compact_curated, erase_visitors, train_recommendations
from support.failure import JobError, sentence_of
from support.job import Job, Run
from tests.conftest import SMALL
from tests.lakes import Lake, event

JOBS = [module.JOB for module in (aggregate_content, compact_curated, erase_visitors, train_recommendations)]
PROJECT = Path(__file__).parents[1]
GIVEN = ("spark.master", "spark.driver.memory")


@pytest.fixture(autouse=True)
def _one_session(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def same(_name: str, _level: str) -> Iterator[SparkSession]:
        yield spark

    monkeypatch.setattr("support.job.session", same)


def job(work: Any) -> Job:
    return Job("a_job", "Does it.", "jobs/a_job.py --curated /data", (), work, "look again")


def test_the_result_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = job(lambda run: {"run": run.name}).main(["--curated", "/data", "--at", "2026-04-01T06:00:00Z"])
    assert (code, capsys.readouterr().out) == (0, '{"run": "run=20260401T060000Z"}\n')


def test_mistakes_end_with_2_before_spark_starts(capsys: pytest.CaptureFixture[str]) -> None:
    code = job(lambda _: pytest.fail("ran")).main(["--at", "now"])
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.splitlines() == [
        "--curated must be given, got nothing",
        "--at must be an instant like \"2026-03-31T18:05:00Z\", got 'now'",
        "Next: a_job.py --help shows an example",
    ]


def test_what_the_job_finds_wrong_ends_with_1_and_its_own_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    def work(_: Run) -> None:
        raise JobError("the lake is dry", "send events")

    assert job(work).main(["--curated", "/data"]) == 1
    assert capsys.readouterr().err == "a_job failed: the lake is dry\nNext: send events\n"


def test_a_file_that_is_no_parquet_is_named_in_one_sentence(capsys: pytest.CaptureFixture[str], lake: Lake) -> None:
    lake.put("one", [event("view", "2026-03-02")])
    broken = lake.folder / "events/shop=shoes/month=2026-03/broken.parquet"
    broken.write_bytes(b"something else that is long enough")
    code = compact_curated.JOB.main(["--curated", str(lake.folder)])
    first, second = capsys.readouterr().err.splitlines()
    assert code == 1
    assert first.startswith("compact_curated failed: RuntimeException: file:")
    assert f"{broken} is not a Parquet file" in first
    assert second.startswith("Next: look at the file or bucket that the message names, then run it again")


@pytest.mark.parametrize(
    ("fail", "sentence"),
    [
        (
            lambda spark: spark.read.text("/nowhere/at/all").collect(),
            r"^AnalysisException: \[PATH_NOT_FOUND\] .*/nowhere",
        ),
        (lambda spark: spark.sql("SELECT raise_error('too much')").collect(), r"^RuntimeException: too much$"),
        (
            lambda spark: spark.range(1).select(f.udf(lambda _: 1 / 0)("id")).collect(),
            r"ZeroDivisionError: division by zero$",
        ),
        (lambda _: {}["key"], r"^KeyError: 'key'$"),
        (lambda _: (_ for _ in ()).throw(ValueError("x" * 900)), r"^ValueError: x{380,400}…$"),
    ],
)
def test_an_error_is_one_sentence(spark: SparkSession, fail: Any, sentence: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        fail(spark)
    said = sentence_of(caught.value)
    assert "\n" not in said
    assert re.search(sentence, said), said


@pytest.mark.parametrize("made", JOBS, ids=lambda made: made.name)
def test_each_job_shows_an_example_of_itself(made: Job, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        made.main(["--help"])
    assert f"Example:\n  spark-submit jobs/{made.name}.py --curated s3://" in capsys.readouterr().out


def test_spark_submit_runs_a_job_with_a_zip_of_its_modules(lake: Lake, tmp_path: Path) -> None:
    lake.put("one", [event("view", "2026-03-02")])
    modules = tmp_path / "modules.zip"
    with zipfile.ZipFile(modules, "w") as made:
        for path in (one for folder in ("support", "transforms") for one in (PROJECT / folder).glob("*.py")):
            made.write(path, path.relative_to(PROJECT))
    words = ["--master", "local[1]", "--driver-memory", "512m", "--py-files", str(modules)]
    settings = {**SMALL, "spark.local.dir": str(tmp_path / "local")}
    confs = [word for key in sorted(settings) if key not in GIVEN for word in ("--conf", f"{key}={settings[key]}")]
    entry = str(PROJECT / "jobs/aggregate_content.py")
    ended = subprocess.run(
        [Path(sys.executable).parent / "spark-submit", *words, *confs, entry, "--curated", str(lake.folder)],
        env={
            **{key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["daily"] == {"made": 1, "kept": 0}
    assert (lake.folder / "aggregates/index.json").is_file()
