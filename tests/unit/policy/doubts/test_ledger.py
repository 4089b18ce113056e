"""What a policy asks of a ledger that is not set up to give it."""

import pytest

from weighbridge.policy.doubts.find import find_doubts
from weighbridge.policy.doubts.of_ledger import LedgerSays
from weighbridge.policy.reading.load import Source, load_layers

POLICY = b"""version: 1
rules:
  - name: tried
    require: [{check: {name: unit-tests}}, {any: [{load_test: {}}, {anchored: true}]}]
"""
NOBODY = LedgerSays(is_anchored=False, is_reported=lambda _: False)
READY = LedgerSays(is_anchored=True, is_reported=lambda _: True)


def told(says: LedgerSays | None) -> list[str]:
    found = find_doubts(load_layers([Source(data=POLICY, path="p")]), ledger=says)
    return [str(each) for each in found if "ledger" in str(each)]


def test_checks_that_nobody_may_report_and_an_anchor_that_nobody_names_are_told() -> None:
    assert told(NOBODY) == [
        "p:3:5: the check `unit-tests` is asked for, and .weighbridge/ledger.yaml lets nobody report it: it stays open",
        "p:3:5: the check `load-test` is asked for, and .weighbridge/ledger.yaml lets nobody report it: it stays open",
        "p:3:5: an anchored ledger is asked for, and .weighbridge/ledger.yaml names no anchor: the gate cannot decide",
    ]


@pytest.mark.parametrize("says", [READY, None])
def test_a_ledger_that_is_ready_or_that_nobody_looked_at_raises_no_doubt(says: LedgerSays | None) -> None:
    assert told(says) == []
