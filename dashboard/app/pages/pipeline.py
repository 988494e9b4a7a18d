"""Whether events arrive: what each stage has done, what waits, what was refused, and what someone should look at."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from dash import Dash, Input, Output, dcc, html

from app.model import Freshness, PipelineHealth, RejectedReason, Sources, StageHealth
from app.pages import charts, wording
from app.pages.parts import Column, Part, bar, care, chart, empty, fails_alone, notice, section, slot, table

AGAIN_MILLISECONDS = 30_000
"""The stores are looked at every 30 seconds unless told otherwise."""
OLD = timedelta(minutes=5)
"""Ten looks in a row have failed."""
REASONS = 100
PROBLEMS = 10
"""Shown in words: a thousand files may have the same."""

WORK = {
    "structure": "raw files to Parquet, bad lines set apart",
    "load-figures": "Parquet to figures in DynamoDB",
    "load-rows": "Parquet to rows in PostgreSQL",
    "load-lake": "Parquet to files that Athena and this page read",
}


def layout() -> list[Part]:
    return [
        html.H1("Pipeline"),
        html.P("From the files that shops send to the three stores: does everything arrive?", className="lead"),
        html.Div(
            dcc.Checklist(
                id="refresh",
                options=[{"label": "Refresh every 30 seconds", "value": "on"}],
                value=["on"],
                className="choices",
            ),
            className="filters",
        ),
        slot("care", 5),
        section("stages", "Stages", [slot("stages-slot", 13)]),
        section("throughput", "Files by hour", [slot("throughput-slot", 22)]),
        html.Div(
            [
                section("lines", "Lines", [slot("lines-slot", 8)]),
                section("lake", "Lake", [slot("lake-slot", 8)]),
            ],
            className="pair",
        ),
        section("rejected", "Rejected lines by reason", [slot("rejected-slot", 8)]),
        dcc.Interval(id="tick", interval=AGAIN_MILLISECONDS),
    ]


def register(app: Dash, sources: Sources) -> None:
    tick = Input("tick", "n_intervals")

    @app.callback(Output("tick", "disabled"), Input("refresh", "value"))
    def pause(value: Sequence[str] | None) -> bool:
        return not value

    @app.callback(Output("care", "children"), tick)
    @fails_alone
    def status(_: int) -> Part | list[Part]:
        health = sources.pipeline.health()
        return status_of(health, datetime.now(UTC)) if health else not_yet()

    @app.callback(Output("stages-slot", "children"), tick)
    @fails_alone
    def stages(_: int) -> Part:
        health = sources.pipeline.health()
        return stage_table(health) if health else not_yet()

    @app.callback(Output("throughput-slot", "children"), tick)
    @fails_alone
    def throughput(_: int) -> Part:
        health = sources.pipeline.health()
        return throughput_chart(health) if health else not_yet()

    @app.callback(Output("lines-slot", "children"), tick)
    @fails_alone
    def lines(_: int) -> Part:
        health = sources.pipeline.health()
        return line_table(health) if health else not_yet()

    @app.callback(Output("rejected-slot", "children"), tick)
    @fails_alone
    def rejected(_: int) -> Part:
        health = sources.pipeline.health()
        return reason_table(health.rejected) if health else not_yet()

    @app.callback(Output("lake-slot", "children"), tick)
    @fails_alone
    def lake(_: int) -> Part:
        return lake_list(sources.lake.freshness())


def not_yet() -> html.Div:
    return empty("The first look at the pipeline is on its way.")


def concerns(health: PipelineHealth, now: datetime) -> list[str]:
    """What someone should look at, worst first, each with what to do."""
    found = []
    if now - health.as_of > OLD:
        found.append(
            f"These figures are {wording.duration(now - health.as_of)} old: the log of the dashboard says why."
        )
    found += [f"{problem}." for problem in health.problems[:PROBLEMS]]
    if len(health.problems) > PROBLEMS:
        found.append(f"{wording.counted(len(health.problems) - PROBLEMS, 'problem')} more of that kind.")
    for stage in health.stages:
        # A queue that does not answer is among the problems, with the reason.
        if (stage.waiting is None or stage.dead_letters is None) and not health.problems:
            found.append(f"The queue of {stage.stage} does not answer.")
        if stage.dead_letters:
            letters = wording.counted(stage.dead_letters, "message")
            found.append(f"{stage.stage} has set {letters} aside: groundplan dead-letters says why.")
        if stage.waiting and stage.files_last_hour == 0:
            found.append(
                f"{wording.counted(stage.waiting, 'message')} for {stage.stage}, which wrote nothing for an hour."
            )
    if _unaccounted(health):
        lines = wording.counted(abs(_unaccounted(health)), "line")
        found.append(f"Lines in are not good and rejected together: {lines} of difference.")
    if health.lines_rejected:
        lines = wording.counted(health.lines_rejected, "line was", "lines were")
        found.append(f"{lines} rejected: the reasons are below.")
    return found


def _unaccounted(health: PipelineHealth) -> int:
    return health.lines_in - health.lines_good - health.lines_rejected


def status_of(health: PipelineHealth, now: datetime) -> list[Part]:
    looked = wording.counted(health.files_looked_at, "file")
    if health.files_looked_at < health.files_known:
        looked = f"the newest {looked} of {wording.count(health.files_known)}"
    as_of = html.Div(f"As of {wording.instant(health.as_of, seconds=True)} · {looked} looked at", className="as-of")
    found = concerns(health, now)
    if not found:
        well = [html.Span("● ", className="mark", **{"aria-hidden": "true"}), "Nothing needs care."]
        return [as_of, html.Div(well, className="note well", role="status")]
    head = html.Strong(f"{wording.counted(len(found), 'thing needs', 'things need')} care")
    return [as_of, notice([head, html.Ul([html.Li(text) for text in found])])]


def stage_table(health: PipelineHealth) -> Part:
    titles = ("Dead letters", "Waiting", "Lag, median", "Files, last hour", "Files, last day")
    columns = [Column("Stage"), *(Column(title, True) for title in titles)]
    return table(
        "What each stage has written, and what is in its queues", columns, [_stage(row) for row in health.stages]
    )


def _stage(row: StageHealth) -> list[Part]:
    name = html.Span([html.Span(row.stage, className="item"), html.Span(WORK.get(row.stage, ""), className="work")])
    lag = wording.NONE if row.lag is None else wording.duration(row.lag)
    stuck = row.waiting is not None and row.waiting > 0 and row.files_last_hour == 0
    waiting = care("no answer") if row.waiting is None else wording.count(row.waiting)
    if stuck:
        waiting = care(f"{wording.count(row.waiting or 0)} waiting")
    dead = care("no answer") if row.dead_letters is None else wording.count(row.dead_letters)
    if row.dead_letters:
        dead = care(f"{wording.count(row.dead_letters)} set aside")
    return [name, dead, waiting, lag, wording.count(row.files_last_hour), wording.count(row.files_last_day)]


def throughput_chart(health: PipelineHealth) -> Part:
    points = health.throughput
    if not points:
        return empty("No file has come through yet.")
    stages = list(dict.fromkeys([*(stage.stage for stage in health.stages), *(point.stage for point in points)]))
    hours = sorted({point.hour for point in points})
    first, last = wording.instant(hours[0]), wording.instant(hours[-1])
    summary = f"Files by hour and stage, {wording.counted(len(hours), 'hour')} with a file, {first} to {last}"
    columns = [Column("Hour"), Column("Stage"), Column("Files", True), Column("Lines", True)]
    rows = [
        [wording.instant(p.hour), p.stage, wording.count(p.files), wording.count(p.lines)] for p in reversed(points)
    ]
    return chart(
        "throughput", charts.throughput(points, stages), summary, table(f"{summary}, newest first", columns, rows), 20
    )


def line_table(health: PipelineHealth) -> Part:
    if not health.lines_in:
        return empty("No line has come in yet.")
    rejected = care(wording.count(health.lines_rejected)) if health.lines_rejected else wording.count(0)
    lines: list[tuple[str, Part, int, str]] = [
        ("In", wording.count(health.lines_in), health.lines_in, "files"),
        ("Good", wording.count(health.lines_good), health.lines_good, "files"),
        ("Rejected", rejected, health.lines_rejected, "rejected"),
    ]
    rows = [
        [name, shown, bar(n, health.lines_in, hue), wording.share(n, health.lines_in)] for name, shown, n, hue in lines
    ]
    columns = [Column("Lines"), Column("Number", True), Column(""), Column("Of lines in", True)]
    return html.Div(table("Lines of the files looked at", columns, rows), className="funnel")


def reason_table(reasons: Sequence[RejectedReason]) -> Part:
    if not reasons:
        return empty("No line was rejected.")
    shown = reasons[:REASONS]
    most = max(reason.lines for reason in shown)
    rows = [[reason.reason, wording.count(reason.lines), bar(reason.lines, most, "rejected")] for reason in shown]
    caption = (
        f"The {REASONS} most frequent reasons" if len(reasons) > REASONS else wording.counted(len(reasons), "reason")
    )
    return html.Div(table(caption, [Column("Reason"), Column("Lines", True), Column("")], rows), className="reasons")


def lake_list(there: Freshness | None) -> Part:
    if there is None:
        return empty("The first copy of the lake is on its way.")
    pairs = [
        ("Newest partition", there.newest_month or "none yet"),
        ("Newest event", wording.instant(there.newest_event) if there.newest_event else "none yet"),
        ("Files", wording.count(there.files)),
        ("As of", wording.instant(there.as_of, seconds=True)),
    ]
    figures = [html.Div([html.Dt(title), html.Dd(text)], className="figure small") for title, text in pairs]
    return html.Dl(figures, className="figures")
