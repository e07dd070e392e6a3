"""`ftlint eval`: parse, call, print."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ftlint.evaluate.of_run import Split
    from ftlint.evaluate.options import Options
    from ftlint.evaluate.result import Role
    from ftlint.settings import Settings


def add_parser(commands: Any) -> None:
    from ftlint.cli.eval.flags import add_flags

    add_flags(commands).set_defaults(run=run)


def run(arguments: Namespace) -> int:
    from ftlint.cli.eval.flags import refuse
    from ftlint.model import FtlintError

    chosen = {
        "--run": arguments.folder,
        "--base": arguments.base,
        "--predictions": arguments.predictions,
        "--from-harness": arguments.from_harness,
    }
    given = [name for name, value in chosen.items() if value]
    if len(given) != 1:
        told = f"{' and '.join(given)} do not go together" if given else "name what to evaluate"
        raise FtlintError(f"{told}: --run RUN, --base MODEL, --predictions or --from-harness")
    refuse(arguments, given[0])
    match given[0]:
        case "--run":
            return _of_run(arguments)
        case "--base":
            return _of_models(arguments)
        case "--predictions":
            return _of_predictions(arguments)
    return _of_harness(arguments)


def _of_run(arguments: Namespace) -> int:
    from ftlint.cli.approve import settings_of
    from ftlint.cli.eval.done import exported, finished
    from ftlint.evaluate.of_run import evaluated_run, prepared, served_dtype, served_run
    from ftlint.evaluate.run_folder import read_run
    from ftlint.gate.audit import ready
    from ftlint.gate.opening import may_open

    settings = settings_of(arguments, [arguments.folder])
    _refuse_metrics(arguments)
    ready(settings)
    found = read_run(arguments.folder, settings)
    served = bool(arguments.merged or arguments.quantized)
    split: Split = arguments.split or ("validation" if served else "test")
    options = _options(arguments)
    as_trained = options._replace(dtype="") if served else options
    general = [_rooted(path, settings) for path in arguments.general]
    run = prepared(found, settings, as_trained, split=split, general=general)
    if split == "test":
        may_open(settings, found.approval, arguments.reopen)
    folder = arguments.output or os.path.join(arguments.folder, _folder(split, served=served))
    if arguments.export_harness:
        return exported(arguments, run.source, run.files, run.tokenizer, settings, options, run)
    options = _ready(folder, arguments, options)
    if served:
        dtype = served_dtype(found, settings, arguments.dtype)
        concluded, told, apart, approval = served_run(
            run,
            settings,
            options,
            dtype=dtype,
            quantised=arguments.quantized,
            tolerance=arguments.tolerance,
            reason=arguments.reopen,
        )
    else:
        concluded, told, approval = evaluated_run(run, settings, options, reason=arguments.reopen)
        apart = None
    return finished(arguments, settings, concluded, told, folder, apart, approval)


def _folder(split: Split, *, served: bool) -> str:
    name = "parity" if served else "eval"
    return name if split == ("validation" if served else "test") else f"{name}-{split}"


def _of_models(arguments: Namespace) -> int:
    from ftlint.cli.approve import settings_of
    from ftlint.cli.eval.done import exported, finished
    from ftlint.evaluate.comparing import evaluated, served
    from ftlint.evaluate.models import Source, dtype_of
    from ftlint.evaluate.of_run import held_as_test
    from ftlint.evaluate.sets import Files
    from ftlint.gate.audit import ready
    from ftlint.model import FtlintError
    from ftlint.weights.model import device
    from ftlint.weights.places import model_place
    from ftlint.weights.tokenizer import load_tokenizer

    settings = settings_of(arguments, [*arguments.data])
    _refuse_metrics(arguments)
    ready(settings)
    data = [_rooted(path, settings) for path in arguments.data]
    general = [_rooted(path, settings) for path in arguments.general]
    near = ([path] if path else [] for path in ("", arguments.adapter))
    roots = {settings.root, *(settings_of(arguments, each).root for each in near)}
    if config := held_as_test([*arguments.data, *arguments.general], sorted(roots)):
        raise FtlintError(
            f"is the test split that was approved with {config}: evaluate the run on it (ftlint eval --run), "
            "which opens it once and has the lock say so",
            arguments.data[0],
        )
    place = model_place(arguments.base, arguments.revision, os.getcwd())
    options = _options(arguments)
    where = options.device or device()
    own = os.path.isfile(os.path.join(arguments.adapter, "tokenizer.json")) if arguments.adapter else False
    tokenizer = load_tokenizer(arguments.adapter if own else place.folder)
    source = Source(
        folder=place.folder,
        name=arguments.base,
        dtype=options.dtype or dtype_of(place.folder),
        device=where,
        revision=place.revision,
        adapter=arguments.adapter,
        adapter_sha256=_adapter_hash(arguments.adapter),
        trust_remote_code=arguments.trust_remote_code,
    )
    files = [Files("narrow", tuple(data)), Files("general", tuple(general))]
    folder = arguments.output or "eval"
    if arguments.export_harness:
        return exported(arguments, source, files, tokenizer, settings, options)
    options = _ready(folder, arguments, options)
    if arguments.merged or arguments.quantized:
        concluded, told, apart = served(
            source._replace(dtype=dtype_of(place.folder)),
            source,
            files,
            tokenizer,
            settings.root,
            options,
            quantised=arguments.quantized,
            tolerance=arguments.tolerance,
        )
        return finished(arguments, settings, concluded, told, folder, apart)
    concluded, told = evaluated(source, files, tokenizer, settings.root, options)
    return finished(arguments, settings, concluded, told, folder)


def _of_predictions(arguments: Namespace) -> int:
    from ftlint.cli.eval.done import finished
    from ftlint.evaluate.comparing import settled
    from ftlint.evaluate.of_files import of_predictions

    settings, options = _of_files(arguments)
    pairs: dict[Role, Sequence[str]] = {"narrow": arguments.predictions}
    if arguments.general_predictions:
        pairs["general"] = arguments.general_predictions
    base, tuned, sets = of_predictions(pairs)
    concluded = settled(base, tuned, sets, options, {})
    return finished(arguments, settings, concluded, None, arguments.output)


def _of_harness(arguments: Namespace) -> int:
    from ftlint.cli.eval.done import finished
    from ftlint.evaluate.comparing import settled
    from ftlint.evaluate.of_files import of_harness

    settings, options = _of_files(arguments)
    base, tuned, sets, metrics, left_out = of_harness(*arguments.from_harness)
    for line in left_out:
        _said(f"left out: {line}")
    options = options._replace(metrics=metrics)
    concluded = settled(base, tuned, sets, options, {"tool": "lm-evaluation-harness"})
    return finished(arguments, settings, concluded, None, arguments.output)


def _of_files(arguments: Namespace) -> tuple[Settings, Options]:
    from ftlint.evaluate.folder import ready as folder_ready
    from ftlint.gate.audit import ready
    from ftlint.settings import load

    given = [*arguments.predictions, *arguments.from_harness]
    settings = load(given, config=arguments.config, isolated=arguments.isolated)
    ready(settings)
    if arguments.output:
        folder_ready(arguments.output, force=arguments.force)
    return settings, _options(arguments)


def _options(arguments: Namespace) -> Options:
    from ftlint.evaluate.judge import Endpoint, address
    from ftlint.evaluate.options import Options
    from ftlint.evaluate.progress import Line

    judge = None
    if arguments.judge:
        address(arguments.judge)
        key = os.environ.get("FTLINT_JUDGE_KEY", "")
        judge = Endpoint(arguments.judge, arguments.judge_model, key)
    return Options(
        metrics={"narrow": _names(arguments.metrics), "general": _names(arguments.general_metrics)},
        dtype=arguments.dtype,
        device=arguments.device,
        batch=arguments.batch_size,
        max_new_tokens=arguments.max_new_tokens,
        first=arguments.limit,
        seed=arguments.seed,
        judge=judge,
        told=Line(sys.stderr).draw,
    )


def _refuse_metrics(arguments: Namespace) -> None:
    """A name that no metric has is told before models answer, and before a test split is opened."""
    from ftlint.evaluate.metrics.choose import known
    from ftlint.model import FtlintError
    from ftlint.settings.nearest import suggestion

    metrics = known()
    for name in (*_names(arguments.metrics), *_names(arguments.general_metrics)):
        if name != "auto" and name not in metrics:
            near = suggestion(name, metrics) or f": there are {', '.join(sorted(metrics))}"
            raise FtlintError(f"unknown metric {name!r}{near}")


def _names(text: str) -> tuple[str, ...]:
    from ftlint.model import FtlintError

    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise FtlintError("--metrics names no metric: auto chooses by the task (docs/eval.md)")
    return names


def _rooted(path: str, settings: Settings) -> str:
    from ftlint.model import FtlintError
    from ftlint.read.discover import shown

    if not os.path.isfile(path):
        raise FtlintError("no such file", path)
    return shown(os.path.abspath(path), os.path.abspath(settings.root), path)


def _adapter_hash(folder: str) -> str:
    """One hash over the files of an adapter, as `evaluate.run_folder` makes it of a run's."""
    if not folder:
        return ""
    from ftlint.evaluate.run_folder import listing_hash
    from ftlint.gate.locked import locked_file
    from ftlint.model import FtlintError

    if not os.path.isfile(os.path.join(folder, "adapter_config.json")):
        raise FtlintError("holds no adapter: adapter_config.json is missing", folder)
    names = sorted(name for name in os.listdir(folder) if name.startswith("adapter_"))
    return listing_hash(locked_file(f"adapter/{name}", os.path.join(folder, name)) for name in names)


def _ready(folder: str, arguments: Namespace, options: Options) -> Options:
    """The options, with what models write kept in the folder at once: a judge may fail after hours."""
    from functools import partial

    from ftlint.evaluate.folder import ready, write_sides

    ready(folder, force=arguments.force)
    if options.judge is not None:
        from ftlint.evaluate.judge import asking

        asking(options.judge)([{"role": "user", "content": "Answer with [[0]]."}])
    return options._replace(keep=partial(write_sides, folder))


def _said(text: str) -> None:
    from ftlint.detect.mask import visible

    print(f"ftlint: {visible(text)}", file=sys.stderr)
