"""Who is near whom in a dataset, by what its files' sketches say.

A small dataset is asked first, without numpy, whether any two of its rows may be alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftlint.detect.near.passages import may_be_alike
from ftlint.detect.near.sketches import Sketches
from ftlint.engine.executors import Executor
from ftlint.engine.partial import Partial
from ftlint.engine.plan import FilePlan
from ftlint.engine.rows import Texts, batches
from ftlint.model import Part
from ftlint.model.near import Likeness

if TYPE_CHECKING:
    from ftlint.engine.recalled import Recalled


def likeness(
    kind: type[Sketches],
    similarities: Sequence[float],
    plans: Sequence[FilePlan],
    parts: Sequence[Part],
    partials: Sequence[Partial],
    executor: Executor,
    known: Recalled | None = None,
) -> Mapping[float, Likeness]:
    """Who is near whom by one view, for each similarity. `plans`, `parts` and `partials` are of the dataset's
    files, in order; `known` is what was found of pairs of rows before.
    """
    sketches: list[Any] = [partial.measures[kind] for partial in partials]
    boilerplate = plans[0].prior.boilerplate
    if not plans[0].prior.sketch:
        many = any(sketch.many for sketch in sketches)
        if not many and not may_be_alike([sketch.passages for sketch in sketches], min(similarities)):
            return {similarity: Likeness({}, {}) for similarity in similarities}
        sketches, boilerplate = woken(kind, plans, sum(map(len, sketches)))
    from ftlint.engine.comparison import Compared, compared

    rows = Compared(plans, parts, partials, sketches)
    return compared(rows, kind, boilerplate, similarities, executor, known)


def woken(kind: type[Sketches], plans: Sequence[FilePlan], rows: int) -> tuple[list[Sketches], bytes]:
    """The sketches of a small dataset, made now that some of its rows may be alike, and its boilerplate.

    Reads its files twice: they may hold many times more than their size says.
    """
    from ftlint.detect.near.boilerplate import SAMPLE
    from ftlint.detect.near.samples import sample_of, shared_by
    from ftlint.engine.hashing import content_hashes
    from ftlint.model import Batch
    from ftlint.model.prior import Prior

    sample = Texts.none()
    step = max(1, rows // SAMPLE)
    for plan in plans:
        for _, texts in batches(plan):
            sample.extend(texts, step)
    said = sample_of(sample.prompts, sample.targets, sample.systems, content_hashes)
    prior = Prior(sketch=True, boilerplate=shared_by([said]))
    made = []
    for plan in plans:
        assert plan.format is not None
        sketch = kind()
        for block, texts in batches(plan):
            seen = texts.prompts, texts.targets, texts.systems
            odd = [index for index, other in enumerate(texts.besides) if other]
            sketch.add(
                Batch(plan.format, block.rows, block.data, *seen, block.sizes, content_hashes, odd, prior)
            )
        made.append(sketch)
    return made, prior.boilerplate
