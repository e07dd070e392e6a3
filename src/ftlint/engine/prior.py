"""What is settled of a dataset before its files are scanned: how large it is, what all its rows share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from ftlint.engine.hashing import content_hashes
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.engine.rows import Texts, texts_of
from ftlint.formats import identity
from ftlint.model.prior import Prior
from ftlint.read.records import blocks, shards
from ftlint.settings import Settings

if TYPE_CHECKING:
    from ftlint.detect.near.samples import Sample
    from ftlint.engine.benchmarks import Benchmarks

SMALL = 4 << 20
"""Bytes of a dataset under which importing numpy costs as much as reading it."""

PLACES = 8
"""Places of a dataset that the sample is taken from."""


def with_priors(
    plans: Sequence[FilePlan], rules: RuleSet, settings: Settings, cache: Any = None
) -> list[FilePlan]:
    """The plans, each with what is known of its dataset, as far as the measures of the rules ask for it."""
    if not rules.priors:
        return list(plans)
    members: dict[str, list[FilePlan]] = {}
    for plan in plans:
        members.setdefault(plan.dataset, []).append(plan)
    read = _benchmarks(plans, rules, settings, cache)
    priors = {}
    for name, files in members.items():
        prior = sketched(files, cache) if "sketch" in rules.priors else Prior()
        if "group" in rules.priors:
            prior = prior._replace(group=tuple(dict.fromkeys(files[0].group)))
        if read is not None and any(plan.format is not None for plan in files):
            prior = prior._replace(benchmark=read.of(files[0]))
        priors[name] = prior
    counting = "counters" in rules.priors
    return [
        plan._replace(prior=priors[plan.dataset]._replace(counters=plan.counters if counting else ()))
        for plan in plans
    ]


def _benchmarks(
    plans: Sequence[FilePlan], rules: RuleSet, settings: Settings, cache: Any
) -> Benchmarks | None:
    if "benchmark" not in rules.priors or not any(plan.benchmark for plan in plans):
        return None
    from ftlint.engine.benchmarks import Benchmarks

    return Benchmarks(settings, plans, cache)


def sketched(plans: Sequence[FilePlan], cache: Any = None) -> Prior:
    """Whether a dataset is to be sketched, and what its rows share."""
    known = [plan for plan in plans if plan.format is not None]
    if sum(plan.source.size for plan in known) < SMALL:
        return Prior()
    from ftlint.detect.near.boilerplate import SAMPLE

    chosen = _spread(known)
    wanted = SAMPLE // min(PLACES, len(known))
    key = [] if cache is None else [_identified(plan, wanted, cache) for plan in chosen]
    if not all(key):
        cache = None
    shared = None if cache is None else cache.known("boilerplate", key)
    if type(shared) is not bytes:
        from ftlint.detect.near.samples import shared_by

        shared = shared_by([_sample(plan, wanted, cache, len(chosen) > 1) for plan in chosen])
        if cache is not None:
            cache.tell(shared, [plan.source.file for plan in chosen], "boilerplate", key)
    return Prior(sketch=True, boilerplate=shared)


def _identified(plan: FilePlan, wanted: int, cache: Any) -> list[Any]:
    """What decides which rows a sample of a file holds and what they say; nothing where none can tell."""
    assert plan.format is not None
    content = "" if plan.source.origin else cache.content(plan.source.file)
    return [content, plan.source[2:], identity(plan.format), wanted] if content else []


def _sample(plan: FilePlan, wanted: int, cache: Any, apart: bool) -> Sample:
    """A sample of a file as hashes. That of one of several files is kept `apart`: the next run may find
    another of them changed."""
    from ftlint.detect.near.samples import Sample, sample_of

    key = [] if cache is None or not apart else _identified(plan, wanted, cache)
    state = cache.known("sample", key) if key else None
    if state is not None:
        return Sample.from_state(state)
    said = sampled(plan, wanted)
    sample = sample_of(said.prompts, said.targets, said.systems, content_hashes)
    if key:
        cache.tell(sample.state(), [plan.source.file], "sample", key)
    return sample


def sampled(plan: FilePlan, count: int) -> Texts:
    """Some rows of a file: from its head, and where it can be cut from further places."""
    assert plan.format is not None
    return texts_of(plan.format, list(_records(plan, count)))


def _records(plan: FilePlan, count: int) -> Iterator[dict[str, Any]]:
    ranges = shards(plan.source, max(plan.source.size // PLACES, 1 << 20))
    for start, end in ranges:
        found = (data for block in blocks(plan.source, start, end) for data in block.data)
        yield from islice(found, max(1, count // len(ranges)))


def _spread(plans: Sequence[FilePlan]) -> Sequence[FilePlan]:
    """At most so many files as places, evenly from the first to the last."""
    if len(plans) <= PLACES:
        return plans
    return [plans[index * (len(plans) - 1) // (PLACES - 1)] for index in range(PLACES)]
