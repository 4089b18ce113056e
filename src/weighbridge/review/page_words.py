"""How many words the page has that an approver is shown, so that the time it stood open can be held against it."""

from typing import Final

from weighbridge.domain.package import ReviewPackage
from weighbridge.review.render.terminal import Terminal, render_terminal
from weighbridge.review.visible import one_line

MOST_SCENARIOS: Final = 10
"""The failure scenarios that are shown below the page."""


def scenario_lines(package: ReviewPackage) -> tuple[str, ...]:
    """The ways in which the change could fail, as they are shown."""
    return tuple(one_line(scenario.words) for scenario in package.presentation.risk.scenarios[:MOST_SCENARIOS])


def page_words(package: ReviewPackage) -> int:
    """The words of the page in a usual terminal, with the failure scenarios; signs that are no word are not counted."""
    shown = render_terminal(package, {}, terminal=Terminal())
    return sum(any(c.isalnum() for c in word) for text in (shown, *scenario_lines(package)) for word in text.split())
