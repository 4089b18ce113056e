"""Whether a change is guarded by tests is said of what it changes in code, not of tests."""

import pytest

from weighbridge.domain.ids import RepoPath, symbol_id
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol, Impact
from weighbridge.review.sentences import guard


@pytest.mark.parametrize(
    ("path", "depth", "is_unguarded"),
    [
        ("shop/prices.py", ChangeDepth.BODY, True),
        ("shop/prices.py", ChangeDepth.TEXT, False),
        ("tests/test_prices.py", ChangeDepth.BODY, False),
    ],
)
def test_only_changed_behaviour_of_code_is_unguarded(path: str, depth: ChangeDepth, *, is_unguarded: bool) -> None:
    changed = ChangedSymbol(symbol=symbol_id(RepoPath(path), "f"), kind="function", depth=depth, line=1)

    assert ("unguarded" in guard(Impact(changed=(changed,)))) == is_unguarded
