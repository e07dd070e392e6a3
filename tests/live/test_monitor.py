"""Verdicts last: told once, withdrawn when they no longer hold, and stopping only when they are sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf, isfinite, isnan, nan

import pytest

from ftlint.live.cut import eval_marks, row_marks, upto
from ftlint.live.monitor import Monitor
from ftlint.live.stopping import Stopping, named
from ftlint.live.verdicts import Change, sentence
from ftlint.model import Finding, FtlintError, RunLog, Severity
from ftlint.registry import rules
from ftlint.rule import Rule
from ftlint.runlogs.recorder import Recorder


class Above(Rule[RunLog]):
    """The eval loss is above its lowest by a tenth."""

    code = "XRUN001"
    name = "overfitting"
    severity = Severity.WARNING
    confirmed_by = "evals"
    sure: float = 0.95

    def check(self, log: RunLog) -> Iterator[Finding]:
        for name, series in log.eval_losses.items():
            low = min(filter(isfinite, series.values), default=inf)
            if low == inf:
                continue
            step = series.steps[series.values.index(low)]
            if series.values[-1] > 1.1 * low:
                said = f"eval {name or 'main'} loss bottomed at {low:.3f}, now {series.values[-1]:.3f}"
                yield Finding(said, step=step, confidence=self.sure)


class Jump(Rule[RunLog]):
    """Each value above twice the one before; worse where it never came down again."""

    code = "XRUN002"
    name = "loss-spike"
    severity = Severity.WARNING

    def check(self, log: RunLog) -> Iterator[Finding]:
        if log.loss is None:
            return
        values = log.loss.values
        for index in range(1, len(values)):
            if values[index] > 2 * values[index - 1]:
                down = min([*values[index + 1 :], inf]) <= values[index - 1]
                step = log.loss.steps[index]
                said = f"loss rose from {values[index - 1]:.2f} to {values[index]:.2f} at step {step:.0f}"
                yield Finding(said, step=step, severity=Severity.INFO if down else None)


class Short(Rule[RunLog]):
    """The run came to its end with a loss above 1."""

    code = "XRUN003"
    name = "too-short"
    severity = Severity.INFO
    waits = "end"

    def check(self, log: RunLog) -> Iterator[Finding]:
        if log.loss is not None and log.loss.values[-1] > 1:
            yield Finding("still above 1", step=log.last_step, confidence=1.0)


class Broken(Rule[RunLog]):
    """A loss that is no number."""

    code = "XRUN004"
    name = "nan-loss"
    severity = Severity.ERROR
    confirmed_by = "at once"

    def check(self, log: RunLog) -> Iterator[Finding]:
        for name in ("loss", "eval_loss"):
            series = log.series.get(name)
            bad = [step for step, value in series.points() if isnan(value)] if series else []
            if bad:
                yield Finding(
                    f"{name} is nan {len(bad)} times from step {bad[0]:.0f} on", step=bad[0], confidence=1.0
                )


RULES = (Above(), Jump(), Short(), Broken())


def run(evals: Sequence[float] = (), losses: Sequence[float] = (), general: Sequence[float] = ()) -> RunLog:
    """A loss every 10 steps, an eval loss every 50."""
    recorder = Recorder("out/trainer_state.json", "trainer-state")
    for index, value in enumerate(losses, 1):
        recorder.row(10 * index, {"loss": value})
    for index, value in enumerate(evals, 1):
        recorder.row(50 * index, {"eval_loss": value})
    for index, value in enumerate(general, 1):
        recorder.row(50 * index, {"eval_general_loss": value})
    return recorder.log()


def news(changes: Sequence[Change]) -> list[tuple[str, str]]:
    return [(change.word, change.verdict.name) for change in changes]


def test_a_verdict_is_told_once_and_its_numbers_stay_up_to_date() -> None:
    monitor = Monitor(RULES)
    values = [2.0, 1.5, 1.0, 1.2, 1.3, 1.4]
    told = [news(monitor.look(run(values[:count]))) for count in range(1, 7)]
    # found at the fourth evaluation, told when it has held at two
    assert told == [[], [], [], [], [("found", "overfitting")], []]
    (standing,) = monitor.verdicts
    assert (standing.step, standing.since, standing.held) == (150, 200, 3)
    assert "now 1.400" in standing.message
    assert monitor.stopped_by == standing


def test_what_did_not_hold_for_long_enough_is_told_when_asked_for() -> None:
    monitor = Monitor(RULES)
    assert monitor.look(run([2.0, 1.0, 1.2])) == []
    assert monitor.verdicts == []
    assert news(monitor.rest()) == [("found", "overfitting")]
    assert monitor.rest() == []
    assert [each.stops for each in monitor.verdicts] == [False]


def test_a_best_step_that_moves_is_no_new_verdict() -> None:
    monitor = Monitor(RULES)
    monitor.look(run([2.0, 1.0, 1.2, 1.3]))
    assert news(monitor.look(run([2.0, 1.0, 1.2, 1.3, 0.9]))) == []
    assert news(monitor.look(run([2.0, 1.0, 1.2, 1.3, 0.9, 1.4]))) == []
    (standing,) = monitor.verdicts
    assert (standing.step, standing.since, standing.held) == (250, 150, 1)
    assert monitor.stopped_by is None


def test_what_no_longer_holds_is_withdrawn_after_as_many_evals() -> None:
    monitor = Monitor(RULES)
    assert news(monitor.look(run([2.0, 1.0, 1.2, 1.3]))) == [("found", "overfitting")]
    assert news(monitor.look(run([2.0, 1.0, 1.2, 1.3, 0.9]))) == []
    (change,) = monitor.look(run([2.0, 1.0, 1.2, 1.3, 0.9, 0.8]))
    assert (change.word, change.verdict.name, change.at) == ("withdrawn", "overfitting", 300)
    assert monitor.verdicts == []


def test_what_came_and_went_meanwhile_is_never_told() -> None:
    monitor = Monitor(RULES)
    values = [2.0, 1.0, 1.2, 0.9, 0.8, 1.0, 0.7, 0.6]
    assert [monitor.look(run(values[:count])) for count in range(1, 9)] == [[]] * 8


def test_looking_seldom_comes_to_the_same() -> None:
    values = [2.0, 1.5, 1.0, 1.2, 1.3, 1.4]
    often, once = Monitor(RULES), Monitor(RULES)
    for count in range(1, 7):
        often.look(run(values[:count]))
    assert news(once.look(run(values))) == [("found", "overfitting")]
    assert [each._replace(since=0) for each in once.verdicts] == [
        each._replace(since=0) for each in often.verdicts
    ]
    assert once.look(run(values)) == []


def test_of_two_spikes_the_second_is_news_and_the_first_mends() -> None:
    monitor = Monitor(RULES)
    losses = [2.0, 1.9, 5.0, 4.9]
    assert news(monitor.look(run(losses=losses))) == [("found", "loss-spike")]
    assert monitor.look(run(losses=[*losses, 1.8])) == []
    (change,) = monitor.look(run(losses=[*losses, 1.8, 1.7, 1.7]))
    assert change.word == "changed"
    assert change.before is not None
    assert (change.before.severity, change.verdict.severity) == (Severity.WARNING, Severity.INFO)
    (change,) = monitor.look(run(losses=[*losses, 1.8, 1.7, 1.7, *[6.0] * 6]))
    assert (change.word, change.verdict.step) == ("found", 80)
    assert [each.step for each in monitor.verdicts] == [80, 30]


class Flicker(Rule[RunLog]):
    """Costs more in some stretches."""

    code = "XRUN006"
    name = "flicker"
    severity = Severity.WARNING

    def check(self, log: RunLog) -> Iterator[Finding]:
        rows = len(log.loss or ())
        severity = Severity.ERROR if rows % 40 > 25 else Severity.WARNING
        yield Finding(f"after {rows} rows", step=10, severity=severity)


def test_a_severity_that_goes_up_and_down_is_told_once() -> None:
    monitor = Monitor((Flicker(),))
    changes = [each for count in range(1, 200) for each in monitor.look(run(losses=[1.0] * count))]
    assert [change.word for change in changes] == ["found", "changed", "changed"]
    assert [change.verdict.severity.label for change in changes] == ["warning", "error", "warning"]


class Note(Rule[RunLog]):
    """An observation."""

    code = "XRUN007"
    name = "note"
    severity = Severity.INFO

    def check(self, log: RunLog) -> Iterator[Finding]:
        yield Finding("as expected", step=10)


def test_observations_wait_for_the_end_unless_they_may_stop_the_run() -> None:
    monitor = Monitor((Note(),))
    assert monitor.look(run(losses=[2.0, 1.9])) == []
    assert news(monitor.look(run(losses=[2.0, 1.9]), ended=True)) == [("found", "note")]
    assert news(Monitor((Note(),), Stopping(rules=("note",))).look(run(losses=[2.0, 1.9]))) == [
        ("found", "note")
    ]


def test_a_second_eval_set_of_the_same_step_counts_once() -> None:
    recorder = Recorder("out", "trainer-state")
    monitor = Monitor((Above(),))
    for index, (value, general) in enumerate([(2.0, 2.0), (1.9, 1.5), (1.8, 1.9), (1.7, 2.1)], 1):
        recorder.row(50 * index, {"eval_loss": value})
        monitor.look(recorder.log())
        recorder.row(50 * index, {"eval_general_loss": general})
        monitor.look(recorder.log())
        assert [each.held for each in monitor.verdicts] == ([2] if index == 4 else [])
    assert monitor.stopped_by is not None


class Faulty(Rule[RunLog]):
    """Breaks."""

    code = "XRUN005"
    name = "faulty"
    severity = Severity.ERROR

    def check(self, log: RunLog) -> Iterator[Finding]:
        yield Finding(f"{1 / (150 - log.last_step)}")


def test_a_rule_that_breaks_is_left_out_and_the_others_go_on() -> None:
    monitor = Monitor((Faulty(), Above()))
    assert news(monitor.look(run([2.0, 1.0]))) == [("found", "faulty")]
    monitor.look(run([2.0, 1.0, 1.2]))
    assert list(monitor.broken) == ["XRUN005"]
    assert "ZeroDivisionError" in monitor.broken["XRUN005"]
    monitor.look(run([2.0, 1.0, 1.2, 1.3]))
    assert [each.name for each in monitor.verdicts] == ["overfitting"]


def test_rules_that_ask_for_the_end_are_heard_at_the_end() -> None:
    monitor = Monitor(RULES)
    assert monitor.look(run(losses=[3.0, 2.0])) == []
    assert news(monitor.look(run(losses=[3.0, 2.0]), ended=True)) == [("found", "too-short")]


class Recited(Above):
    """What is learnt by heart."""

    code = "XRUN008"
    name = "recited"
    waits = "epoch"


@pytest.mark.parametrize(("steps_per_epoch", "told"), [(500, []), (100, [("found", "recited")])])
def test_what_a_second_epoch_shows_is_not_heard_in_the_first(
    steps_per_epoch: int, told: list[tuple[str, str]]
) -> None:
    recorder = Recorder("out", "trainer-state")
    for index, value in enumerate([2.0, 1.0, 1.2, 1.3], 1):
        recorder.row(50 * index, {"eval_loss": value, "epoch": 50 * index / steps_per_epoch})
    monitor = Monitor((Recited(),), Stopping(patience=1))
    assert news(monitor.look(recorder.log())) == told


def test_rules_that_are_shipped_say_how_they_are_watched() -> None:
    """As the guide has it: what waits for the end, or for the second epoch, and what confirms it."""
    shipped = [rule for rule in rules().values() if rule.subject is RunLog]
    assert {rule.name for rule in shipped if rule.waits == "end"} == {
        *("not-converged", "eval-missing", "eval-too-rare")
    }
    assert {rule.name for rule in shipped if rule.waits == "epoch"} == {
        "overfitting",
        "memorisation-staircase",
    }
    assert {rule.name for rule in shipped if rule.confirmed_by == "evals"} == {"overfitting", "forgetting"}
    assert {rule.name for rule in shipped if rule.confirmed_by == "at once"} == {"nan-loss", "zero-loss"}


@pytest.mark.parametrize(
    ("losses", "evals", "stops"),
    [
        ([2.0, nan], [], False),
        ([2.0, nan, 1.9], [], False),
        ([2.0, nan, nan], [], True),
        ([2.0, 1.9, 1.8, 1.7], [nan, nan, nan], False),
    ],
    ids=["one row", "one that passed", "to the end", "of the eval set alone"],
)
def test_a_loss_that_is_no_number_stops_where_it_stays(
    losses: list[float], evals: list[float], stops: bool
) -> None:
    monitor = Monitor(RULES)
    monitor.look(run(evals, losses))
    assert "nan-loss" in {each.name for each in monitor.verdicts}
    assert (monitor.stopped_by is not None) is stops


@pytest.mark.parametrize(
    ("stopping", "sure", "stops"),
    [
        (Stopping(), 0.95, True),
        (Stopping(), 0.89, False),
        (Stopping(confidence=0.8), 0.89, True),
        (Stopping(patience=4), 0.95, False),
        (Stopping(rules=("divergence",)), 0.95, False),
        (Stopping(rules=("divergence",), severity=Severity.WARNING), 0.5, True),
        (Stopping(rules=("divergence",), severity=Severity.ERROR), 0.95, False),
    ],
)
def test_what_stops(stopping: Stopping, sure: float, stops: bool) -> None:
    monitor = Monitor((Above(sure=sure),), stopping)
    monitor.look(run([2.0, 1.0, 1.2, 1.3, 1.4]))
    monitor.rest()
    assert [each.name for each in monitor.verdicts] == ["overfitting"]
    assert (monitor.stopped_by is not None) is stops


def test_a_resume_from_before_the_verdict_withdraws_it() -> None:
    monitor = Monitor(RULES)
    monitor.look(run([2.0, 1.0, 1.2, 1.3]))
    assert monitor.stopped_by is not None
    assert news(monitor.look(run([2.0, 1.0, 0.9]))) == [("withdrawn", "overfitting")]
    assert monitor.stopped_by is None


def test_a_log_that_was_cut_is_what_it_was_then() -> None:
    whole = run([2.0, 1.5, 1.2], [1.0] * 17, [1.0, 1.1])
    assert eval_marks(whole) == [50, 100, 150]
    assert eval_marks(run(losses=[1, 2])) == []
    assert row_marks(whole) == [10, 20, 30, 40, 50, 70, 90, 120, 150]
    steps = row_marks(run(losses=[1.0] * 500))
    assert steps[:8] == [10, 20, 30, 40, 50, 70, 90, 120]
    assert all(
        low + 50 <= high <= max(low + 50, 1.05 * low + 10) for low, high in pairwise(steps) if low > 200
    )
    assert row_marks(run([1.0, 2.0])) == [50, 100]
    assert row_marks(run()) == []
    cut = upto(whole, 100)
    assert cut.last_step == 100
    assert {name: len(series) for name, series in cut.series.items()} == {
        "eval_general_loss": 2, "eval_loss": 2, "loss": 10
    }  # fmt: skip
    assert upto(whole, 170) is whole
    assert "eval_loss" not in upto(whole, 20).series


def test_names_of_rules_are_understood_or_refused() -> None:
    assert named(["xrun001,loss-spike", "overfitting"], RULES) == ("overfitting", "loss-spike")
    with pytest.raises(FtlintError, match=r"'overfiting'.*overfitting"):
        named(["overfiting"], RULES)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "eval loss bottomed at 1.021 (step 1,200), now 1.187 (+16%)",
            "eval loss bottomed at # (step #), now # (#)",
        ),
        ("loss rose 3.2x to -1e-5 and is nan", "loss rose # to # and is #"),
        ("set mmlu5 of eval_2 is at inf", "set mmlu5 of eval_2 is at #"),
    ],
)
def test_a_sentence_is_a_message_without_its_numbers(message: str, said: str) -> None:
    assert sentence(message) == said
