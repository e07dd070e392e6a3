from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Edit, Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, insert_beside
from ftlint.rule import Example, Rule

NEVER = frozenset({"axolotl", "llamafactory", "trl", "hf", "hf-arguments", "together-job", "ftlint"})
LLAMAFACTORY = (
    "model_name_or_path: Qwen/Qwen3-8B\nstage: sft\nfinetuning_type: lora\ntemplate: qwen\n"
    "dataset: identity\nlearning_rate: 1.0e-4\nbf16: true\nval_size: 0.1\n"
)


class EvalDataUnused(Rule[TrainingConfig]):
    """Data for evaluation is named or held out, and no evaluation is asked for.

    ## Why it matters
    Where no strategy is written, transformers and LLaMA-Factory do not evaluate while they train, and
    Together does not without `n_evals`. The rows that are held out are neither learnt from nor looked at.

    ## What to do
    Write when to evaluate: `eval_strategy: steps` with `eval_steps`, or `n_evals` for Together. The fix
    writes `eval_strategy: epoch`. Where evaluation is switched off on purpose (`do_eval: false`,
    `eval_strategy: "no"`) nothing is said, nor where a script of its own is given `eval_steps`.

    ## References
    transformers 5.23, `training_args.py`: eval_strategy defaults to `no`. Together: n_evals defaults to 0.
    Measured: 3 of 6 public Together jobs with a validation file ask for no evaluation.
    """

    code = "CFG085"
    name = "eval-data-unused"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "write when to evaluate"
    bad = (
        Example(config=LLAMAFACTORY),
        Example(config=LLAMAFACTORY + "eval_steps: 200\n", note="steps alone ask for nothing"),
    )
    good = (
        Example(config=LLAMAFACTORY + "eval_strategy: steps\neval_steps: 200\n"),
        Example(config=LLAMAFACTORY + "do_eval: true\n", note="evaluated at the end"),
        Example(config=LLAMAFACTORY + 'eval_strategy: "no"\n'),
        Example(config=LLAMAFACTORY.replace("val_size: 0.1", "val_size: 0")),
        Example(
            config="model_name_or_path: Qwen/Qwen3-8B\nadapter_from: out/sft\nvalid_file: valid.jsonl\n"
            "learning_rate: 1.0e-5\nnum_train_epochs: 1\nper_device_train_batch_size: 4\neval_steps: 50\n",
            config_name="tune.yaml",
            note="a script of its own evaluates as it likes",
        ),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.purpose != "train" or config.dialect not in NEVER or config.launched:
            return
        strategy = config.field("eval_strategy")
        if strategy.written or strategy.value != "no" or config.written("do_eval"):
            return
        if config.dialect == "trl" and config.written("eval_steps") and not config.has("tuning"):
            return
        name = next((name for name in ("eval_split", "eval_data") if _given(config, name)), "")
        if name:
            yield Finding(
                f"{config.spelled(name)} is given, but no evaluation is asked for",
                fix=fix("evaluate each epoch", _each_epoch(config, name), safe=False),
                **config.place(name),
            )


def _given(config: TrainingConfig, name: str) -> bool:
    return config.written(name) and bool(config.get(name))


def _each_epoch(config: TrainingConfig, beside: str) -> Edit | None:
    key = config.spelling.get("eval_strategy", "")
    if not key or "." in key:
        return None
    return insert_beside(config, config.field(beside).key, key, "epoch")
