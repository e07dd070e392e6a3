"""The test that spares small files numpy: it never overlooks a near-duplicate, and clean data passes it."""

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ftlint.detect.near.exact import shingle_sets, similarities
from ftlint.detect.near.passages import Passages, may_be_alike, said
from ftlint.detect.near.shingles import text_shingles
from ftlint.detect.near.sketches import FEWEST
from test_import_cost import HEAVY, clean_rows, loaded


def listed(text: str) -> list[str]:
    return text.split()


ENGLISH = listed("""
the of and to in a is that for it as was with be by on not he this are or his from at which but have had they
you were their one all we can her has there been if more when will would who so no said what up its about into
than them only other new some could time these two may then do first any my now such like our over man even
house water garden window letter river engine paper market winter number system animal question answer morning
village doctor history machine school summer kitchen station teacher problem reason never between under while
""")
CHINESE = "春眠不觉晓处闻啼鸟夜来风雨声花落知多少床前明月光疑是地上霜举头望低思故乡白日依山"
GERMAN = listed("und der die das ist nicht mit auf für von zu im ein als auch über schön größe Straße Häuser")
RUSSIAN = listed("и в не на что он как по это она но они мы из так за бы от все дом река окно письмо зима")
LINES = (
    "def {0}_{1}({2}):",
    "    {0} = {1}({2}, {3})",
    "    if {0} > {1}:",
    "        return self.{0}.{1}",
    "    return None",
    "",
    "        self.assertEqual(result, expected)",
)


def sentences(draw: random.Random, words: Sequence[str], count: int) -> str:
    found = []
    while count > 0:
        length = min(count, draw.randint(4, 25))
        found.append(" ".join(draw.choices(words, k=length)).capitalize() + draw.choice("...?!:"))
        count -= length
    return draw.choice([" ", "\n"]).join(found)


def english(draw: random.Random, count: int) -> str:
    return sentences(draw, ENGLISH, count)


def typeset(draw: random.Random, count: int) -> str:
    return english(draw, count).replace(" the ", " \u201cthe\u201d ").replace(" not ", " don\u2019t ")


def no_stops(draw: random.Random, count: int) -> str:
    return " ".join(draw.choices(ENGLISH, k=count))


def german(draw: random.Random, count: int) -> str:
    return sentences(draw, GERMAN, count)


def russian(draw: random.Random, count: int) -> str:
    return sentences(draw, RUSSIAN, count)


def chinese(draw: random.Random, count: int) -> str:
    return re.sub("(.{9})", "\\1\uff0c", "".join(draw.choices(CHINESE, k=count)))


def mixed(draw: random.Random, count: int) -> str:
    every = (
        draw.choice(CHINESE) if draw.random() < 0.7 else f" {draw.choice(ENGLISH)} " for _ in range(count)
    )
    return "".join(every)


def code(draw: random.Random, count: int) -> str:
    lines: list[str] = []
    while len(re.findall(r"\w+", "\n".join(lines))) < count:
        lines.append(draw.choice(LINES).format(*draw.choices(ENGLISH, k=3), draw.randrange(9)))
    return "\n".join(lines)


def numbers(draw: random.Random, count: int) -> str:
    return draw.choice([", ", " ", "\n"]).join(str(draw.randrange(1_000)) for _ in range(count))


KINDS: dict[str, Callable[[random.Random, int], str]] = {
    each.__name__: each
    for each in (english, typeset, no_stops, german, russian, chinese, mixed, code, numbers)
}
EDITS = ("substitution", "insertion", "deletion", "block", "moved", "append", "prepend", "cut", "none")


def edited(draw: random.Random, text: str, edit: str, sign: bool) -> str:
    """A text with up to about as many edits of a kind as leave it 0.8 similar."""
    pieces = re.findall(r"[\u4e00-\u9fff]|[^\s\u4e00-\u9fff]+|\s+", text)
    words = [at for at, piece in enumerate(pieces) if not piece.isspace()]
    count = len(words)
    amount = draw.random()

    def other() -> str:
        return draw.choice(CHINESE) if sign else f"{draw.choice(ENGLISH)}{draw.randrange(99)}"

    if edit in ("substitution", "insertion", "deletion"):
        for at in sorted(draw.sample(words, max(1, int(amount * count / 40))), reverse=True):
            fresh = {"substitution": [other()], "insertion": [other(), " ", pieces[at]], "deletion": []}
            pieces[at : at + 1] = fresh[edit]
    elif edit == "block":
        length = max(1, int(amount * count / 10))
        begin = draw.randrange(count - length + 1)
        for at in words[begin : begin + length]:
            pieces[at] = other()
    elif edit == "moved":
        at = draw.choice(words)
        pieces = [*pieces[at:], " ", *pieces[:at]]
    elif edit == "cut":
        length = max(1, int(amount * count / 5.2))
        pieces = draw.choice([pieces[: words[-length]], pieces[words[length] :]])
    elif edit != "none":
        added = [
            other() + draw.choice([" ", " ", " ", ". "]) for _ in range(max(1, int(amount * count / 4.2)))
        ]
        pieces = [*pieces, " ", *added] if edit == "append" else [*added, *pieces]
    return "".join(pieces)


def respelt(draw: random.Random, text: str) -> str:
    """The same words in other case, with other punctuation or white space."""
    ways: list[Callable[[str], str]] = [
        draw.choice([str.upper, str.lower, str.title]),
        lambda text: text.replace(". ", draw.choice([" - ", "; ", "! ", "\u2026 "])).replace(", ", ","),
        lambda text: text.replace(" ", draw.choice(["  ", "\n", " \t", "\u00a0"])),
        lambda text: text.replace("\n", "\r\n").replace("'", "\u2019"),
    ]
    for way in draw.sample(ways, draw.randint(1, 3)):
        text = way(text)
    return text


def similarity(one: str, other: str) -> float:
    """0 where one of them is too short to be compared."""
    sets = shingle_sets(text_shingles([one, other]))
    if min(map(len, sets)) < FEWEST:
        return 0.0
    return similarities(dict(enumerate(sets)), [(0, 1)])[0]


def asked(rows: Sequence[Sequence[str]], cuts: Sequence[int] = (), least: float = 0.8) -> bool:
    """Rows of one text or more, put together from files and shards."""
    ends = [*cuts, len(rows)]
    files = []
    for begin, end in zip([0, *cuts], ends, strict=True):
        whole, shard = Passages(), Passages()
        middle = (begin + end) // 2
        whole.add([list(map(said, row)) for row in rows[begin:middle]])
        shard.add([list(map(said, row)) for row in rows[middle:end]])
        whole.merge(shard)
        files.append(Passages.from_state(whole.state()))
    return may_be_alike(files, least)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("least", [0.8, 0.7])
def test_no_near_duplicate_is_overlooked(kind: str, least: float) -> None:
    draw = random.Random(f"{kind} {least}")
    tried: Counter[str] = Counter()
    missed = []
    while sum(tried.values()) < 250:
        edit = draw.choice(EDITS)
        text = KINDS[kind](draw, int(20 * 30 ** draw.random()))
        twin = edited(draw, text, edit, kind == "chinese")
        if edit == "none" or draw.random() < 0.4:
            twin = respelt(draw, twin)
        if text == twin or similarity(text, twin) < least:
            continue
        rows = [[english(draw, draw.randint(20, 90))] for _ in range(3)]
        for place, planted in zip(
            sorted(draw.sample(range(5), 2)), draw.sample([text, twin], 2), strict=True
        ):
            rows.insert(place, [planted])
        tried[edit] += 1
        if not asked(rows, least=least):
            missed.append((edit, similarity(text, twin), text, twin))
    assert set(EDITS) - {"none"} <= set(tried)
    assert not missed


@pytest.mark.parametrize("edit", EDITS)
def test_rows_of_two_texts_and_several_files(edit: str) -> None:
    draw = random.Random(edit)
    tried = 0
    while tried < 60:
        row = [english(draw, draw.randint(20, 80)), english(draw, draw.randint(20, 200))]
        side = draw.randrange(2)
        twin = [edited(draw, text, edit, False) if at == side else text for at, text in enumerate(row)]
        if similarity("\n".join(row), "\n".join(twin)) < 0.8:
            continue
        tried += 1
        clean = [[english(draw, 30), english(draw, 60)] for _ in range(4)]
        assert asked([clean[0], row, *clean[1:], twin], cuts=[draw.randint(1, 4)])
        assert asked([twin, *clean, row], cuts=[2, 2, 4])


def test_clean_prose_is_passed() -> None:
    ends = ["e", "en", "a", "or", "ing", "ly"]
    for seed in range(10):
        draw = random.Random(seed)
        made = [f"{draw.choice(ENGLISH)}{draw.choice(ENGLISH)}{draw.choice(ends)}" for _ in range(3_000)]
        rows = [[sentences(draw, made, draw.randint(3, most)) for most in (60, 200)] for _ in range(300)]
        assert not asked(rows, cuts=[100])


@pytest.mark.parametrize(
    "rows", [[], [[""]], [["", ""]] * 3, [["short"]] * 5, [["Is it? " * 4]] * 2, [["\ud800" * 3]] * 2]
)
def test_short_rows_are_not_compared(rows: list[list[str]]) -> None:
    assert not asked(rows)


@pytest.mark.parametrize(
    "text",
    [
        "\ud800 one " * 30,
        "ha " * 40,
        "0 1 " * 30,
        "\U0001f408" * 30,
        "\U0001f408 " * 30,
        "_ " * 30,
        "\u0e01" * 40,
    ],
)
def test_odd_texts_are_compared(text: str) -> None:
    assert asked([[text], ["no"], [text + " more"]])


def test_one_text_under_two_templates() -> None:
    """Templates that many rows have are left out when rows are compared: the two tell the same story."""
    draw = random.Random(4)
    story, *templates = (english(draw, length) for length in (60, 300, 300))
    rows = [[f"{template} {story}"] for template in templates]
    rows += [[f"{template} {no_stops(draw, 60)}"] for _ in range(12) for template in templates]
    assert asked(rows)


@pytest.mark.parametrize("extra", [[], ["-j", "2"]])
def test_numpy_is_not_loaded_for_clean_data(tmp_path: Path, extra: list[str]) -> None:
    (tmp_path / "train.jsonl").write_text(clean_rows(1_000))
    code, names = loaded(["check", "train.jsonl", "--no-cache", *extra], tmp_path)
    assert code == 0
    assert not names & HEAVY


def test_numpy_is_loaded_for_near_duplicates(tmp_path: Path) -> None:
    """The other way round: a copy among clean rows is looked at, and told."""
    row = clean_rows(1).replace("zone 0?", "zone 0, I asked, by way of the old road over the hills?")
    (tmp_path / "train.jsonl").write_text(row + clean_rows(200) + row.replace("asked", "ASKED"))
    code, names = loaded(["check", "train.jsonl", "--no-cache", "--output-format", "json=out.json"], tmp_path)
    assert code == 0, "a warning"
    assert "numpy" in names
    assert '"DUP004"' in (tmp_path / "out.json").read_text()
