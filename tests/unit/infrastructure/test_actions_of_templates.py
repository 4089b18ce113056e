"""Whether a template's actions are closed: as Go reads them, and in no more time than the text is long."""

import time

import pytest

from weighbridge.landscape.infrastructure.kubernetes.template_actions import unbalanced


@pytest.mark.parametrize(
    "text",
    [
        "{{x}}\n" * 160_000,
        "{{/* a }}\n" * 100_000,
        "{{/* a */ b }}\n" * 60_000,
        "{{if .a}}{{end}}\n" * 50_000,
        '{{"' * 300_000,
    ],
    ids=["actions", "remarks without an end", "remarks that go on", "blocks", "quotes"],
)
def test_a_long_template_is_read_once(text: str) -> None:
    started = time.process_time()

    unbalanced(text)

    assert time.process_time() - started < 5


def test_a_remark_ends_at_its_first_end() -> None:
    found = unbalanced("a: 1\n{{/* one */ .b }}\n{{/* two */}}\n")

    assert found is not None
    assert (found.line, found.words) == (2, "an action is never closed")


@pytest.mark.parametrize("text", ["{{- /* a\n * b */ -}}", "{{/* {{ if .a }} */}}", "{{/***/}}", "{{ /* it's */ }}"])
def test_a_remark_that_is_closed_is_passed_over(text: str) -> None:
    assert unbalanced(text) is None
