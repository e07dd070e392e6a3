from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.model_names import same_model, same_revision
from ftlint.model import Finding, Project, Related, Severity, Training
from ftlint.model.baseline import Baseline
from ftlint.rule import Example, Rule
from ftlint_rules.fit.baseline_examples import CONFIG, FILES, SETTINGS, harness, record
from ftlint_rules.fit.evidence import measured

COMMIT = "b968826d9c46dd6066d109eabc6255188de91218"
OTHER = "9c925d64d72725edaf899c6cb9c377fd0709d9c5"


class BaselineOtherModel(Rule[Project]):
    """The baseline is of another model, or another revision of it, than the one that is tuned.

    ## Why it matters
    An instruct model and its pretrained sibling differ by more than most fine-tunes gain. Measured against
    the weaker one every training looks like a success.

    ## What to do
    Evaluate the model that the config names, at the revision it names, or mend the name in the result.

    ## References
    Names are compared without regard to case, to marks of quantisation (`-bnb-4bit`) and to owners who
    publish the same weights again (unsloth, NousResearch, mlx-community). A path of some machine is no other
    model; a branch or a tag is no other revision: both may be the same.
    """

    code = "FIT073"
    name = "baseline-other-model"
    severity = Severity.WARNING
    help = "evaluate the model that the config names"
    documents = True
    bad = (
        Example(config=CONFIG, files={**FILES, "baseline.json": record(model="Qwen/Qwen3-8B-Base")}),
        Example(
            config={**CONFIG, "model_revision": OTHER},
            files={**FILES, "baseline.json": record(revision=COMMIT)},
        ),
        Example(
            config=CONFIG,
            files={
                **FILES,
                "ftlint.toml": SETTINGS + 'baseline = "base.json"\n',
                "base.json": harness(config={"model_args": {"pretrained": "meta-llama/Llama-3.1-8B"}}),
            },
        ),
    )
    good = (
        Example(config=CONFIG, files={**FILES, "baseline.json": record()}),
        Example(
            config={**CONFIG, "base_model": "unsloth/Qwen3-8B-bnb-4bit"},
            files={**FILES, "baseline.json": record()},
        ),
        Example(config={**CONFIG, "base_model": "/models/base"}, files={**FILES, "baseline.json": record()}),
        Example(
            config={**CONFIG, "model_revision": "main"},
            files={**FILES, "baseline.json": record(revision=COMMIT)},
            note="a branch may be this commit",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        for baseline, trainings in measured(project):
            for training in trainings:
                finding = _of(baseline, training)
                if finding is not None:
                    yield finding
                    break


def _of(baseline: Baseline, training: Training) -> Finding | None:
    config = training.config
    model = config.get("base_model") if config else None
    if config is None or not isinstance(model, str) or not baseline.model:
        return None
    where = Related(config.path, line=config.place("base_model").get("line"))
    if same_model(baseline.model, model) is False:
        return Finding(
            f"the result is of {baseline.model}; {config.path} tunes {model}",
            related=where,
            **baseline.place("model", "model_name", "config.model_args"),
        )
    revision = config.get("model_revision") if config.written("model_revision") else None
    if isinstance(revision, str) and same_revision(baseline.revision, revision) is False:
        return Finding(
            f"the result is of revision {baseline.revision[:12]}; {config.path} tunes {revision[:12]}",
            related=where,
            **baseline.place("revision", "config.model_sha", "config.model_revision"),
        )
    return None
