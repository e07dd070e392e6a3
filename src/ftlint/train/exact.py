"""The same bytes twice: deterministic kernels while a run trains."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def exact() -> Iterator[None]:
    """Has torch take the deterministic algorithm where it has one; how it was before is put back.

    An operation without one is not refused: few GPU kernels lack it, and none that a LoRA trains with by
    default.
    """
    import torch

    # cuBLAS reads it when it is first used: two streams of work would add in changing order
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    before = (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )
    filled, tuned = torch.utils.deterministic.fill_uninitialized_memory, torch.backends.cudnn.benchmark
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.backends.cudnn.benchmark = False
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*does not have a deterministic implementation")
            # of peft with transformers from 5.23 on
            warnings.filterwarnings("ignore", category=FutureWarning, module="transformers|peft|accelerate")
            yield
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])
        torch.utils.deterministic.fill_uninitialized_memory = filled
        torch.backends.cudnn.benchmark = tuned
