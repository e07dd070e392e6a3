"""What the rules of runs make of the trained runs: `PYTHONPATH=tests python -m trained [FAULT...]`."""

import sys
from collections import Counter

from trained.judging import FAULTS, SEEDS, loud, told

if __name__ == "__main__":
    every: Counter[str] = Counter()
    twins = 0
    for name in sys.argv[1:] or FAULTS:
        fault = FAULTS[name]
        missed, unproven, alarms, also = [], [], Counter[str](), Counter[str]()
        for seed in SEEDS:
            run, twin = fault.make(seed, True), fault.make(seed, False)
            found = told(run.log)
            also.update({each.name for each in found})
            if not {each.name for each in found} & set(fault.rules):
                missed.append(seed)
            if not fault.proof(run, twin):
                unproven.append(seed)
            alarms.update({f"{each.name}:{seed}" for each in loud(told(twin.log))})
        twins += len(SEEDS)
        every.update(each.split(":")[0] for each in alarms)
        print(f"{name}: found {len(SEEDS) - len(missed)} of {len(SEEDS)} by {' or '.join(fault.rules)}")
        print(f"    missed {missed} unproven {unproven}; told: {dict(also.most_common())}")
        print(f"    alarms on twins: {sorted(alarms)}")
    print(f"alarms on {twins} twins: {dict(every)}")
