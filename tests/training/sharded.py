"""`ftlint train` in a process of FSDP 2 on a CPU: the launched script of a test.

accelerate takes FSDP's switches on GPUs alone and trains plain DDP on a CPU without a word; here it is told
that these processors are GPUs. Everything else is as it is: `fully_shard`, DTensors, gloo.
`FTLINT_DIES_AT` names a checkpoint at which the first process ends without a word, as kill -9 ends it.
"""

import os
import sys

from accelerate.state import PartialState
from accelerate.utils import DistributedType

from ftlint.cli.main import main
from ftlint.train import checkpoints, kept

made = PartialState.__init__
committed = checkpoints.commit
saved = kept.Kept._save_checkpoint


def of_gpus(self: PartialState, *given: object, **named: object) -> None:
    made(self, *given, **named)
    if self._shared_state.get("distributed_type") == DistributedType.MULTI_CPU:
        self._shared_state["distributed_type"] = DistributedType.MULTI_GPU


def dying(staged: os.PathLike[str], target: os.PathLike[str]) -> None:
    if os.path.basename(target) == os.environ.get("FTLINT_DIES_AT"):
        os._exit(9)
    committed(staged, target)


def told(self: kept.Kept, *given: object, **named: object) -> None:
    """Says how the weights are held: what this test stands on."""
    shapes = [
        (tuple(each.shape), tuple(each.to_local().shape))
        for name, each in self.model.named_parameters()
        if hasattr(each, "to_local") and name.endswith("q_proj.base_layer.weight")
    ]
    if self.args.process_index == 0:
        print(f"held: {self.is_fsdp_enabled} {shapes[:1]}", flush=True)
    saved(self, *given, **named)


PartialState.__init__ = of_gpus
checkpoints.commit = dying
kept.Kept._save_checkpoint = told

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
