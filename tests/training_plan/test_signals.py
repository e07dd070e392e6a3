"""Signals while a run trains, and before there is a step to finish. No torch."""

from __future__ import annotations

import signal

import pytest

from ftlint.train.signals import Signalled, Signals, raised


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP])
def test_before_the_first_step_a_signal_is_raised(sent: signal.Signals) -> None:
    before = signal.signal(sent, signal.SIG_DFL)  # a Ray of another test leaves its own handler behind
    try:
        with pytest.raises(Signalled) as told, raised():
            signal.raise_signal(sent)
        assert (told.value.name, told.value.number) == (sent.name, sent)
        assert signal.getsignal(sent) is signal.SIG_DFL
    finally:
        signal.signal(sent, before)


def test_what_was_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with raised():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_signal_in_the_midst_of_a_write_is_only_noted() -> None:
    def say(name: str) -> None:
        raise RuntimeError("reentrant call inside <_io.BufferedWriter name='<stderr>'>")

    with Signals(say) as signals:
        signal.raise_signal(signal.SIGTERM)
    assert signals.name == "SIGTERM"
