"""Which commands train, and with which arguments: `accelerate launch`, `trl sft`, `swift rlhf` ..."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ftlint.dialects.launching.flags import Arguments, arguments
from ftlint.dialects.launching.shell import LEADING
from ftlint.dialects.launching.text import Traced


class Launch(NamedTuple):
    """A command that trains.

    `dialect` is "" for a script whose arguments must tell. `program` is what runs, for its name. `config`
    the file it reads. `rename` maps arguments to keys of the dialect. `launcher` holds the arguments of
    torchrun, accelerate or deepspeed. `leading` is the key of a first word without a name.
    """

    dialect: str
    program: Traced
    arguments: Arguments
    method: str = ""
    tuning: str = ""
    config: Traced | None = None
    rename: Mapping[str, str] = {}
    launcher: Arguments = Arguments((), ())
    leading: str = ""


QUIET = frozenset(
    {
        *("echo", "printf", "cat", "grep", "egrep", "sed", "awk", "log", "logger", "print", "pip", "pip3"),
        *("conda", "mamba", "git", "cd", "ls", "rm", "cp", "mv", "mkdir", "chmod", "which", "type", "export"),
        *("alias", "kill", "pkill", "pgrep", "ps", "tail", "head", "sleep", "source", ".", "module", "apt"),
        *("apt-get", "wget", "curl", "tar", "set", "unset", "trap", "exit", "return", "test", "[", "[["),
        *("man", "help", "usage", "read", "touch", "ln", "diff", "find", "case", "for", "function", "rsync"),
        *("Write-Host", "Write-Output", "info", "warn", "error", "die"),
    }
)
"""Commands whose words are text or files, not another command."""

_PYTHON = re.compile(r"(?:.*/)?(?:python|pypy)[\d.]*|\$\{?PYTHON\w*\}?|\$\(?PYTHON\)?")
_TOOLS = frozenset({"uv", "poetry", "pixi", "rye", "pdm", "hatch", "pipenv", "srun", "sbatch"})
_SHELLS = frozenset({"bash", "sh", "zsh", "dash"})
_RUNNERS = frozenset({"torch.distributed.run", "torch.distributed.launch"})
MOST_WRAPPING = 60
"""Words that may stand before the command: `srun --nodes 2 ...`, `docker run ... image`."""

TRL = {
    **{name: name for name in ("sft", "dpo", "grpo", "kto", "rloo", "reward", "orpo", "cpo", "ppo")},
    "gkd": "distillation",
    "online_dpo": "online-dpo",
}
LITGPT = {
    **dict.fromkeys(("finetune", "finetune_lora"), "lora"),
    "finetune_full": "full",
    **dict.fromkeys(("finetune_adapter", "finetune_adapter_v2"), "other"),
    "pretrain": "full",
}
SWIFT = {"sft": "sft", "rlhf": "", "pt": "pretrain"}
AUTOTRAIN = {
    "model": "base_model",
    "data_path": "data.path",
    "train_split": "data.train_split",
    "valid_split": "data.valid_split",
    "text_column": "data.column_mapping.text_column",
    "project_name": "project_name",
    "log": "log",
    "backend": "backend",
    "push_to_hub": "hub.push_to_hub",
}
MEGATRON = {
    "lr": "learning_rate",
    "micro_batch_size": "per_device_train_batch_size",
    "max_epochs": "num_train_epochs",
    "train_iters": "max_steps",
}
MODULES: Mapping[str, tuple[str, ...]] = {
    "axolotl.cli.train": ("axolotl", "train"),
    "mlx_lm.lora": ("mlx_lm.lora",),
    "mlx_lm": ("mlx_lm",),
    "litgpt": ("litgpt",),
    "oumi": ("oumi",),
    "llamafactory.cli": ("llamafactory-cli",),
    "swift.cli.sft": ("swift", "sft"),
    "swift.cli.rlhf": ("swift", "rlhf"),
    "swift.cli.pt": ("swift", "pt"),
    **{f"trl.scripts.{name}": ("trl", name) for name in TRL},
}
"""Modules that are commands, too."""


def launch(words: Sequence[Traced]) -> Launch | None:
    """The training that a simple command starts; None where it starts none."""
    all_words, words = words, _bare(words)
    if not words or _name(words[0]) in QUIET:
        return None
    for at in range(min(len(words), MOST_WRAPPING)):
        found = _at(words[at:], at > 0 and _name(words[0]) in _TOOLS)
        if found is not None:
            # Variables set before it: NPROC_PER_NODE=8 swift sft ...
            around = arguments(all_words[: len(all_words) - len(words) + at])
            more = Arguments(found.launcher.named + around.named, found.launcher.plain)
            return found._replace(launcher=more)
    return None


def scripts(words: Sequence[Traced]) -> list[Traced]:
    """Shell text that a command runs: `bash -c "..."`, `sbatch --wrap "..."`, `eval "..."`."""
    words = _bare(words)
    if not words or _name(words[0]) in QUIET:
        return []
    found = []
    for at, word in enumerate(words[:MOST_WRAPPING]):
        text = word.text
        if _name(word) in _SHELLS and at + 2 < len(words) and re.fullmatch(r"-[a-z]*c", words[at + 1].text):
            found.append(words[at + 2])
        elif text == "--wrap" and at + 1 < len(words):
            found.append(words[at + 1])
        elif text.startswith("--wrap="):
            found.append(word.cut(len("--wrap=")))
        elif text == "eval" and at == 0 and len(words) == 2:
            found.append(words[1])
    return found


def _bare(words: Sequence[Traced]) -> Sequence[Traced]:
    """Without the shell's own words and variables that are set for this command."""
    at = 0
    while at < len(words):
        text = words[at].text
        if text not in LEADING and not re.match(r"[A-Za-z_]\w*=", text):
            break
        at += 1
    return words[at:]


def _name(word: Traced) -> str:
    return posixpath.basename(word.text)


def _at(words: Sequence[Traced], run: bool = False) -> Launch | None:
    """The training that begins with the first of these words. `run` where a script's name alone runs it."""
    head, rest = _name(words[0]), words[1:]
    second = rest[0].text if rest else ""
    if head == "accelerate" and second in ("launch", "accelerate-launch"):
        return _program(rest[1:])
    if head in ("torchrun", "accelerate-launch", "deepspeed", "distrun"):
        return _program(rest)
    if _PYTHON.fullmatch(words[0].text):
        return _program(rest, plain=True)
    if head.endswith(".py") and (run or words[0].text.startswith(("./", "/"))):
        return _script(words[0], rest, ())
    return _command(head, words)


def _script(program: Traced, words: Sequence[Traced], before: Sequence[Traced]) -> Launch:
    """A script or module with its arguments; the words before it are the launcher's."""
    found = arguments(words)
    files = [word for word in found.plain[:1] if word.text.lower().endswith((".yaml", ".yml", ".json"))]
    config = found.get("config") or (files[0] if files else None)
    return Launch("", program, found, config=config, launcher=arguments(before))


def _program(words: Sequence[Traced], plain: bool = False) -> Launch | None:
    """What a launcher or Python runs: the first script, module or known command."""
    for at, word in enumerate(words):
        text = word.text
        if plain and at and words[at - 1].text in ("-W", "-X"):
            continue
        if text in ("-m", "--module") and at + 1 < len(words):
            return _module(words[:at], words[at + 1], words[at + 2 :])
        if text.endswith(".py") and not text.startswith("-"):
            return _script(word, words[at + 1 :], () if plain else words[:at])
        if not plain and _name(word) in (
            "axolotl",
            "trl",
            "swift",
            "llamafactory-cli",
            "oumi",
            "litgpt",
            "tune",
        ):
            found = _command(_name(word), words[at:])
            return found._replace(launcher=arguments(words[:at])) if found else None
        if plain and not text.startswith("-"):
            return None
    return None


def _module(before: Sequence[Traced], name: Traced, rest: Sequence[Traced]) -> Launch | None:
    if name.text in _RUNNERS:
        return _program(rest)
    if name.text in ("accelerate.commands.launch", "deepspeed.launcher.runner"):
        return _program(rest)
    known = MODULES.get(name.text)
    if known is None:
        return _script(name, rest, before)
    found = _command(known[0], [name, *(name for _ in known[1:]), *rest], known[1:])
    return found._replace(launcher=arguments(before)) if found else None


def _command(head: str, words: Sequence[Traced], spoken: Sequence[str] = ()) -> Launch | None:
    """A framework's own command. `spoken` are words after the first, where others stand in their place."""
    said = [*spoken, *(word.text for word in words[1 + len(spoken) :])]
    second = said[0] if said else ""
    after = words[2:]
    match head:
        case "trl" if second in TRL:
            found = arguments(after)
            return Launch("trl", words[1], found, TRL[second], config=found.get("config"), launcher=found)
        case "llamafactory-cli" | "lmf" if second in ("train", "export"):
            return _with_file("llamafactory", words, arguments(after, single=True))
        case "axolotl" if second == "train":
            return _with_file("axolotl", words, arguments(after, single=True))
        case "oumi" if second == "train":
            found = arguments(after, single=True)
            return Launch("oumi", words[1], found, config=found.get("config", "c"))
        case "swift" | "megatron" if second in SWIFT:
            found = arguments(after)
            rename = MEGATRON if head == "megatron" else {}
            return Launch("ms-swift", words[1], found, SWIFT[second], rename=rename)
        case "autotrain" if second == "llm":
            found = arguments(after, ("train",), single=True)
            others = {argument.key for argument in found.named} - set(AUTOTRAIN)
            rename = AUTOTRAIN | {key: f"params.{key}" for key in others}
            trainer = found.get("trainer")
            method = (
                {"default": "sft", "generic": "sft"}.get(trainer.text, trainer.text) if trainer else "sft"
            )
            return Launch("autotrain", words[1], found, method, rename=rename)
        case "litgpt" | "mlx_lm.lora" | "mlx_lm" | "tune":
            return _other(head, words, second)
    return None


def _other(head: str, words: Sequence[Traced], second: str) -> Launch | None:
    if head == "litgpt":
        two = f"{second}_{words[2].text}" if len(words) > 2 else ""
        name = two if two in LITGPT else second
        if name not in LITGPT:
            return None
        found = arguments(words[3 if name == two else 2 :], single=True)
        method = "pretrain" if name == "pretrain" else "sft"
        rename = {each.key: _litgpt_key(each.key) for each in found.named}
        model = "model_name" if name == "pretrain" else "checkpoint_dir"
        return Launch(
            "litgpt", words[1], found, method, LITGPT[name], found.get("config"), rename, leading=model
        )
    if head == "tune":
        return _torchtune(words[2:]) if second == "run" else None
    if head == "mlx_lm" and second != "lora":
        return None
    switches = ("train", "test", "mask_prompt", "grad_checkpoint")
    found = arguments(words[1 if head == "mlx_lm.lora" else 2 :], switches, single=True)
    return Launch("mlx-lm", words[0], found, config=found.get("config", "c"))


def _litgpt_key(key: str) -> str:
    """`--data JSON --data.json_path x` is short for a class and its arguments."""
    head, dot, rest = key.partition(".")
    if head not in ("data", "optimizer") or rest.startswith(("class_path", "init_args")):
        return key
    return f"{head}.init_args.{rest}" if dot else f"{head}.class_path"


def _with_file(dialect: str, words: Sequence[Traced], found: Arguments) -> Launch:
    """A command whose first plain word is its config."""
    files = [word for word in found.plain if word.text.lower().endswith((".yaml", ".yml", ".json"))]
    return Launch(dialect, words[1], found, config=files[0] if files else None)


def _torchtune(words: Sequence[Traced]) -> Launch | None:
    """`tune run [torchrun's arguments] RECIPE --config NAME key=value ...`."""
    for at, word in enumerate(words):
        before = words[at - 1].text if at else ""
        if word.text.startswith("-") or (before.startswith("--") and "=" not in before):
            continue
        found = arguments(words[at + 1 :], single=True)
        name = _name(word).removesuffix(".py")
        config = found.get("config")
        both = f"{name} {config.text if config else ''}"
        tuning = next((kind for kind in ("qlora", "lora", "full") if kind in both), "")
        method = next((method for sign, method in TORCHTUNE.items() if sign in name), "sft" if tuning else "")
        return Launch("torchtune", word, found, method, tuning, config, launcher=arguments(words[:at]))
    return None


TORCHTUNE = {
    "dpo": "dpo",
    "ppo": "ppo",
    "grpo": "grpo",
    "knowledge_distillation": "distillation",
    "kd_": "distillation",
}
