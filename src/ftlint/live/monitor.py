"""Watches one run: looks at its log again and again, and tells what is new."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import NamedTuple

from ftlint.engine.runs import judged_run
from ftlint.live.cut import eval_marks, row_marks, upto
from ftlint.live.stopping import DEFAULT, Stopping
from ftlint.live.verdicts import Change, Evidence, Verdict, paired, verdict
from ftlint.model import Finding, FtlintError, RunLog, Severity
from ftlint.rule import Rule


class Told(NamedTuple):
    """What was told of a verdict: its severity, the highest ever, whether it stops; at how many evaluations
    in a row it has cost less."""

    severity: Severity
    highest: Severity
    stops: bool
    lower: int = 0


class Monitor:
    """The verdicts on one run, and whether to stop it.

    A verdict is told once it has held against new evidence `patience` times in a row, and then no more; one
    that new evidence doesn't show as often in a row is withdrawn. That it costs more than was told is news
    once; that it costs less is news when it has been so as often. New evidence is an evaluation, for rules
    of the training loss a log that has grown enough (see `row_marks`). It is read from the log, not from how
    often one looks: what came since the last look is gone through step by step.

    While a run goes on nothing below a warning is told, unless it is of a rule that may stop it: observations
    on half a run are withdrawn as often as not.
    """

    def __init__(
        self,
        rules: Sequence[Rule[RunLog]],
        stopping: Stopping = DEFAULT,
        severity: Callable[[Finding], Severity] | None = None,
    ) -> None:
        self.rules = list(rules)
        self._by_code = {rule.code: rule for rule in rules}
        self.stopping = stopping
        self.severity = severity
        self.broken: dict[str, str] = {}
        """Rules that broke, by code, and how."""
        self._standing: dict[int, Verdict] = {}
        self._missing: dict[int, int] = {}
        """How often in a row each of them was not found."""
        self._told: dict[int, Told] = {}
        self._next = 0
        self._at = 0.0
        """How far the log was at the last look."""
        self._marks: dict[Evidence, float] = {}
        """The last step that was gone through as evidence of each kind."""
        self._width = 0
        """How many series had a value at the last evaluation: several sets are written one after the
        other."""
        self._counts: dict[int, tuple[int, int]] = {}
        """What was counted of each verdict before the last evaluation."""
        self._seen: tuple[float, int, bool] | None = None

    @property
    def verdicts(self) -> list[Verdict]:
        """What was told and stands now: the worst first, then by step."""
        standing = [each for key, each in self._standing.items() if key in self._told]
        return sorted(standing, key=lambda each: (-each.severity, each.step or 0.0, each.code))

    @property
    def stopped_by(self) -> Verdict | None:
        """The verdict that ends the run; None where it may go on."""
        return next((each for each in self.verdicts if each.stops), None)

    def look(self, log: RunLog, *, ended: bool = False) -> list[Change]:
        """What is new since the last look. With `ended` rules that ask what a run came to are heard, too."""
        seen = log.last_step, sum(map(len, log.series.values())), ended
        if seen == self._seen:
            return []
        self._seen = seen
        before = dict(self._standing)
        unseen = self._unseen(log)
        for step in sorted(unseen):
            self._judge(upto(log, step), unseen[step], ended=ended and step >= log.last_step)
        if not unseen or max(unseen) < log.last_step:
            self._judge(log, frozenset(), ended=ended)
        self._at = log.last_step
        return self._news(before, everything=ended)

    def rest(self) -> list[Change]:
        """What was found, too, and has not held for long enough to be told."""
        return self._news(dict(self._standing), everything=True)

    def _unseen(self, log: RunLog) -> dict[float, frozenset[Evidence]]:
        """Steps with new evidence: of many the last, one more than a verdict must hold for."""
        found: dict[float, frozenset[Evidence]] = {}
        evals = eval_marks(log)
        if evals:
            width = sum(each.steps[-1] == evals[-1] for each in log.series.values() if each.steps)
            if evals[-1] == self._marks.get("evals") and width > self._width:
                self._count_again()
                found[evals[-1]] = frozenset({"evals"})
            self._width = width
        kinds: tuple[tuple[Evidence, list[float]], ...] = (("evals", evals), ("rows", row_marks(log)))
        for kind, steps in kinds:
            for step in self._new(kind, steps):
                found[step] = found.get(step, frozenset()) | {kind}
        return found

    def _new(self, kind: Evidence, steps: Sequence[float]) -> Sequence[float]:
        last = self._marks.get(kind, -inf)
        if not steps:
            return ()
        if steps[-1] < last:
            last = -inf  # resumed from an earlier step
        self._marks[kind] = steps[-1]
        return [step for step in steps if step > last][-(self.stopping.patience + 1) :]

    def _count_again(self) -> None:
        """Forget what the last evaluation, then not yet whole, added to the counts."""
        for key, known in self._standing.items():
            if known.evidence == "evals":
                held, self._missing[key] = self._counts.get(key, (0, 0))
                self._standing[key] = known._replace(held=held)

    def _judge(self, log: RunLog, evidence: frozenset[Evidence], *, ended: bool) -> None:
        if "evals" in evidence:
            self._counts = {key: (each.held, self._missing[key]) for key, each in self._standing.items()}
        rules = self.rules
        if not ended:
            log = _going_on(log)
            rules = [rule for rule in rules if self._asks(rule, log)]
        findings = self._findings(log, rules)
        if self.severity is not None:
            findings = [each._replace(severity=self.severity(each)) for each in findings]
        heard = [each for each in findings if ended or self._tells(each)]
        found = [verdict(each, log.last_step, self._by_code[each.code]) for each in heard]
        known = list(self._standing)
        pairs, gone, new = paired([self._standing[key] for key in known], found)
        for here, there in pairs:
            key, old = known[here], self._standing[known[here]]
            told_again = old.evidence in evidence
            again = found[there]._replace(since=old.since, held=old.held + told_again)
            self._keep(key, again, log, evidence=told_again)
        for here in gone:
            self._miss(known[here], last=ended, evidence=self._standing[known[here]].evidence in evidence)
        for there in new:
            first = found[there].evidence in evidence
            self._keep(self._next, found[there]._replace(held=int(first)), log, evidence=first)
            self._next += 1

    def _findings(self, log: RunLog, rules: Sequence[Rule[RunLog]]) -> list[Finding]:
        """What the rules find; one that breaks is left out from then on: a training must not end by it."""
        findings: list[Finding] = []
        for rule in rules:
            try:
                findings += judged_run(log, [rule])
            except FtlintError as error:
                self.broken[rule.code] = error.message
                self.rules = [each for each in self.rules if each is not rule]
        return findings

    def _asks(self, rule: Rule[RunLog], log: RunLog) -> bool:
        """Whether a rule is heard of a run that goes on."""
        if rule.waits == "epoch":
            # an eval loss that rises within the first epoch mostly falls again: a warmup, the first steps
            epoch = log.epoch_at(log.last_step)
            return epoch is None or epoch > 1
        return rule.waits != "end" or self.stopping.names(rule)

    def _tells(self, finding: Finding) -> bool:
        known = (each.code == finding.code and each.step == finding.step for each in self._standing.values())
        least = min(Severity.WARNING, self.stopping.severity or Severity.WARNING)
        costs = (finding.severity or Severity.INFO) >= least
        return costs or self.stopping.names(finding) or any(known)

    def _keep(self, key: int, held: Verdict, log: RunLog, *, evidence: bool) -> None:
        self._missing[key] = 0
        self._standing[key] = held._replace(stops=self.stopping.stops(held, log))
        if evidence and key in self._told:
            told = self._told[key]
            self._told[key] = told._replace(lower=told.lower + 1 if held.severity < told.severity else 0)

    def _miss(self, key: int, *, last: bool, evidence: bool) -> None:
        self._missing[key] += evidence
        if last or self._missing[key] >= self.stopping.patience:
            del self._standing[key], self._missing[key]
        else:
            self._standing[key] = self._standing[key]._replace(held=0, stops=False)

    def _news(self, before: dict[int, Verdict], *, everything: bool) -> list[Change]:
        """What is to be told: withdrawn, then changed, then found, each the worst first."""
        at = self._at
        gone = [key for key in self._told if key not in self._standing]
        news = [Change("withdrawn", before[key], at, before[key]) for key in gone]
        for key in gone:
            del self._told[key]
        for key, now in self._standing.items():
            told = self._told.get(key)
            if told is None and not (everything or self._is_firm(now)):
                continue
            if told is None:
                news.append(Change("found", now, at))
                self._told[key] = Told(now.severity, now.severity, now.stops)
            elif self._differs(told, now):
                news.append(Change("changed", now, at, before[key]._replace(severity=told.severity)))
                highest = max(told.highest, now.severity)
                self._told[key] = Told(now.severity, highest, told.stops or now.stops)
        order = {"withdrawn": 0, "changed": 1, "found": 2}
        return sorted(
            news, key=lambda each: (order[each.word], -each.verdict.severity, each.verdict.step or 0.0)
        )

    def _is_firm(self, now: Verdict) -> bool:
        at_once = self._by_code[now.code].confirmed_by == "at once"
        return now.stops or now.held >= self.stopping.patience or at_once

    def _differs(self, told: Told, now: Verdict) -> bool:
        return (
            now.severity > told.highest
            or (now.stops and not told.stops)
            or (now.severity < told.severity and told.lower >= self.stopping.patience)
        )


def _going_on(log: RunLog) -> RunLog:
    """The log of a run that has not ended: that its last record is not whole yet is as it should be."""
    damaged = tuple(each for each in log.damaged if each.kind != "truncated")
    return log._replace(finished=False, damaged=damaged)
