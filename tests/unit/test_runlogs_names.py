"""What writers call a metric, as one name; and what the names say a run is after."""

import pytest

from ftlint.runlogs.names import canonical, objective_of


@pytest.mark.parametrize(
    ("kind", "raw", "ours"),
    [
        # transformers, in its own log and through its TensorBoard and W&B callbacks
        ("trainer-state", "loss", "loss"),
        ("trainer-state", "train_loss", "train_loss"),
        ("trainer-state", "eval_loss", "eval_loss"),
        ("trainer-state", "eval_general_loss", "eval_general_loss"),
        ("trainer-state", "eval_rewards/chosen", "eval_rewards/chosen"),
        ("trainer-state", "num_input_tokens_seen", "num_tokens"),
        ("tensorboard", "train/loss", "loss"),
        ("tensorboard", "train/train_loss", "train_loss"),
        ("tensorboard", "train/train_runtime", "train_runtime"),
        ("tensorboard", "train/epoch", "epoch"),
        ("tensorboard", "train/rewards/margins", "rewards/margins"),
        ("tensorboard", "eval/loss", "eval_loss"),
        ("tensorboard", "eval/general_loss", "eval_general_loss"),
        ("tensorboard", "eval/rewards/chosen", "eval_rewards/chosen"),
        # Lightning, Keras, litgpt, scripts
        ("lightning-csv", "train_loss", "loss"),
        ("lightning-csv", "train_loss_step", "loss"),
        ("lightning-csv", "train_loss_epoch", "loss_epoch"),
        ("lightning-csv", "val_loss_epoch", "eval_loss"),
        ("tensorboard", "val_loss/dataloader_idx_0", "eval_loss"),
        ("tensorboard", "val_loss/dataloader_idx_1", "eval_loader_1_loss"),
        ("keras-csv", "val_accuracy", "eval_accuracy"),
        ("tensorboard", "epoch_loss", "loss_epoch"),
        ("tensorboard", "Loss/train", "loss"),
        ("tensorboard", "Loss/valid", "eval_loss"),
        ("tensorboard", "loss_val", "eval_loss"),
        ("tensorboard", "Accuracy/val", "eval_Accuracy"),
        ("tensorboard", "validation/loss", "eval_loss"),
        ("csv", "test_loss", "eval_test_loss"),
        ("tensorboard", "train/lr", "learning_rate"),
        ("jsonl", "lr", "learning_rate"),
        # OpenAI's
        ("openai-events", "train_loss", "loss"),
        ("openai-events", "valid_loss", "eval_loss"),
        ("openai-events", "full_valid_loss", "eval_full_loss"),
        ("openai-events", "train_mean_token_accuracy", "mean_token_accuracy"),
        # RL
        ("trainer-state", "completion_length", "completions/mean_length"),
        ("trainer-state", "clip_ratio/region_mean", "clip_ratio"),
        ("tensorboard", "train/completions/clipped_ratio", "completions/clipped_ratio"),
        ("wandb-json", "actor/kl_loss", "kl"),
        ("wandb-json", "response_length/clip_ratio", "completions/clipped_ratio"),
        # PPO's own: `val` is its value head, and its KL is a sum over an answer
        ("tensorboard", "val/ratio", "val/ratio"),
        ("tensorboard", "objective/kl", "objective/kl"),
        # no metric of anybody's
        ("jsonl", "my_metric", "my_metric"),
        ("jsonl", "value_loss", "value_loss"),
        ("jsonl", "eval", "eval"),
    ],
)
def test_canonical(kind: str, raw: str, ours: str) -> None:
    assert canonical(raw, kind) == ours


@pytest.mark.parametrize(
    ("names", "objective"),
    [
        (("loss", "eval_loss", "entropy", "mean_token_accuracy"), "loss"),
        (("loss", "kl"), "loss"),
        (("loss", "rewards/margins", "rewards/accuracies"), "preference"),
        (("loss", "kl", "rewards/chosen"), "preference"),
        (("loss", "eval_loss", "eval_rewards/margins"), "preference"),
        (("loss", "reward", "kl", "completions/mean_length"), "reinforcement"),
        (("objective/kl", "policy/approxkl_avg"), "reinforcement"),
    ],
)
def test_objective(names: tuple[str, ...], objective: str) -> None:
    assert objective_of(names) == objective
