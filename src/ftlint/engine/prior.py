"""What is settled of a dataset before its files are scanned: how large it is, what all its rows share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.engine.rows import Texts, texts_of
from ftlint.model.prior import Prior
from ftlint.read.records import blocks, shards
from ftlint.settings import Settings

if TYPE_CHECKING:
    from ftlint.engine.benchmarks import Benchmarks

SMALL = 4 << 20
"""Bytes of a dataset under which importing numpy costs as much as reading it."""

PLACES = 8
"""Places of a dataset that the sample is taken from."""


def with_priors(plans: Sequence[FilePlan], rules: RuleSet, settings: Settings) -> list[FilePlan]:
    """The plans, each with what is known of its dataset, as far as the measures of the rules ask for it."""
    if not rules.priors:
        return list(plans)
    members: dict[str, list[FilePlan]] = {}
    for plan in plans:
        members.setdefault(plan.dataset, []).append(plan)
    read = _benchmarks(plans, rules, settings)
    priors = {}
    for name, files in members.items():
        prior = sketched(files) if "sketch" in rules.priors else Prior()
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


def _benchmarks(plans: Sequence[FilePlan], rules: RuleSet, settings: Settings) -> Benchmarks | None:
    if "benchmark" not in rules.priors or not any(plan.benchmark for plan in plans):
        return None
    from ftlint.engine.benchmarks import Benchmarks

    return Benchmarks(settings, plans)


def sketched(plans: Sequence[FilePlan]) -> Prior:
    """Whether a dataset is to be sketched, and what its rows share."""
    known = [plan for plan in plans if plan.format is not None]
    if sum(plan.source.size for plan in known) < SMALL:
        return Prior()
    from ftlint.detect.near.boilerplate import SAMPLE, boilerplate

    sample = Texts.none()
    for plan in _spread(known):
        wanted = SAMPLE // min(PLACES, len(known))
        sample.extend(sampled(plan, wanted))
    return Prior(sketch=True, boilerplate=boilerplate(sample.prompts, sample.targets, sample.systems))


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
