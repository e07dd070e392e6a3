from random import Random

import numpy
import pytest
from made_predictions import answering, predictions

from ftlint.evaluate.compare import compare, paired, scores, verdict_of, with_scores
from ftlint.evaluate.conclude import Side, concluded
from ftlint.evaluate.metrics import Given, metrics_for
from ftlint.evaluate.result import EvaluatedModel, EvaluatedSet
from ftlint.evaluate.statistics import holm
from ftlint.model import FtlintError


def uneven(row):
    """Some rows are hard and some are easy."""
    return (row * 37 % 100) / 100


@pytest.mark.parametrize(("copies", "rows"), [(1, 100), (5, 100)])
def test_a_model_against_itself_is_no_evidence_in_95_of_100_seeds(copies, rows):
    """Both sides are drawn anew from the same chances: three metrics, clusters told or none to tell."""
    apart = 0
    for seed in range(100):
        random = Random(seed)
        base, tuned = (answering(rows, uneven, random, copies=copies) for _ in range(2))
        found = compare(base, tuned, metrics_for("auto", base), "narrow", seed, resamples=1000)
        assert [each.metric for each in found] == ["exact_match", "token_f1", "perplexity"]
        apart += verdict_of(found) != "no evidence"
    assert apart <= 5


def test_duplicates_that_are_not_told_are_taken_for_evidence():
    """What the groups are for: without them a null run would be judged in half of the seeds."""
    apart = 0
    for seed in range(30):
        random = Random(seed)
        base, tuned = (answering(100, uneven, random, copies=5, told=False) for _ in range(2))
        found = compare(base, tuned, metrics_for("auto", base), "narrow", seed, resamples=1000)
        apart += verdict_of(found) != "no evidence"
    assert apart >= 10


def test_a_real_gain_is_found_and_the_reverse_is_worse():
    random = Random(0)
    base, tuned = answering(200, lambda _: 0.4, random), answering(200, lambda _: 0.65, random, loss=0.6)
    metrics = metrics_for("auto", base)
    better = compare(base, tuned, metrics, "narrow")
    assert [each.verdict for each in better] == ["better"] * 3
    assert verdict_of(better) == "better"
    worse = compare(tuned, base, metrics, "narrow")
    assert [each.verdict for each in worse] == ["worse"] * 3
    for one, other in zip(better, worse, strict=True):
        assert one.difference == -other.difference
        assert (one.won, one.lost) == (other.lost, other.won)
    assert [each.adjusted for each in better] == pytest.approx(holm([each.p for each in better]))
    assert better[0].adjusted > better[0].p
    match = better[0]
    assert match.test == "mcnemar"
    assert match.discordant == match.won + match.lost
    assert match.low <= match.difference <= match.high
    assert match.base.method == "wilson"


def test_groups_widen_intervals_and_raise_p():
    random = Random(3)
    base = answering(200, lambda _: 0.4, random, copies=5, told=False)
    tuned = answering(200, lambda _: 0.6, random, copies=5, told=False)
    alone = compare(base, tuned, metrics_for("auto", base), "narrow")
    for rows in (base, tuned):
        rows[:] = [row.model_copy(update={"group": str(row.row // 5)}) for row in rows]
    grouped = compare(base, tuned, metrics_for("auto", base), "narrow")
    for one, other in zip(alone, grouped, strict=True):
        assert other.high - other.low > 1.5 * (one.high - one.low)
        assert other.base.high - other.base.low > 1.5 * (one.base.high - one.base.low)
        assert other.p > one.p
        assert (one.groups, other.groups) == (200, 40)
        assert other.difference == one.difference
    assert grouped[0].test == "mcnemar-clustered"


def test_the_order_of_rows_and_of_metrics_changes_nothing():
    random = Random(1)
    base, tuned = answering(60, uneven, random), answering(60, uneven, random)
    metrics = metrics_for("auto", base)
    found = compare(base, tuned, metrics, "narrow", 7)
    turned = compare(base[::-1], [*tuned[30:], *tuned[:30]], metrics[::-1], "narrow", 7)
    assert found == turned[::-1]


def test_a_general_loss_within_the_tolerance_is_not_called_worse():
    random = Random(2)
    base = answering(300, lambda _: 1.0, random, loss=2.0)
    rise = [row.model_copy(update={"loss": row.loss * 1.03}) for row in base]
    metrics = metrics_for(["loss"], base)
    (narrow,) = compare(base, rise, metrics, "narrow")
    (general,) = compare(base, rise, metrics, "general")
    assert (narrow.verdict, narrow.tolerance) == ("worse", 0)
    assert general.verdict == "no evidence"
    assert general.tolerance == pytest.approx(0.05 * general.base.value)
    (strict,) = compare(base, rise, metrics, "general", tolerance=0.0)
    assert strict.verdict == "worse"
    more = [row.model_copy(update={"loss": row.loss * 1.08}) for row in base]
    for name in ("loss", "perplexity"):
        (found,) = compare(base, more, metrics_for([name], base), "general")
        assert found.verdict == "worse"


def test_one_metric_that_got_worse_decides():
    base = predictions(["a b"] * 40, ["a b c d"] * 40)
    random = Random(0)
    tuned = predictions([random.choice(["a b c", "a b c d"]) for _ in base], ["a b c d"] * 40)
    for index, row in enumerate(tuned):
        base[index] = base[index].model_copy(update={"scores": {"style": 1.0}})
        tuned[index] = row.model_copy(update={"scores": {"style": float(index % 2)}})
    found = compare(base, tuned, metrics_for(["token_f1", "style"], base), "narrow")
    assert [each.verdict for each in found] == ["better", "worse"]
    assert verdict_of(found) == "worse"
    assert verdict_of([]) == "no evidence"


def test_equal_rows_are_matched_one_by_one_and_are_one_group():
    base = predictions(["x"] * 4, ["x"] * 4)
    base = [row.model_copy(update={"id": "same"}) for row in base]
    assert [pair.base.row for pair in paired(base, base[::-1])] == [0, 1, 2, 3]
    (found,) = compare(base, base, metrics_for(["exact_match"], base), "narrow")
    assert (found.rows, found.groups) == (4, 1)
    assert found.detectable is None


def test_fewer_errors_are_rows_won():
    base, tuned = (predictions(["x"] * 20, ["y"] * 20) for _ in range(2))
    base = [row.model_copy(update={"scores": {"error": 1.0}}) for row in base]
    tuned = [row.model_copy(update={"scores": {"error": float(row.row < 5)}}) for row in tuned]
    (found,) = compare(base, tuned, [Given("error", True, False)], "narrow")
    assert (found.won, found.lost, found.verdict) == (15, 0, "better")


def test_few_groups_widen_intervals_of_shares_by_students_t():
    """Six groups of 30 rows each: 2.57 standard errors to a side, not 1.96."""
    rows = range(180)
    base = predictions(["no"] * 180, ["yes"] * 180, groups=lambda row: str(row // 30))
    tuned = predictions(
        ["yes" if row % 30 < 3 * (row // 30) else "no" for row in rows],
        ["yes"] * 180,
        groups=lambda row: str(row // 30),
    )
    (found,) = compare(base, tuned, metrics_for(["exact_match"], base), "narrow")
    change = numpy.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    half = 2.5706 * change.std(ddof=1) / 6**0.5
    assert found.high - found.low >= 2 * 0.95 * half


def test_groups_that_only_one_side_tells_of_hold():
    base, tuned = predictions(["no"] * 12, ["yes"] * 12), predictions(["yes"] * 12, ["yes"] * 12)
    told = [row.model_copy(update={"group": str(row.row // 6)}) for row in tuned]
    for one, other in ((base, told), (told, base)):
        (found,) = compare(one, other, metrics_for(["exact_match"], base), "narrow")
        assert (found.groups, found.verdict) == (2, "no evidence")


def test_nothing_that_differs_tells_nothing_of_what_is_detectable():
    rows = predictions(["a b c"] * 40, ["a b c"] * 40)
    shares, words = compare(rows, rows, metrics_for(["exact_match", "token_f1"], rows), "narrow")
    assert shares.detectable == pytest.approx(0.22, abs=0.01)
    assert words.detectable is None


@pytest.mark.parametrize(
    ("name", "binary", "tolerance"),
    [("exact_match", True, 0.02), ("bleu", False, 2.0), ("wer", False, 0.025), ("error", True, 0.02)],
)
def test_what_is_tolerated_of_general_metrics(name, binary, tolerance):
    up = name in ("exact_match", "bleu")
    rows = [
        row.model_copy(update={"scores": {name: 0.5 if not binary else float(row.row % 2)}})
        for row in predictions(["x"] * 20, ["y"] * 20)
    ]
    (found,) = compare(rows, rows, [Given(name, binary, up)], "general")
    assert found.tolerance == pytest.approx(tolerance)


def test_rows_of_one_side_only_are_refused():
    rows = predictions(["x", "y", "z"], ["x", "y", "z"])
    with pytest.raises(FtlintError, match="1 only of base, 2 only of tuned"):
        paired(rows[:2], [rows[1], rows[2], rows[2].model_copy(update={"id": "new", "row": 9})])
    with pytest.raises(FtlintError, match="no row to compare"):
        compare([], [], metrics_for(["exact_match"], rows), "narrow")


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_a_handful_of_rows_is_no_evidence(rows):
    base = predictions(["no"] * rows, ["yes"] * rows, losses=[3.0] * rows)
    tuned = predictions(["yes"] * rows, ["yes"] * rows, losses=[0.1] * rows)
    for each in compare(base, tuned, metrics_for("auto", base), "narrow"):
        assert each.verdict == "no evidence"
        assert each.detectable is None


def test_a_row_without_what_a_metric_needs_is_left_out_of_it():
    base = predictions(["{}"] * 3, ["{}", "{}", "no json"])
    (found,) = compare(base, base, metrics_for(["json_match"], base), "narrow")
    assert found.rows == 2
    with pytest.raises(FtlintError, match="'x': no row"):
        compare(base, base, [Given("x")], "narrow")


def test_scores_of_one_model():
    random = Random(5)
    rows = answering(50, lambda _: 0.5, random)
    found = scores(rows, metrics_for(["exact_match", "token_f1", "loss"], rows))
    assert found["exact_match"].method == "wilson"
    for each in found.values():
        assert each.low < each.value < each.high
        assert each.n == 50
    written = with_scores(rows, metrics_for("auto", rows))
    assert sum(row.scores["exact_match"] for row in written) / 50 == found["exact_match"].value


def test_bleu_is_that_of_all_rows_and_not_their_mean():
    sacrebleu = pytest.importorskip("sacrebleu")
    outputs = ["the cat sat on the mat today", "a dog", "rain falls in the north of the land", "no"] * 3
    references = ["the cat sat on a mat today", "the dog", "rain falls on the north of the land", "yes"] * 3
    rows = predictions(outputs, references)
    found = scores(rows, metrics_for(["bleu", "chrf"], rows), resamples=200)
    assert found["bleu"].value == pytest.approx(sacrebleu.corpus_bleu(outputs, [references]).score)
    assert found["chrf"].value == pytest.approx(sacrebleu.corpus_chrf(outputs, [references]).score)
    (same,) = compare(rows, rows, metrics_for(["chrf"], rows), "narrow", resamples=200)
    assert (same.difference, same.p) == (0, 1)
    model = EvaluatedModel(name="m", precision="float32", merged="base")
    told = EvaluatedSet(role="narrow", files=["t"], hash="sha256:" + "0" * 64, rows=12)
    side = Side(model, {"narrow": rows})
    found = concluded(side, None, [told], wanted={"narrow": ("bleu", "chrf")}).result.generation
    assert found["bleu"].startswith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:")
    assert "nc:6|nw:0" in found["chrf"]
