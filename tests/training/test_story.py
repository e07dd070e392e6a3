"""`make story`: from data with faults to a report, by the commands that a person would run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

STORY = Path(__file__).parents[2] / "examples" / "story" / "story.py"
LINTER = Path(sys.prefix.removesuffix("-parsers")) / "bin" / "ftlint"
"""The environment beside this one, which can look for personal data."""

pytestmark = pytest.mark.training


@pytest.mark.skipif(not LINTER.exists(), reason="no environment of the linter beside this one")
def test_the_story_goes_as_it_is_told(tmp_path: Path) -> None:
    import pretrained

    pretrained.pretrained_model()
    environment = {"OMP_NUM_THREADS": "1", "COLUMNS": "120"} | os.environ
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(STORY), str(tmp_path / "story"), "--linter", str(LINTER)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "no surprises" in done.stdout
    assert time.monotonic() - begun < 600
    assert "ghp_" not in done.stdout + done.stderr
    assert "mia.brandt" not in done.stdout + done.stderr

    story = tmp_path / "story"
    rows = (story / "data" / "train.jsonl").read_text().splitlines()
    assert len(rows) == 1103
    assert not set(rows) & set((story / "data" / "test.jsonl").read_text().splitlines())
    assert "ghp_" not in "".join(rows)
    result = json.loads((story / "runs" / "orders" / "eval" / "eval.json").read_text())
    assert result["verdicts"] == {"narrow": "better", "general": "no evidence"}
    (match,) = [each for each in result["comparisons"] if each["metric"] == "json_match"]
    assert match["base"]["value"] == 0
    assert match["tuned"]["value"] > 0.9
    lock = json.loads((story / "ftlint.lock").read_text())
    (opening,) = lock["approvals"][0]["openings"]
    assert opening["result"]
    report = {str(path.relative_to(story / "report")) for path in (story / "report").rglob("*.*")}
    assert report == {
        *("1-data.html", "2-run.html", "3-eval.html", "3-eval.json", "3-eval.md"),
        "model-card/README.md",
    }
    for page in (story / "report").rglob("*.html"):
        assert "ghp_" not in page.read_text()
