from __future__ import annotations

from collections.abc import Iterator

from ftlint.facts.dialects import all_keys, dialect_facts
from ftlint.model import Finding, Severity, TrainingConfig
from ftlint.model.config_edit import fix, rename_key
from ftlint.model.config_fields import FIELDS
from ftlint.model.training_config import placed
from ftlint.rule import Example, Rule

ALIKE = 0.9
IGNORES = frozenset({"axolotl"})
OWN = "ftlint"
"""Its keys are the canonical fields: any other is a mistake, be it like one or not."""
SCRIPTED = frozenset({"trl", "alignment-handbook"})
"""Dialects whose keys a script may take with some of its own: a key like no other tells such a script."""
FOREIGN = {
    **dict.fromkeys(("sequence_len", "cutoff_len", "max_seq_length"), "sequence_length"),
    **dict.fromkeys(("micro_batch_size", "per_device_train_batch_size"), "micro_batch_size"),
    **dict.fromkeys(("num_epochs", "num_train_epochs", "epochs"), "epochs"),
    **dict.fromkeys(("learning_rate", "lr"), "learning_rate"),
    **dict.fromkeys(("lora_r", "lora_rank"), "lora_rank"),
    **dict.fromkeys(("lora_target", "lora_target_modules"), "lora_targets"),
    **dict.fromkeys(("val_set_size", "val_size"), "eval_split"),
    **dict.fromkeys(("lr_scheduler", "lr_scheduler_type"), "lr_scheduler"),
    **dict.fromkeys(("optimizer", "optim"), "optimizer"),
    **dict.fromkeys(("base_model", "model_name_or_path"), "base_model"),
    **dict.fromkeys(("sample_packing", "packing"), "packing"),
}
AXOLOTL = (
    "base_model: Qwen/Qwen3-8B\nadapter: lora\nmicro_batch_size: 2\ngradient_accumulation_steps: 4\n"
    "sequence_len: 2048\nnum_epochs: 1\nlearning_rate: 2.0e-4\nval_set_size: 0.05\n"
    "datasets:\n  - path: data.jsonl\n    type: chat_template\n"
)
OURS = "ftlint: 1\nbase_model: Qwen/Qwen3-8B\nmethod: sft\ntuning: lora\nlora_rank: 16\n"


class UnknownKey(Rule[TrainingConfig]):
    """A key that the framework does not know, and that looks like one it knows.

    ## Why it matters
    axolotl ignores a key it does not know, so a slip (`lora_dropuot`) or the key of another framework
    (`cutoff_len`) means that the default holds and nobody is told. LLaMA-Factory and TRL refuse such a file,
    once it runs.

    ## What to do
    Write the key as this framework spells it. The fix renames it; look at the value, too.

    Only keys at the top of the file are looked at, and only those that are spelled almost like a known key
    (nine tenths of their letters, in order) or are the usual name of the same thing in another framework:
    integrations and forks bring keys of their own. Nothing is said of a file of TRL's keys that has others,
    too, which TRL never had: a script of its own reads it. ftlint's own form is closed: any key it lacks is
    told.

    ## References
    The keys of axolotl 0.5.2 to 0.18.0, LLaMA-Factory 0.9.1 and 0.9.5, TRL 0.9.6 to 1.16.0, transformers
    4.46.3 to 5.23.0 and of alignment-handbook, read from their sources. axolotl's schema lets other keys
    pass; `HfArgumentParser` raises on them.
    """

    code = "CFG038"
    name = "unknown-key"
    severity = Severity.WARNING
    fixable = "unsafe"
    help = "write the key as this framework spells it"
    bad = (
        Example(config=AXOLOTL + "lora_dropuot: 0.05\n"),
        Example(config=AXOLOTL + "num_train_epochs: 4\n", note="the key of another framework"),
        Example(config=AXOLOTL.replace("learning_rate", "lr"), note="the short name of many scripts"),
        Example(config=OURS + "learning_rte: 2.0e-4\n", note="ftlint's own form is closed"),
        Example(config=OURS + "my_own_note: 1\n", note="ftlint's own form is closed"),
    )
    good = (
        Example(config=AXOLOTL + "lora_dropout: 0.05\n"),
        Example(config=AXOLOTL + "my_own_note: 1\n", note="like no other key"),
        Example(config=OURS + "learning_rate: 2.0e-4\n"),
        Example(config=AXOLOTL + "evaluation_strategy: steps\n", note="an old name: renamed-key"),
        Example(
            config="model_name_or_path: Qwen/Qwen3-8B\nuse_peft: true\nlora_rank: 16\nlearning_rate: 2.0e-4\n"
            "num_train_epochs: 1\nper_device_train_batch_size: 4\nexpert_dropout: 0.1\n",
            note="a script of its own",
        ),
    )

    def check(self, config: TrainingConfig) -> Iterator[Finding]:
        if config.dialect == OWN:
            yield from _of_ours(config)
            return
        facts = dialect_facts(config.dialect)
        if not facts.known_keys or config.launched:
            return
        known = facts.known_keys | {path.partition(".")[0] for path in config.spelling.values()}
        known |= {each.key.partition(".")[0] for each in facts.renamed}
        strange = [key for key in config.tree.entries if key not in known]
        if config.dialect in SCRIPTED and any(not _meant(key, known, config)[0] for key in strange):
            return
        for key, entry in config.tree.entries.items():
            if key in known:
                continue
            name, why = _meant(key, known, config)
            if name:
                fate = "ignores" if config.dialect in IGNORES else "refuses"
                there = " (written, too)" if name in config.tree.entries else ""
                yield Finding(
                    f"{config.title} {fate} {key}; {why} {name}{there}",
                    fix=fix(f"write {name}", rename_key(config, key, name), safe=False),
                    **placed(config.path, entry.key.range),
                )


def _of_ours(config: TrainingConfig) -> Iterator[Finding]:
    from difflib import get_close_matches

    for key, entry in config.tree.entries.items():
        if key == OWN or key in FIELDS:
            continue
        close = get_close_matches(key, sorted(FIELDS), n=1, cutoff=0.75)
        near = FOREIGN.get(key) or (close[0] if close else "")
        yield Finding(
            f"ftlint knows no {key}" + (f"; {near} is meant, it seems" if near else ""),
            fix=fix(f"write {near}", rename_key(config, key, near), safe=False) if near else None,
            **placed(config.path, entry.key.range),
        )


def _meant(key: str, known: frozenset[str], config: TrainingConfig) -> tuple[str, str]:
    """The key that is meant, and how that is known; two empty texts where nothing tells."""
    field = FOREIGN.get(key)
    if field is not None:
        return config.spelling.get(field, ""), "here it is"
    if key in all_keys() or len(key) < 5:
        return "", ""
    from difflib import get_close_matches

    close = get_close_matches(key, sorted(known), n=1, cutoff=ALIKE)
    return (close[0], "it knows") if close else ("", "")
