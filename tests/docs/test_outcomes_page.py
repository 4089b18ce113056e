"""The page of outcomes knows every outcome, reason and state there is."""

import pytest
from tests.docs.pages import ROOT

from weighbridge.domain.gate import GateState
from weighbridge.domain.outcomes import OutcomeState, Reason

PAGE = (ROOT / "docs" / "reference" / "outcomes.md").read_text("utf-8")


@pytest.mark.parametrize("word", [*OutcomeState, *GateState])
def test_every_outcome_and_state_has_its_line(word: str) -> None:
    assert f"| {word.replace('-', ' ')} |" in PAGE


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_line(reason: str) -> None:
    assert f"| `{reason}` |" in PAGE
