"""Forgetting, and whether a run was evaluated so that it can be judged."""

import pytest
from made_runs import recorded, told

from ftlint.detect.curves.evaluations import too_noisy, too_rare
from ftlint.detect.curves.forgetting import forgetting
from ftlint.detect.curves.general_sets import is_general
from ftlint.model import RunLog, Severity

LOSS = [2.0 - 0.01 * n for n in range(100)]
STEPS = [0, 20, 40, 60, 80, 100]
TASK = [2.0, 1.7, 1.5, 1.4, 1.35, 1.3]


def general(
    values: list[float], rows: int = 0, name: str = "eval_general_loss", steps: list[int] = STEPS
) -> RunLog:
    set_name = name.removeprefix("eval_").removesuffix("_loss")
    return recorded(
        {"loss": LOSS},
        evals={"eval_loss": (STEPS, TASK), name: (steps, values)},
        rows={set_name: rows} if rows else {},
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("general", True),
        ("held_out_general", True),
        ("mmlu_accuracy", True),
        ("wikitext", True),
        ("alpaca", True),
        ("arc_challenge", True),
        ("search", False),
        ("invoices", False),
        ("generalised_invoices", False),
        ("", False),
    ],
)
def test_what_a_name_says_of_a_set(name: str, said: bool) -> None:
    assert is_general(name) is said


def test_a_rise_is_told_with_its_size_and_since_when() -> None:
    (found,) = told("forgetting", general([1.8, 1.82, 1.9, 2.0, 2.1, 2.2]))
    assert found.severity is Severity.WARNING
    assert found.step == 40
    assert "was 1.8 before training, now 2.1 (+17%)" in found.message


def test_few_rows_make_it_unsure_and_say_how_many_would_do() -> None:
    slightly = [1.8, 1.85, 1.9, 1.93, 1.94, 1.94]
    (few,) = forgetting(general(slightly, rows=12), loss_tolerance=0.05, metric_tolerance=0.02)
    (many,) = forgetting(general(slightly, rows=2000), loss_tolerance=0.05, metric_tolerance=0.02)
    assert few.judgement.state == "unknown"
    assert "rows would tell" in few.judgement.why
    assert many.judgement.found
    assert many.judgement.confidence > few.judgement.confidence
    assert not told("forgetting", general(slightly, rows=12))
    (found,) = told("forgetting", general(slightly, rows=2000))
    assert "on 2,000 rows" in found.message


def test_a_benchmark_on_few_questions_is_held_against_their_chance() -> None:
    falls = [0.60, 0.59, 0.57, 0.55, 0.54, 0.54]
    name = "eval_mmlu_accuracy"
    assert not told("forgetting", general(falls, rows=50, name=name)._replace(eval_rows={"mmlu": 50}))
    (found,) = told("forgetting", general(falls, name=name)._replace(eval_rows={"mmlu": 5000}))
    assert "6.0 points worse" in found.message


def test_percentages_have_points_too() -> None:
    (found,) = told("forgetting", general([62.0, 61.0, 58.0, 55.0, 53.0, 52.0], name="eval_mmlu"))
    assert "9.0 points worse" in found.message
    assert not told("forgetting", general([62.0, 61.5, 61.0, 61.0, 60.9, 60.8], name="eval_mmlu"))


def test_perplexity_is_worse_when_it_rises() -> None:
    assert told("forgetting", general([6.0, 6.3, 6.8, 7.2, 7.5, 7.7], name="eval_wikitext_ppl"))
    assert not told("forgetting", general([7.7, 7.5, 7.2, 6.8, 6.3, 6.0], name="eval_wikitext_ppl"))


def test_a_baseline_after_training_began_is_said_to_be_one() -> None:
    (found,) = told("forgetting", general([1.8, 1.9, 2.0, 2.1, 2.2], steps=[20, 40, 60, 80, 100]))
    assert "at its first eval (step 20)" in found.message


def test_a_set_of_no_telling_name_needs_a_baseline_before_training() -> None:
    rising = [1.8, 1.9, 2.0, 2.1, 2.2, 2.3]
    assert told("forgetting", general(rising, name="eval_letters_loss"))
    late = general(rising[1:], name="eval_letters_loss", steps=[20, 40, 60, 80, 100])
    assert not told("forgetting", late)


def test_further_words_are_an_option() -> None:
    late = general([1.8, 1.9, 2.0, 2.1, 2.2], name="eval_letters_loss", steps=[20, 40, 60, 80, 100])
    assert told("forgetting", late, sets=("letters",))


def test_the_checkpoint_before_it_is_named() -> None:
    log = general([1.8, 1.82, 1.9, 2.0, 2.1, 2.2])._replace(checkpoints=(25, 50, 100))
    (found,) = told("forgetting", log)
    assert "keep checkpoint-25" in found.message


def test_a_run_that_goes_on_is_judged_by_the_evals_it_will_have() -> None:
    begun = recorded({"loss": LOSS}, evals={"eval_loss": ([50, 100], [1.9, 1.6])}, planned=1000)
    over = recorded({"loss": LOSS}, evals={"eval_loss": ([50, 100], [1.9, 1.6])}, planned=100)
    assert too_rare(begun).state == "no"
    assert too_rare(over).needs == 1
    (found,) = told("eval-too-rare", over)
    assert "needs 1 more" in found.message
    assert not told("eval-too-rare", begun)


def test_an_eval_metric_without_a_loss_is_an_evaluation() -> None:
    log = recorded({"loss": LOSS}, evals={"eval_wer": ([50, 75, 100], [0.4, 0.3, 0.2])})
    assert not told("eval-missing", log)
    assert told("eval-missing", recorded({"loss": LOSS}, evals={"eval_runtime": ([50, 100], [3.0, 3.0])}))


def test_a_curve_that_bends_is_not_noise() -> None:
    bent = recorded(
        {"loss": LOSS},
        evals={"eval_loss": (list(range(9)), [0.8, 0.5, 0.38, 0.35, 0.37, 0.42, 0.5, 0.62, 0.8])},
    )
    jumping = recorded(
        {"loss": LOSS}, evals={"eval_loss": (list(range(9)), [0.8, 0.5, 0.7, 0.4, 0.7, 0.45, 0.75, 0.5, 0.8])}
    )
    assert too_noisy(bent.eval_losses[""], 0.1).state == "no"
    assert too_noisy(jumping.eval_losses[""], 0.1).found


def test_a_set_with_many_rows_is_not_small() -> None:
    values = [0.8, 0.5, 0.7, 0.4, 0.7, 0.45, 0.75, 0.5, 0.8]
    log = recorded({"loss": LOSS}, evals={"eval_loss": (list(range(9)), values)}, rows={"": 200})
    (found,) = told("eval-set-too-small", log)
    assert "on 200 rows" in found.message
    assert not told("eval-set-too-small", log._replace(eval_rows={"": 5000}))


def test_a_loss_of_next_to_nothing_may_jump() -> None:
    tiny = [1e-5, 2e-5, 0.7e-5, 1.9e-5, 0.8e-5, 2.2e-5, 0.9e-5]
    assert not told(
        "eval-set-too-small", recorded({"loss": LOSS}, evals={"eval_loss": (list(range(7)), tiny)})
    )
