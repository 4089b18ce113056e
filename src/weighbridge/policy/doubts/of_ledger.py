"""Needs that the ledger cannot meet as it is set up: checks that nobody may report, an anchor that nobody names."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from weighbridge.policy.conditions.compared import texts_compared
from weighbridge.policy.doubts.doubt import Doubt
from weighbridge.policy.judge.checks import LOAD_TEST
from weighbridge.policy.needs import AnchoredNeed, CheckNeed, LoadTestNeed
from weighbridge.policy.policy import Policy, conditions_of, needs_of

_OF_CHECKS = frozenset({"statuses.failed[]", "statuses.pending[]", "statuses.all[].name"})
_LEDGER = ".weighbridge/ledger.yaml"


class LedgerSays(Struct, frozen=True, kw_only=True):
    """What is said of the ledger beside the policy: whether it is to be anchored, and who may report which check."""

    is_anchored: bool
    is_reported: Callable[[str], bool]


def doubts_of_ledger(policy: Policy, says: LedgerSays | None) -> Iterator[Doubt]:
    """What is asked for and can never be met; nothing where nobody looked."""
    if says is None:
        return
    for about, need in needs_of(policy):
        if isinstance(need, CheckNeed | LoadTestNeed):
            name = need.name if isinstance(need, CheckNeed) else LOAD_TEST
            if not says.is_reported(name):
                words = f"the check `{name}` is asked for, and {_LEDGER} lets nobody report it: it stays open"
                remedy = "name whoever runs it among `writers`, and for it among `reporters` where there are some"
                yield Doubt(about=about, message=words, remedy=remedy)
        if isinstance(need, AnchoredNeed) and not says.is_anchored:
            words = f"an anchored ledger is asked for, and {_LEDGER} names no anchor: the gate cannot decide"
            yield Doubt(about=about, message=words, remedy="name one among `anchors`, or witnesses and a quorum")
    for about, condition in conditions_of(policy):
        for path, name in texts_compared(condition.text) if "statuses" in condition.reads else ():
            if path in _OF_CHECKS and not says.is_reported(name):
                words = f"the check `{name}` is read, and {_LEDGER} lets nobody report it: nothing is ever said of it"
                remedy = "correct its name, or name whoever runs it among `writers` or `reporters`"
                yield Doubt(about=about, message=words, remedy=remedy)
