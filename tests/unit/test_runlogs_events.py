"""What fine-tuning services say of a job, as their APIs answer."""

import json
from pathlib import Path
from typing import Any

import pytest
from json_logs import lines, run_of, saved, values


def metrics(step: int, **data: Any) -> dict[str, Any]:
    return {
        "object": "fine_tuning.job.event",
        "id": f"ftevent-{step}",
        "created_at": 1_700_000_000 + step,
        "level": "info",
        "message": f"Step {step}/90: training loss={data.get('train_loss', 0):.2f}",
        "data": {"step": step, "total_steps": 90, **data},
        "type": "metrics",
    }


def message(text: str, at: int, data: Any = None) -> dict[str, Any]:
    return {
        "object": "fine_tuning.job.event",
        "id": f"ftevent-m{at}",
        "created_at": 1_700_000_000 + at,
        "level": "info",
        "message": text,
        "data": data,
        "type": "message",
    }


EVENTS = [  # newest first, as they are answered
    message("The job has successfully completed", 100),
    metrics(90, train_loss=1.0, full_valid_loss=1.25, valid_loss=1.3, train_mean_token_accuracy=0.8),
    metrics(45, train_loss=1.5, valid_loss=1.6),
    metrics(1, train_loss=2.0, valid_loss=2.1),
    message("Fine-tuning job started", 0),
]


@pytest.mark.parametrize("shape", ["page", "list", "lines"])
def test_openai_events(tmp_path: Path, shape: str) -> None:
    if shape == "lines":
        file = lines(tmp_path / "events.jsonl", EVENTS)
    else:
        page = {"object": "list", "data": EVENTS, "has_more": False}
        file = saved(tmp_path / "events.json", page if shape == "page" else EVENTS)
    log = run_of(file).read()
    assert (log.kind, log.planned_steps, log.finished) == ("openai-events", 90, True)
    assert values(log, "loss") == {1: 2.0, 45: 1.5, 90: 1.0}
    assert values(log, "eval_loss") == {1: 2.1, 45: 1.6, 90: 1.3}
    assert values(log, "eval_full_loss") == {90: 1.25}
    assert values(log, "mean_token_accuracy") == {90: 0.8}
    assert list(log.series["loss"].times) == [1_700_000_001, 1_700_000_045, 1_700_000_090]
    assert log.restarts == ()


def test_events_that_are_fetched_again_are_taken_once(tmp_path: Path) -> None:
    file = saved(tmp_path / "events.json", {"data": EVENTS[2:]})
    run = run_of(file)
    assert run.read().finished is None
    saved(file, {"data": EVENTS})
    log = run.read()
    assert values(log, "loss") == {1: 2.0, 45: 1.5, 90: 1.0}
    assert (log.finished, log.restarts) == (True, ())


def test_losses_that_only_the_message_tells(tmp_path: Path) -> None:
    """Azure answers `data: null`."""
    told = [
        message("Step 20/40: training loss=0.75, validation loss=1.25, full validation loss=1.50", 2),
        message("Step 10: training loss=2.31", 1),
    ]
    log = run_of(saved(tmp_path / "events.json", {"data": told})).read()
    assert values(log, "loss") == {10: 2.31, 20: 0.75}
    assert values(log, "eval_loss") == {20: 1.25}
    assert values(log, "eval_full_loss") == {20: 1.5}
    assert log.planned_steps == 40


def test_rewards_of_reinforcement(tmp_path: Path) -> None:
    data = {
        "usage": {"graders": [{"name": "exact"}]},
        "train_mean_reward": 0.4,
        "full_valid_mean_reward": 0.7,
        "completion_tokens_mean": 3376.0,
    }
    log = run_of(
        saved(tmp_path / "events.json", [metrics(10, **data), metrics(9, train_mean_reward=0.3)])
    ).read()
    assert log.objective == "reinforcement"
    assert values(log, "reward") == {9: 0.3, 10: 0.4}
    assert values(log, "eval_reward") == {10: 0.7}
    assert values(log, "completions/mean_length") == {10: 3376.0}


def test_openai_checkpoints(tmp_path: Path) -> None:
    points = [
        {
            "object": "fine_tuning.job.checkpoint",
            "id": f"ftckpt_{step}",
            "created_at": 1_700_000_000 + step,
            "step_number": step,
            "metrics": {"step": float(step), "train_loss": 2.0 - step / 100, "full_valid_loss": 1.5},
        }
        for step in (90, 45)
    ]
    log = run_of(saved(tmp_path / "checkpoints.json", {"object": "list", "data": points})).read()
    assert log.checkpoints == (45, 90)
    assert values(log, "loss") == {45: 1.55, 90: pytest.approx(1.1)}


def test_a_job_of_mistral(tmp_path: Path) -> None:
    job = {
        "id": "b18d8d81-fd7b-4764-a31e-475cb1f36591",
        "status": "SUCCESS",
        "hyperparameters": {"training_steps": 20},
        "checkpoints": [
            {
                "metrics": {"train_loss": 0.9, "valid_loss": 1.0},
                "step_number": 20,
                "created_at": 1_700_000_020,
            },
            {
                "metrics": {"train_loss": 1.9, "valid_loss": 2.0},
                "step_number": 10,
                "created_at": 1_700_000_010,
            },
        ],
        "events": [{"name": "status-updated", "data": {"status": "RUNNING"}, "created_at": 1_700_000_001}],
    }
    log = run_of(saved(tmp_path / "job.json", job)).read()
    assert (log.kind, log.finished, log.checkpoints) == ("mistral-job", True, (10, 20))
    assert values(log, "loss") == {10: 1.9, 20: 0.9}
    assert values(log, "eval_loss") == {10: 2.0, 20: 1.0}


def test_together_events_tell_the_plan_and_the_checkpoints(tmp_path: Path) -> None:
    def event(kind: str, step: int, **more: Any) -> dict[str, Any]:
        at = f"2026-01-01T00:{step:02d}:00Z"
        told = {"object": "fine-tune-event", "type": kind, "step": step, "total_steps": 24, "created_at": at}
        return {**told, "message": f"{kind} at step {step}", "level": None, **more}

    events = [
        event("training_start", 0),
        event("checkpoint_save", 12, checkpoint_path="s3://bucket/step-12"),
        event("job_complete", 24),
    ]
    log = run_of(saved(tmp_path / "events.json", {"data": events})).read()
    assert (log.kind, log.planned_steps, log.checkpoints, log.finished) == (
        "together-events",
        24,
        (12,),
        True,
    )


@pytest.mark.parametrize("wrapped", [False, True])
def test_together_metrics(tmp_path: Path, wrapped: bool) -> None:
    rows = [
        {
            "timestamp": 1_779_196_193_564_587_000,
            "train/global_step": 1,
            "train/epoch": 0.1,
            "train/loss": 2.43,
        },
        {
            "timestamp": 1_779_196_194_564_587_000,
            "train/global_step": 2,
            "train/epoch": 0.2,
            "train/loss": 2.0,
        },
        {"timestamp": 1_779_196_195_564_587_000, "eval/global_step": 2, "eval/loss": 2.2},
    ]
    log = run_of(saved(tmp_path / "metrics.json", {"metrics": rows} if wrapped else rows)).read()
    assert values(log, "loss") == {1: 2.43, 2: 2.0}
    assert values(log, "eval_loss") == {2: 2.2}
    assert log.epoch_at(2) == pytest.approx(0.2)
    assert log.series["loss"].times[0] == pytest.approx(1_779_196_193.56, abs=0.01)


def test_a_page_that_breaks_off(tmp_path: Path) -> None:
    file = tmp_path / "events.json"
    file.write_text(json.dumps({"object": "list", "data": EVENTS})[:-150])
    log = run_of(file).read()
    assert values(log, "loss") == {1: 2.0, 45: 1.5, 90: 1.0}
    assert [each.kind for each in log.damaged] == ["truncated"]
