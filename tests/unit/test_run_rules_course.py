"""The learning rate, gradients, throughput and resumes of a run."""

from math import inf, nan
from random import Random

import pytest
from made_runs import Curve, alarms, recorded, rising, seeded, told

from ftlint.detect.curves.resume import resumed
from ftlint.detect.curves.schedule import Plan, against, full_from_start, ran_out, shape
from ftlint.detect.curves.throughput import slowed, stalled
from ftlint.model import RunLog, Severity
from ftlint.model.run_log import Damaged
from ftlint.runlogs.recorder import Recorder

LOSS = [2.0 - 0.01 * n for n in range(100)]


def rates(plan: Plan, every: int = 1, count: int = 100) -> list[float]:
    """As the Trainer logs them: the rate of the step that comes next."""
    return [plan.at(index * every) for index in range(1, count + 1)]


@pytest.mark.parametrize(
    "plan",
    [
        Plan("linear", 2e-4, 0, 100),
        Plan("linear", 2e-4, 10, 100),
        Plan("cosine", 1e-5, 3, 100),
        Plan("cosine", 1e-5, 10, 100, floor=1e-6),
        Plan("constant", 3e-4, 0, 100),
        Plan("constant", 3e-4, 20, 100),
    ],
)
def test_a_schedule_agrees_with_itself_and_not_with_others(plan: Plan) -> None:
    log = recorded({"loss": LOSS, "learning_rate": rates(plan)})
    assert against(log, plan).state == "no"
    later = recorded({"loss": LOSS, "learning_rate": [plan.at(index) for index in range(100)]})
    assert against(later, plan).state == "no", "a scheduler may count from the step before"
    double = plan._replace(peak=2 * plan.peak, floor=2 * plan.floor)
    assert against(log, double).numbers["factor"] == pytest.approx(0.5, rel=0.02)
    other = "constant" if plan.shape != "constant" else "linear"
    assert against(log, plan._replace(shape=other)).found
    assert shape(log.series["learning_rate"], 100) in (plan.shape, "") or plan.floor


def test_a_coarse_log_is_held_against_the_steps_it_has() -> None:
    plan = Plan("linear", 2e-4, 100, 1000)
    log = recorded({"loss": LOSS[:10], "learning_rate": rates(plan, 100, 10)}, every=100)
    assert against(log, plan).state == "no"
    assert against(log, plan._replace(warmup=500)).found


def test_a_rate_that_is_spent_early_is_told_with_the_step() -> None:
    spent = [2e-4 * max(0.0, 1 - n / 40) for n in range(1, 101)]
    assert ran_out(recorded({"loss": LOSS, "learning_rate": spent})).step == 40
    for sound in (Plan("cosine", 2e-4, 3, 100), Plan("linear", 2e-4, 3, 100)):
        assert ran_out(recorded({"loss": LOSS, "learning_rate": rates(sound)})).state == "no"
    assert ran_out(recorded({"loss": LOSS, "learning_rate": [0.0] * 100})).state == "unknown"


def test_warmup_is_not_missed_where_it_may_hide() -> None:
    falling = [2e-4 * (1 - n / 100) for n in range(100)]
    assert full_from_start(recorded({"loss": LOSS, "learning_rate": falling})).found
    warmed = rates(Plan("linear", 2e-4, 5, 100))
    assert full_from_start(recorded({"loss": LOSS, "learning_rate": warmed})).state == "no"
    coarse = recorded({"loss": LOSS[:20], "learning_rate": falling[:20]}, every=50)
    assert full_from_start(coarse).state == "unknown"


BURST = [2.0, 2.5, 3.5, 4.2, 3.6, 3.0, 2.6, 2.4, 2.2, 2.1]


def test_only_a_loss_that_went_up_makes_it_a_warning() -> None:
    falling = [2e-4 * (1 - n / 100) for n in range(100)]
    (calm,) = told("warmup-missing", recorded({"loss": LOSS, "learning_rate": falling}))
    (burst,) = told("warmup-missing", recorded({"loss": BURST + LOSS[10:], "learning_rate": falling}))
    assert calm.severity is Severity.INFO
    assert burst.severity is Severity.WARNING
    assert burst.step == 4
    assert "from 2 to 4.2" in burst.message


def test_an_eval_loss_from_before_training_tells_what_the_first_row_cannot() -> None:
    falling = [2e-4 * (1 - n / 100) for n in range(100)]
    fallen = [2.6 - 0.012 * n for n in range(100)]
    steps = [0, 10, 20, 40, 60, 80, 100]
    thrown = {"eval_loss": (steps, [1.7, 2.6, 2.4, 2.1, 1.9, 1.7, 1.6])}
    sound = {"eval_loss": (steps, [2.7, 2.6, 2.4, 2.1, 1.9, 1.7, 1.6])}
    series = {"loss": fallen, "learning_rate": falling}
    (found,) = told("warmup-missing", recorded(series, evals=thrown))
    assert found.severity is Severity.WARNING
    assert "the eval loss went up 53%, from 1.7 to 2.6 at step 10" in found.message
    assert told("warmup-missing", recorded(series, evals=sound))[0].severity is Severity.INFO


def test_a_gradient_explodes_only_where_it_stays_high() -> None:
    random = Random(3)
    calm = [random.uniform(0.5, 1.5) for _ in range(100)]
    loss = LOSS[:70] + [1.3 + 0.05 * n for n in range(30)]
    (found,) = told("grad-norm-explosion", recorded({"loss": loss, "grad_norm": calm[:70] + [40.0] * 30}))
    assert found.severity is Severity.WARNING
    assert found.step == pytest.approx(71, abs=4)
    back = calm[:50] + [40.0] * 10 + calm[60:]
    assert not told("grad-norm-explosion", recorded({"loss": LOSS, "grad_norm": back}), spike=1000)
    assert not told("grad-norm-explosion", recorded({"loss": LOSS, "grad_norm": [30.0] * 10 + calm[10:]}))


def test_norms_that_overflow_at_the_start_are_the_scaler_of_fp16() -> None:
    first = recorded({"loss": LOSS, "grad_norm": [inf] * 6 + [1.0] * 94})
    late = recorded({"loss": LOSS, "grad_norm": [1.0] * 60 + [nan] * 40})
    broken = recorded({"loss": LOSS[:60] + [nan] * 40, "grad_norm": [1.0] * 60 + [nan] * 40})
    assert not told("grad-norm-explosion", first)
    assert "100% of the last steps" in told("grad-norm-explosion", late)[0].message
    assert not told("grad-norm-explosion", broken), "nan-loss says it"


def test_small_gradients_are_no_fault_where_the_rows_are_learnt() -> None:
    norms = [1.0] * 20 + [1e-6] * 80
    learnt = [2.0 * 0.9**n for n in range(100)]
    assert told("grad-norm-vanishing", recorded({"loss": [2.0] * 100, "grad_norm": norms}))
    assert not told("grad-norm-vanishing", recorded({"loss": learnt, "grad_norm": norms}))


def timed(seconds: Curve, evals: Curve = ()) -> RunLog:
    curves = {"eval_loss": (evals, [1.0] * len(evals))} if evals else None
    return recorded({"loss": [1.0] * len(seconds)}, every=10, seconds=seconds, evals=curves)


def test_a_pause_is_told_unless_every_evaluation_takes_it() -> None:
    log = timed([30.0] * 40 + [4000.0] + [30.0] * 40)
    assert stalled(log, 20, 600).step == 400
    (found,) = told("throughput-drop", log)
    assert "stood still for 67 min after step 400" in found.message
    evaluated = timed([30.0, 30.0, 30.0, 30.0, 900.0] * 10, evals=[50.0 * n for n in range(1, 11)])
    assert stalled(evaluated, 20, 600).state == "no"


def test_a_run_slows_down() -> None:
    random = Random(1)
    steady = [random.uniform(25, 35) for _ in range(100)]
    assert slowed(timed(steady), 1.5).state == "no"
    found = slowed(timed([*steady[:60], *(2 * each for each in steady[60:])]), 1.5)
    assert found.step == pytest.approx(600, abs=30)
    assert slowed(timed([]), 1.5).state == "unknown"


def resumed_run(loss: Curve, rate: Curve) -> RunLog:
    """100 steps, then on from step 80."""
    recorder = Recorder("trainer_state.json", "trainer-state")
    random = Random(5)
    for step in range(1, 101):
        values = {"loss": 2.0 - 0.01 * step + random.gauss(0, 0.02), "learning_rate": 1e-4 * (1 - step / 200)}
        recorder.row(step, values)
    for index, (height, speed) in enumerate(zip(loss, rate, strict=True)):
        recorder.row(81 + index, {"loss": height + random.gauss(0, 0.02), "learning_rate": speed})
    return recorder.log()


def test_a_resume_that_goes_on_is_no_fault() -> None:
    on = [2.0 - 0.01 * step for step in range(81, 161)]
    rate = [1e-4 * (1 - step / 200) for step in range(81, 161)]
    assert not told("resume-discontinuity", resumed_run(on, rate))
    (jumped,) = told("resume-discontinuity", resumed_run([each + 0.5 for each in on], rate))
    assert jumped.step == 81
    assert "the loss went from" in jumped.message
    assert "20 steps run twice" in jumped.message
    (anew,) = told("resume-discontinuity", resumed_run(on, [1e-4] * 80))
    assert "the learning rate rose 1.6" in anew.message
    healed = [on[0] + 0.8, on[1] + 0.3, *on[2:]]
    log = resumed_run(healed, rate)
    assert resumed(log, log.restarts[0], 0.1, 5.0).found, "one row is enough where it is far off"


def test_damage_of_a_kind_is_told_once_at_its_first_place() -> None:
    rows = [Damaged("unreadable-rows", "a.jsonl", "is no JSON", line, lost=1) for line in (7, 9, 30)]
    torn = Damaged("truncated", "a.jsonl", "breaks off within its JSON", offset=4096)
    log = recorded({"loss": LOSS})._replace(damaged=(*rows, torn))
    first, second = told("damaged-log", log)
    assert (first.line, first.severity) == (7, Severity.WARNING)
    assert first.message == "a row of the log is no JSON (3 lost)"
    assert (second.offset, second.severity) == (4096, Severity.INFO)
    assert second.message == "the log breaks off within its JSON (first at byte 4,096)"


OWN = [f"RUN0{number}" for number in range(20, 60)]


def healthy(random: Random) -> RunLog:
    """A run of supervised training with nothing wrong: three epochs, a general set, times, one spike."""
    count, noise = random.choice([40, 100, 300]), random.choice([0.02, 0.1, 0.3])
    loss = [2.0 - each for each in rising(random, count, 1.0, noise)]
    steps = [count * part // 8 for part in range(9)]
    plan = Plan(random.choice(["linear", "cosine"]), 2e-4, random.choice([0, 0.05]) * count, count)
    return recorded(
        {
            "loss": loss,
            "learning_rate": rates(plan, 1, count),
            "grad_norm": [random.lognormvariate(0, 0.6) for _ in range(count)],
        },
        seconds=[random.uniform(20, 30) + 300 * (random.random() < 0.02) for _ in range(count)],
        evals={
            "eval_loss": (steps, [2.1 - 0.9 * step / count + random.gauss(0, 0.02) for step in steps]),
            "eval_general_loss": (steps, [1.8 + random.gauss(0, 0.03) for _ in steps]),
        },
        steps_per_epoch=count / 3,
    )


def test_healthy_runs_get_no_warning() -> None:
    alarmed = [found for log in seeded(healthy, 150) if (found := alarms(log, OWN))]
    assert len(alarmed) <= 1, alarmed
