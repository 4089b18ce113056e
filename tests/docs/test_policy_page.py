"""The page of the built-in policy names every surface, reason, level and origin there is, and the policy by its name."""

import pytest
from tests.docs.pages import ROOT

from weighbridge.domain.gate import Level
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.provenance import Origin
from weighbridge.domain.system import SurfaceKind
from weighbridge.policy.policy import BUILT_IN

PAGE = (ROOT / "docs/reference/policy.md").read_text("utf-8")


@pytest.mark.parametrize("word", [*SurfaceKind, *Reason, *Origin, BUILT_IN])
def test_the_page_names_everything_that_counts(word: str) -> None:
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("level", Level)
def test_every_level_has_its_row(level: Level) -> None:
    assert f"\n| {level} |" in PAGE
