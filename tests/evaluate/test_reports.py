import io
import re
from random import Random

import pytest
from made_predictions import answering, predictions

from ftlint.evaluate import report_html, report_markdown, report_text
from ftlint.evaluate.changed import changed
from ftlint.evaluate.compare import compare, scores, verdict_of
from ftlint.evaluate.metrics import metrics_for
from ftlint.evaluate.parity import Parity
from ftlint.evaluate.result import EvalResult, EvaluatedModel, EvaluatedSet
from ftlint.evaluate.wording import caveat, figure, headline, sentence, signed
from ftlint.report.cells import cells
from ftlint.report.style import Style

BASE = EvaluatedModel(name="org/a-model-with-a-rather-long-name-1B", precision="bfloat16", merged="base")
TUNED = BASE.model_copy(update={"adapter": "runs/exp3/adapter", "merged": "adapter"})
MAIL, KEY = "ann.lee@example.org", "sk-" + "proj4f8K2mQ9xL7vB3nR6tY1wZ5c"


def made(tuned=TUNED, base=BASE, names="auto"):
    random = Random(0)
    ones, others = answering(80, lambda _: 0.3, random), answering(80, lambda _: 0.8, random, loss=0.5)
    # private text and text that would break a page, in rows that get worse
    for row, (right, wrong) in enumerate(
        (
            (f"write to {MAIL}", f"key {KEY} </title><script>alert(1)</script>"),
            ("x | y", "``` | \x1b[31m\u202e"),
        )
    ):
        ones[row] = ones[row].model_copy(
            update={"prompt": f"who is {MAIL}?", "reference": right, "output": right}
        )
        others[row] = others[row].model_copy(update={"reference": right, "output": wrong, "finished": False})
    general = answering(60, lambda _: 0.5, random), answering(60, lambda _: 0.5, random)
    metrics = metrics_for(names, ones)
    narrow, wide = (
        compare(ones, others, metrics, "narrow", resamples=200),
        compare(*general, metrics_for("auto", ones), "general", resamples=200),
    )
    result = EvalResult(
        version="0.1.0",
        date="2026-11-29",
        lock="a" * 64,
        sets=[
            EvaluatedSet(
                role="narrow", files=["data/test <b>.jsonl"], hash="sha256:" + "0" * 64, split="test",
                rows=80, skipped=1, unfinished={"tuned": 2},
            ),
            EvaluatedSet(role="general", files=["data/general.jsonl"], hash="sha256:" + "1" * 64, rows=60),
        ],
        base=base,
        tuned=tuned,
        comparisons=[*narrow, *wide],
        verdicts={"narrow": verdict_of(narrow), "general": verdict_of(wide)},
        generation={"max_new_tokens": 64, "greedy": True},
    )  # fmt: skip
    return result, [changed(ones, others, metrics, "narrow"), changed(*general, metrics, "general")]


def written(report, *more, of=None):
    out = io.StringIO()
    result, rows = of or made()
    report.write(result, out, *more, rows)
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_terminal_is_never_too_narrow(width):
    told = written(report_text, Style(width=width))
    assert max(cells(line) for line in told.splitlines()) <= width
    assert told.startswith("Better at the task, no evidence")
    assert "exact_match" in told
    assert "won," in told
    assert "tuned: 2 outputs cut at the limit of new tokens" in told
    assert "rows got worse by exact_match" in told


def test_colours_only_where_they_are_wanted():
    assert "\x1b" not in written(report_text, Style(width=80))
    plain = re.sub(r"\x1b\[[\d;]*m", "", written(report_text, Style(width=80, colour=True)))
    assert plain == written(report_text, Style(width=80))


@pytest.mark.parametrize("report", [report_text, report_markdown, report_html])
def test_nothing_private_is_shown_and_nothing_breaks_out(report):
    told = written(report, *([Style(width=200)] if report is report_text else []))
    assert MAIL not in told
    assert KEY not in told
    assert "‹…›" in told
    assert "\x1b" not in told
    assert "\u202e" not in told
    if report is report_html:
        assert "<script" not in told
        assert "<b>" not in told
        assert "src=" not in told
        assert "http" not in told.replace("http-equiv", "")


def test_markdown_keeps_its_tables():
    """What stands in a cell has no bar that parts cells."""
    for line in written(report_markdown).splitlines():
        if line.startswith("| `"):
            bars = len(
                re.findall(r"(?<!\\)\|", re.sub(r"(`+).*?\1", lambda m: m[0].replace("\\|", ""), line))
            )
            assert bars in {5, 9}, line


def test_one_model_by_itself():
    rows = answering(40, lambda _: 0.5, Random(1))
    result, _ = made()
    found = scores(rows, metrics_for("auto", rows), resamples=100)
    alone = result.model_copy(
        update={"tuned": None, "comparisons": [], "verdicts": {}, "scores": {"narrow": found}}
    )
    text = written(report_text, Style(width=60), of=(alone, []))
    assert text.startswith("The base model, measured")
    assert "exact_match" in text
    assert "| `exact_match` |" in written(report_markdown, of=(alone, []))
    assert "<svg" not in written(report_html, of=(alone, []))


def test_what_is_served_is_held_against_the_adapter():
    served = TUNED.model_copy(update={"merged": "merged", "precision": "float16"})
    of = made(base=TUNED, tuned=served)
    assert headline(of[0]) == "What is served (merged) is no worse than the adapter"
    parity = Parity(80, 12, 0.01, 0.3, ("exact_match",))
    lost = of[0].model_copy(update={"generation": {"parity": parity.as_dict() | {"tolerance": 0.01}}})
    assert headline(lost) == "What is served (merged) is worse than the adapter: exact_match"
    for told in (written(report_text, Style(width=90), of=of), written(report_html, of=of)):
        assert "merged: 2 outputs cut" in told
        assert "tuned" not in told
    for told in (
        written(report_text, Style(width=90), of=(lost, [])),
        written(report_markdown, of=(lost, [])),
        written(report_html, of=(lost, [])),
    ):
        assert "12 of 80 outputs differ" in told
        assert "DROP beyond 0.01: exact_match" in told
    assert "| metric | adapter | merged |" in written(report_markdown, of=of)
    assert "adapter" in written(report_text, Style(width=60), of=of)


def test_labels_have_a_table():
    from ftlint.evaluate.metrics.labels import report

    base, tuned = predictions(["a", "b"] * 5, ["a", "a"] * 5), predictions(["a", "a"] * 5, ["a", "a"] * 5)
    result, rows = made()
    of = result.model_copy(update={"labels": {"base": report(base), "tuned": report(tuned)}}), rows
    assert "| `a` | 10 | 0.667 | 1.000 | 1.000, 1.000 |" in written(report_markdown, of=of)
    assert "By label" in written(report_html, of=of)


def test_the_same_result_gives_the_same_page():
    assert written(report_html) == written(report_html)


def test_examples_are_one_of_each_group_and_the_worst_first():
    base = predictions(["a b c d"] * 6, ["a b c d"] * 6, groups=lambda row: str(row // 2))
    outputs = ["a b", "a b", "a b c", "x", "a b c d", "a b c d"]
    tuned = predictions(outputs, ["a b c d"] * 6, groups=lambda row: str(row // 2))
    found = changed(base, tuned, metrics_for(["token_f1"], base), "narrow", shown=5)
    assert (found.worse, found.better) == (4, 0)
    assert [each.row for each in found.worst] == [3, 0]
    assert changed(base, tuned, metrics_for(["macro_f1"], base), "narrow") is None


def test_long_answers_are_shown_from_where_they_part():
    start = "the same beginning " * 40
    base, tuned = (
        predictions([start + "right"], [start + "right"]),
        predictions([start + "wrong"], [start + "right"]),
    )
    (each,) = changed(base, tuned, metrics_for(["exact_match"], base), "narrow").worst
    assert each.base.endswith("right")
    assert each.tuned.endswith("wrong")
    assert len(each.tuned) < 400


@pytest.mark.parametrize(
    ("value", "metric", "shown"),
    [
        (0.61234, "exact_match", "0.612"),
        (41.26, "bleu", "41.3"),
        (12310.4, "perplexity", "12,310"),
        (0.00012, "token_f1", "0.00012"),
        (0.0, "token_f1", "0.000"),
    ],
)
def test_figures(value, metric, shown):
    assert figure(value, metric) == shown
    assert signed(-value, metric) == (f"-{shown}" if value else shown)


def test_a_sentence_says_it_all():
    result, _ = made(names=["exact_match"])
    told = sentence(result.comparisons[0])
    assert re.fullmatch(
        r"exact_match rose to 0\.\d{3} from 0\.\d{3} \(\+0\.\d{3}, 95% interval \+0\.\d{3} to \+0\.\d{3}; "
        r"p < 0\.001\): better",
        told,
    )


@pytest.mark.parametrize("names", [["exact_match"], ["token_f1"]])
def test_where_nothing_differs_no_size_is_made_up(names):
    rows = answering(30, lambda _: 0.5, Random(4))
    result, _ = made()
    alike = compare(rows, rows, metrics_for(names, rows), "narrow", resamples=100)
    of = result.model_copy(update={"comparisons": alike, "verdicts": {"narrow": "no evidence"}}), []
    for told in (
        written(report_text, Style(width=200), of=of),
        written(report_markdown, of=of),
        written(report_html, of=of),
    ):
        assert "difference of 0.000" not in told
        assert "0.000 to 0.000" not in told
        assert ("no row differs" in told or "nothing differs" in told) == (names == ["token_f1"])


def test_one_row_has_no_interval():
    base, tuned = (
        predictions(["a b"], ["a b c"], losses=[1.0]),
        predictions(["a b c"], ["a b c"], losses=[0.5]),
    )
    (found,) = compare(base, tuned, metrics_for(["token_f1"], base), "narrow", resamples=50)
    assert "95% interval none: of one row" in sentence(found)


def test_an_interval_that_leaves_zero_out_beside_no_evidence_is_explained():
    """p over three metrics is what the verdict goes by; the interval is of one."""
    result, _ = made(names=["exact_match"])
    near = result.comparisons[0].model_copy(update={"p": 0.02, "adjusted": 0.06, "verdict": "no evidence"})
    assert caveat(near) == "p = 0.020 by itself, but it is one of several metrics"
    assert caveat(near.model_copy(update={"p": 0.06})) == ""
    assert caveat(result.comparisons[0]) == ""
    general = near.model_copy(update={"p": 0.5, "tolerance": 0.02, "low": 0.0, "high": 0.0})
    assert caveat(general) == "", "where there is no interval, nothing is ruled out"
    assert caveat(general.model_copy(update={"low": -0.01, "high": 0.1})).endswith("0.020 is ruled out")


@pytest.mark.parametrize("names", [["exact_match"], ["perplexity"]])
def test_what_got_better_is_drawn_to_the_right(names):
    result, _ = made(names=names)
    alone = result.model_copy(update={"comparisons": result.comparisons[:1]})
    assert alone.comparisons[0].verdict == "better"
    told = written(report_html, of=(alone, []))
    middle = float(re.search(r'class="zero" x1="([\d.]+)"', told)[1])
    assert float(re.search(r'<circle [^>]*cx="([\d.]+)"', told)[1]) > middle
