import json
import socket
from random import Random

import pytest
from made_predictions import predictions

from ftlint.evaluate.metrics import Given, PerRow, known, metrics_for
from ftlint.evaluate.metrics.choose import score_of
from ftlint.evaluate.metrics.corpus import Loss
from ftlint.evaluate.metrics.labels import MacroF1, is_classification, report
from ftlint.evaluate.metrics.metric import rises
from ftlint.evaluate.metrics.structured import json_match, json_valid, schema_match
from ftlint.evaluate.metrics.text import exact_match, rouge_l, subsequence, token_f1
from ftlint.model import FtlintError


@pytest.mark.parametrize(
    ("output", "reference", "score"),
    [
        ("Paris", "Paris", 1),
        ("  Paris\n", "Paris", 1),
        ("paris", "Paris", 0),
        ("Paris.", "Paris", 0),
        ("cafe\u0301", "café", 1),
        ("", "", 1),
    ],
)
def test_exact_match(output, reference, score):
    assert exact_match(output, reference, {}) == score


@pytest.mark.parametrize(
    ("output", "reference", "score"),
    [
        ("The Eiffel Tower!", "eiffel tower", 1.0),
        ("in the city of Paris", "Paris", 2 / 5),
        ("a b b", "b b c", 0.8),  # `a` is an article
        ("x", "", 0.0),
        ("the", "a", 1.0),
        ("東京都", "東京", 0.8),
        ("Łódź", "łódź", 1.0),
    ],
)
def test_token_f1_is_that_of_squad(output, reference, score):
    assert token_f1(output, reference, {}) == pytest.approx(score)


@pytest.mark.parametrize(
    ("output", "reference", "score"),
    [  # rouge-score 0.1.2, rougeL without a stemmer, fmeasure
        ("the cat was found under the bed", "the cat was under the bed", 0.9230769231),
        (
            "The quick brown fox jumps over the lazy dog.",
            "A fast brown fox leaps over a lazy dog!",
            0.5555555556,
        ),
        ("police killed the gunman", "the gunman police killed", 0.5),
        ("one two three", "four five", 0.0),
        ("It's 3.14, isn't it?", "it is 3.14", 0.5454545455),
        ("a b c d e f g", "g f e d c b a", 0.1428571429),
        ("snake_case words", "snake case words", 1.0),
        ("", "words", 0.0),
    ],
)
def test_rouge_l_is_that_of_rouge_score(output, reference, score):
    assert rouge_l(output, reference, {}) == pytest.approx(score, abs=1e-9)


def test_rouge_l_of_letters_beyond_ascii():
    assert rouge_l("das Mädchen größer", "Das Mädchen, größer!", {}) == 1.0
    assert rouge_l("今日は雨", "今日は晴", {}) == 0.75


def test_a_common_subsequence_is_what_the_table_of_the_textbook_gives():
    random = Random(0)
    for _ in range(50):
        one, other = (random.choices("abcd", k=random.randint(1, 90)) for _ in range(2))
        table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
        for i, a in enumerate(one):
            for j, b in enumerate(other):
                table[i + 1][j + 1] = table[i][j] + 1 if a == b else max(table[i][j + 1], table[i + 1][j])
        assert subsequence(one, other) == table[-1][-1]


@pytest.mark.parametrize(
    ("output", "valid", "same"),
    [
        ('{"b": 2, "a": [1, null]}', 1, 1),
        (' {"a":[1.0,null],"b":2}\n', 1, 1),
        ('{"a": [true, null], "b": 2}', 1, 0),
        ('{"a": [null, 1], "b": 2}', 1, 0),
        ('{"a": [1, null]}', 1, 0),
        ('```json\n{"a": [1, null], "b": 2}\n```', 0, 0),
        ("{'a': [1, None], 'b': 2}", 0, 0),
        ('{"a": NaN}', 0, 0),
        ('{"a": [1, null], "b": 2} Done.', 0, 0),
        ("", 0, 0),
        ("[" * 100_000, 0, 0),
        ("\ud800", 0, 0),
    ],
)
def test_json(output, valid, same):
    reference = '{"a": [1, null], "b": 2}'
    assert json_valid(output, reference, {}) == valid
    assert json_match(output, reference, {}) == same


def test_json_needs_a_reference_that_is_json():
    assert json_match("{}", "a sentence", {}) is None


SCHEMA = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}


@pytest.mark.parametrize(
    "extra",
    [
        {"schema": SCHEMA},
        {"schema": json.dumps(SCHEMA)},
        {"json_schema": {"name": "x", "schema": SCHEMA}},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}},
    ],
)
def test_schema(extra):
    assert schema_match('{"a": 1}', "", extra) == 1
    assert schema_match('{"a": "1"}', "", extra) == 0
    assert schema_match("no", "", extra) == 0


@pytest.mark.parametrize("extra", [{}, {"schema": "words"}, {"response_format": {"type": "json_object"}}])
def test_without_a_schema_there_is_nothing_to_match(extra):
    assert schema_match("{}", "", extra) is None


def test_a_broken_schema_is_the_users_mistake():
    (row,) = predictions(["{}"], ["{}"], extra={"schema": {"type": "objekt"}})
    with pytest.raises(FtlintError, match="row's schema is not sound"):
        score_of(PerRow("schema_match", schema_match, binary=True), row)


def test_a_schema_fetches_nothing(tmp_path):
    """It is data: neither a server nor a file may learn that it was read."""
    (tmp_path / "other.json").write_text('{"type": "string"}')
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        for where in (f"http://127.0.0.1:{server.getsockname()[1]}/x", (tmp_path / "other.json").as_uri()):
            (row,) = predictions(['"a"'], ['"a"'], extra={"schema": {"$ref": where}})
            with pytest.raises(FtlintError, match="in another document") as error:
                score_of(PerRow("schema_match", schema_match, binary=True), row)
            assert error.value.line == row.row + 1
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_score_of_which_no_sum_can_be_made():
    (row,) = predictions(["a"], ["a"])
    with pytest.raises(FtlintError, match="is to be a number"):
        score_of(PerRow("huge", lambda *_: 1e308), row)


def test_classification():
    references = ["cat"] * 4 + ["dog"] * 3 + ["bird"] * 1
    outputs = ["cat", "Cat.", "dog", "fish", "dog", "dog", "cat", "dog"]
    rows = predictions(outputs, references)
    metric = MacroF1()
    sums = [sum(column) for column in zip(*metric.table(rows), strict=True)]
    cat, dog, bird = 2 * 2 / (3 + 4), 2 * 2 / (4 + 3), 0.0
    assert metric.value(sums) == pytest.approx((cat + dog + bird) / 3)
    found = {each.label: each for each in report(rows)}
    assert (found["cat"].precision, found["cat"].recall) == pytest.approx((2 / 3, 2 / 4))
    assert (found["bird"].f1, found["bird"].support) == (0.0, 1)
    assert list(found) == ["bird", "cat", "dog"]


@pytest.mark.parametrize(
    ("references", "labels"),
    [
        (["yes", "no"] * 10, True),
        (["yes"] * 20, False),
        ([f"name {index}" for index in range(20)], False),
        (
            ["a rather long sentence that is no label"] * 10 + ["another long sentence that is none"] * 10,
            False,
        ),
        (["positive"] * 12 + ["negative"] * 7 + [""], False),
    ],
)
def test_what_looks_like_labels(references, labels):
    assert is_classification(references) is labels


def test_loss_counts_tokens():
    rows = predictions(["", ""], ["", ""], losses=[1.0, 3.0])
    rows[1] = rows[1].model_copy(update={"tokens": 1})
    sums = [sum(column) for column in zip(*Loss().table(rows), strict=True)]
    assert Loss().value(sums) == (3 * 1.0 + 1 * 3.0) / 4
    assert Loss("perplexity").value([1e6, 1.0]) < float("inf")


@pytest.mark.parametrize(
    ("references", "more", "names"),
    [
        (["Paris", "Rome", "Oslo"], {}, ["exact_match", "token_f1"]),
        (["yes", "no"] * 10, {}, ["accuracy", "macro_f1"]),
        (['{"a": 1}', "[2]"], {}, ["json_valid", "json_match"]),
        (['{"a": 1}'] * 2, {"extra": {"schema": SCHEMA}}, ["json_valid", "schema_match", "json_match"]),
        (["one two three four five six seven eight nine ten eleven"] * 3, {}, ["rouge_l"]),
        (['<tool_call>{"name": "f", "arguments": {}}</tool_call>', "Sorry."], {}, ["tool_call_match"]),
        (["", ""], {"losses": [1.0, 2.0]}, ["perplexity"]),
        (["Paris", "Rome"], {"scores": {"judge_win": 1.0}}, ["exact_match", "token_f1", "judge_win"]),
        (["42", "7"], {}, ["exact_match", "token_f1"]),
    ],
)
def test_what_a_task_calls_for(references, more, names):
    rows = predictions(references, references, **more)
    assert [metric.name for metric in metrics_for("auto", rows)] == names


def test_metrics_by_name():
    rows = predictions(["x", "y"], ["x", "{}"], scores={"style": 0.5})
    found = metrics_for(["rouge_l", "style", "json_match", "rouge_l"], rows)
    assert [metric.name for metric in found] == ["rouge_l", "style", "json_match"]
    assert found[1] == Given("style", binary=False, higher_is_better=True)
    with pytest.raises(FtlintError, match="unknown metric 'exact-match': did you mean exact_match"):
        metrics_for(["exact-match"], rows)
    with pytest.raises(FtlintError, match="no row has what it takes to measure schema_match"):
        metrics_for(["schema_match"], rows)
    with pytest.raises(FtlintError, match="no row"):
        metrics_for("auto", [])


PLUGIN = """
class Polite:
    name = "polite"
    higher_is_better = True
    binary = True

    def score(self, output, reference, extra):
        if "boom" in output:
            raise KeyError(output)
        return 7 if "seven" in output else float("please" in output)


class Words:
    name = "words"
    higher_is_better = False

    def table(self, rows):
        return [[len(row.output.split()), 1] for row in rows]

    def value(self, sums):
        return sums[0] / sums[1]

nothing = 3
"""


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """A distribution with metrics, really installed: a module and the entry points of its wheel."""

    def install(*entries):
        (tmp_path / "own_metrics.py").write_text(PLUGIN)
        info = tmp_path / "own_metrics-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own-metrics\nVersion: 1.0\n")
        lines = [f"m{number} = {entry}" for number, entry in enumerate(entries)]
        (info / "entry_points.txt").write_text("\n".join(["[ftlint.metrics]", *lines, ""]))
        monkeypatch.syspath_prepend(str(tmp_path))

    return install


def test_a_metric_of_ones_own(plugin):
    from ftlint.evaluate.compare import compare

    plugin("own_metrics:Polite", "own_metrics:Words")
    assert {"polite", "words", "bleu"} <= known().keys()
    base, tuned = predictions(["do it now"] * 30, ["x"] * 30), predictions(["please do"] * 30, ["x"] * 30)
    found = compare(base, tuned, metrics_for(["polite", "words"], base), "narrow")
    assert [(each.metric, each.test, each.verdict) for each in found] == [
        ("polite", "mcnemar", "better"),
        ("words", "randomisation", "better"),
    ]
    assert (found[1].base.value, found[1].tuned.value, found[1].won) == (3, 2, None)


@pytest.mark.parametrize(
    ("output", "message"),
    [("boom my secret", "metric 'polite' failed: KeyError"), ("seven", "gave 7.0: it is to be 0 or 1")],
)
def test_a_metric_that_fails_is_named_and_no_value_with_it(plugin, output, message):
    plugin("own_metrics:Polite")
    rows = predictions(["fine", output], ["x", "x"])
    with pytest.raises(FtlintError, match=message) as told:
        score_of(known()["polite"], rows[1])
    assert (told.value.path, told.value.line) == ("test.jsonl", 2)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("own_metrics:nothing", "is none: it needs name"),
        ("own_metrics:Absent", "does not import: AttributeError"),
        ("no_such_module:X", "does not import: ModuleNotFoundError"),
    ],
)
def test_an_entry_point_that_is_no_metric_stops(plugin, entry, message):
    plugin(entry)
    with pytest.raises(FtlintError, match=message):
        known()


@pytest.mark.parametrize(
    ("name", "up"),
    [
        *((name, True) for name in ("good_answer", "character", "soccer", "acc_norm,none", "judge_win")),
        *((name, False) for name in ("task/wer", "eval_loss", "bits_per_byte,none", "brier_score", "error")),
        *((name, False) for name in ("word_error_rate", "word_perplexity")),
    ],
)
def test_whether_more_is_better_is_told_by_a_whole_word(name, up):
    assert rises(name) is up


def test_a_schema_of_a_database_is_no_task_of_json():
    rows = predictions(["SELECT 1"] * 4, ["SELECT 1", "SELECT 2"] * 2, extra={"schema": {"tables": ["a"]}})
    assert [metric.name for metric in metrics_for("auto", rows)] == ["exact_match", "token_f1"]


def test_what_the_task_calls_for_and_no_row_has_is_left_out():
    """References in a fence are no JSON to be equal to."""
    rows = predictions(["{}"] * 4, ["```json\n{}\n```"] * 4, extra={"schema": {"type": "object"}})
    assert [metric.name for metric in metrics_for("auto", rows)] == ["json_valid", "schema_match"]
