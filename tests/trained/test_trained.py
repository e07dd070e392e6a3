"""What the rules of runs are worth on models that were really trained: 40 runs with each fault, and 40 twins
that have all but the fault. That the fault is there, and not in the twin, is told by the models, not by the
logs."""

import pytest

from trained.judging import FAMILIES, SEEDS, loud, told
from trained.supervised import Trained

ALARMED = 0.02
"""The largest share of twins of a family that may get a warning or worse."""


@pytest.mark.parametrize("family", FAMILIES)
def test_faults_are_found_and_twins_left_alone(family: str) -> None:
    unproven: dict[str, list[int]] = {}
    missed: dict[str, list[int]] = {}
    alarms: dict[int, tuple[Trained, list[str]]] = {}
    for name, fault in FAMILIES[family].items():
        for seed in SEEDS:
            run, twin = fault.make(seed, True), fault.make(seed, False)
            if not fault.proof(run, twin):
                unproven.setdefault(name, []).append(seed)
            if not {each.name for each in told(run.log)} & set(fault.rules):
                missed.setdefault(name, []).append(seed)
            if id(twin) not in alarms:  # faults may share a twin
                heard = [f"{name} {seed}: {each.name}: {each.message}" for each in loud(told(twin.log))]
                alarms[id(twin)] = twin, heard
    assert not unproven, "a fault that its model does not have"
    found = {name: 1 - len(seeds) / len(SEEDS) for name, seeds in missed.items()}
    too_few = {name: missed[name] for name, share in found.items() if share < FAMILIES[family][name].least}
    assert not too_few, "faults that were not found, by seed"
    alarmed = [each for _, each in alarms.values() if each]
    assert len(alarmed) <= ALARMED * len(alarms), alarmed


def test_the_same_seed_is_the_same_run() -> None:
    for family in FAMILIES.values():
        fault = next(iter(family.values()))
        assert fault.make(1, True) == fault.make(1, True)
