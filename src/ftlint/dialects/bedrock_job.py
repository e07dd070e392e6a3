"""Model customization jobs of Amazon Bedrock: the request of `CreateModelCustomizationJob` as JSON.

Hyper-parameters are texts (`"epochCount": "2"`), and which there are depends on the model.
"""

from __future__ import annotations

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft
from ftlint.dialects.jobs import reference, stored
from ftlint.dialects.signs import is_map, scalar, written
from ftlint.facts.provider_ranges import ranges
from ftlint.model.config_tree import Node
from ftlint.model.scalars import is_unknown

METHODS = {
    "fine_tuning": "sft",
    "continued_pre_training": "pretrain",
    "distillation": "distillation",
    "reinforcement_fine_tuning": "rft",
}
_RFT = "customizationConfig.rftConfig.hyperParameters"
_DISTILLATION = "customizationConfig.distillationConfig"
_TEACHER = f"{_DISTILLATION}.teacherModelConfig.teacherModelIdentifier"


def _spelled(name: str) -> tuple[str, ...]:
    return (f"hyperParameters.{name}", f"{_RFT}.{name}")


def certainty(tree: Node, path: str) -> float:
    if not written(tree, ("baseModelIdentifier",)):
        return 0.0
    others = (
        "customizationType",
        "customModelName",
        "hyperParameters",
        "trainingDataConfig",
        "outputDataConfig",
    )
    return 1.0 if written(tree, others) >= 2 else 0.0


def settle(draft: Draft) -> None:
    draft.default("provider", "bedrock")
    stored(draft, "train_data", "trainingDataConfig.s3Uri")
    validators = draft.tree.entry("validationDataConfig.validators")
    if validators is not None:
        found = [reference(draft, uri) for item in validators.value.items if (uri := item.at("s3Uri"))]
        draft.put(
            "eval_data",
            tuple(ref for ref in found if ref is not None) or None,
            "validationDataConfig.validators",
        )
    _method(draft)
    base = draft.get("base_model")
    if isinstance(base, str):
        for field, known in ranges(base, "bedrock", draft.get("method") or "sft").items():
            draft.default(field, known.default, known.source, f"hyperParameters.{known.key}")


def _method(draft: Draft) -> None:
    kind = draft.text("customizationType")
    if is_unknown(kind):
        draft.put("method", UNKNOWN, "customizationType")
    elif kind:
        draft.put("method", METHODS.get(kind), "customizationType")
    elif is_map(draft.tree, "customizationConfig.rftConfig"):
        draft.derive("method", "rft", "customizationConfig.rftConfig")
    elif scalar(draft.tree, _TEACHER):
        draft.derive("method", "distillation", _DISTILLATION)
    else:
        draft.default("method", "sft", "customizationType is FINE_TUNING where it is left out")


DIALECT = Dialect(
    name="bedrock-job",
    title="Bedrock customization job",
    certainty=certainty,
    keys=(
        Key("base_model", ("baseModelIdentifier",)),
        Key("teacher_model", (_TEACHER,)),
        Key("epochs", _spelled("epochCount")),
        Key("max_steps", _spelled("stepCount")),
        Key("global_batch_size", _spelled("batchSize")),
        Key("learning_rate", _spelled("learningRate")),
        Key("learning_rate_multiplier", _spelled("learningRateMultiplier")),
        Key("warmup_steps", _spelled("learningRateWarmupSteps")),
        Key("early_stopping", _spelled("earlyStoppingPatience")),
        Key("eval_steps", _spelled("evalInterval")),
        Key("max_prompt_length", _spelled("maxPromptLength")),
        Key("max_completion_length", _spelled("inferenceMaxTokens")),
        Key("num_generations", _spelled("trainingSamplePerPrompt")),
        Key("output_dir", ("outputDataConfig.s3Uri",)),
    ),
    settle=settle,
    casts=True,
    extra={
        "train_data": "trainingDataConfig.s3Uri",
        "eval_data": "validationDataConfig.validators",
        "method": "customizationType",
    },
)
