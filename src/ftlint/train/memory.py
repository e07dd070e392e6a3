"""Out of memory: the batch made smaller, the step kept the same."""

from __future__ import annotations

import gc


def halved(micro_batch: int, accumulation: int) -> tuple[int, int] | None:
    """Half the micro batch and twice the accumulation; the same examples make one step.

    An odd batch goes to its next divisor below a half of what one step holds. None for a batch of 1.
    """
    if micro_batch < 2:
        return None
    whole = micro_batch * accumulation
    smaller = next(each for each in range(micro_batch // 2, 0, -1) if whole % each == 0)
    return smaller, whole // smaller


def freed() -> None:
    """Give back what an attempt that failed held."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def peak() -> int:
    """Bytes at most in use so far: of the GPU where one trains, else of this process."""
    import resource
    import sys

    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held if sys.platform == "darwin" else held * 1024
