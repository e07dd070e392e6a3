"""Whatever a log holds, runs are shown, drawn and compared."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from ftlint.detect.curves.verdicts import judgements
from ftlint.report.cells import cells
from ftlint.report.run_compare_html import write as compare_html
from ftlint.report.run_compare_text import write as compare_text
from ftlint.report.run_compared import compare
from ftlint.report.run_curves import Axis
from ftlint.report.run_html import write as html
from ftlint.report.run_json import write as as_json
from ftlint.report.run_overlay import overlay
from ftlint.report.run_plot import plot
from ftlint.report.run_show import Asked, write
from ftlint.report.run_svg import svg
from ftlint.report.run_view import RunView
from ftlint.report.style import Style
from ftlint.runlogs.recorder import Recorder

NAMES = st.sampled_from(
    [
        "loss",
        "eval_loss",
        "eval_general_loss",
        "learning_rate",
        "reward",
        "kl",
        "epoch",
        "eval_accuracy",
        "a <b>",
    ]
)
ROW = st.tuples(
    st.integers(0, 200), st.dictionaries(NAMES, st.floats(), max_size=4), st.none() | st.floats(0, 2e9)
)
ROWS = st.lists(ROW, max_size=40)


def view_of(rows: list[tuple[int, dict[str, float], float | None]], name: str) -> RunView:
    recorder = Recorder(f"runs/{name}/log.json", "test")
    for step, values, time in rows:
        recorder.row(step, values, time)
    log = recorder.log()
    return RunView(log, judgements=judgements(log))


@settings(max_examples=60)
@given(ROWS, ROWS, st.sampled_from(["step", "epoch", "time"]), st.booleans())
def test_whatever_a_log_holds(
    one: list[tuple[int, dict[str, float], float | None]],
    other: list[tuple[int, dict[str, float], float | None]],
    axis: Axis,
    logarithmic: bool,
) -> None:
    asked = Asked(axis=axis, log=logarithmic)
    views = [view_of(one, "one"), view_of(other, "other")]
    made = compare(views)
    out = io.StringIO()
    for view in views:
        write(view, out, Style(width=60), asked)
        as_json([view], io.StringIO())
        html(view, io.StringIO(), asked)
        ET.fromstring(svg(plot(view, asked), alone=True))
    compare_text(made, out, Style(width=60), asked)
    compare_html(made, io.StringIO(), asked)
    ET.fromstring(svg(overlay(made, asked), alone=True))
    assert all(cells(line) <= 60 for line in out.getvalue().splitlines())
