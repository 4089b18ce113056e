"""What came of the tests of a policy, as lines for a terminal and as JUnit XML for build servers."""

import re
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from weighbridge.policy.trials.coverage import Coverage
from weighbridge.policy.trials.run import TrialResult, TrialRun
from weighbridge.review.render.text.blocks import Block, Heading, Item, Look, Paragraph, Table, lay_out
from weighbridge.review.render.text.gate import reason_blocks
from weighbridge.review.sentences import count
from weighbridge.review.visible import one_line

_NOT_IN_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def trial_blocks(run: TrialRun, coverage: Coverage | None = None) -> Iterator[Block]:
    """Each case; below one that failed, what was expected, what came, and why."""
    for result in run.results:
        yield Item(text=result.trial.name, mark="+" if result.passed else "x", style="good" if result.passed else "bad")
        if not result.passed:
            yield from _failed(result)
    failed = sum(not result.passed for result in run.results)
    told = f"{count(len(run.results), 'case')}: {f'{failed} failed' if failed else 'all passed'}"
    yield Paragraph(text=told, style="bad" if failed else "good")
    if coverage is not None:
        yield from coverage_blocks(coverage)


def _failed(result: TrialResult) -> Iterator[Block]:
    trial = result.trial
    yield Paragraph(text=f"{trial.path}:{trial.mark.line}", style="dim")
    for failure in result.failures:
        yield Item(text=f"{failure.what}: {failure.expected} was expected, {failure.came} came", mark="x", style="bad")
    yield from reason_blocks(result.reasons)


def coverage_blocks(coverage: Coverage) -> Iterator[Block]:
    """What the cases exercised."""
    yield Heading(text="What the cases show of each rule")
    rows = [
        (
            rule.rule,
            str(rule.applied),
            "-" if rule.is_unconditional else str(rule.not_applied),
            "; ".join(rule.gaps) or "met and not met" if rule.states else "; ".join(rule.gaps) or "asked for nothing",
        )
        for rule in coverage.rules
    ]
    yield Table(head=("rule", "applied", "not", "what came of it"), rows=tuple(rows))
    if coverage.others:
        yield Heading(text="Other conditions")
        yield Table(
            head=("held", "not", "condition"),
            rows=tuple(
                (str(each.answered.held), str(each.answered.not_held), " ".join(each.text.split()))
                for each in coverage.others
            ),
        )
    whole, every = coverage.whole
    yield Paragraph(text=f"{whole} of {count(every, 'rule')} seen both applying and not, met and not met")


def as_junit(run: TrialRun) -> str:
    """The results as JUnit XML: one suite a file."""
    suites: dict[str, list[TrialResult]] = {}
    for result in run.results:
        suites.setdefault(result.trial.path, []).append(result)
    failures = sum(not result.passed for result in run.results)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="weighbridge policy test" tests="{len(run.results)}" failures="{failures}" errors="0">',
    ]
    for path, results in suites.items():
        failed = sum(not result.passed for result in results)
        lines.append(f'  <testsuite name={_quoted(path)} tests="{len(results)}" failures="{failed}" errors="0">')
        for result in results:
            lines += _case(result)
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _case(result: TrialResult) -> Iterator[str]:
    trial = result.trial
    head = f"    <testcase classname={_quoted(trial.path)} name={_quoted(trial.name)}"
    head += f' file={_quoted(trial.path)} line="{trial.mark.line}"'
    if result.passed:
        yield f"{head}/>"
        return
    said = "; ".join(f"{each.what}: {each.expected} was expected, {each.came} came" for each in result.failures)
    why = lay_out(reason_blocks(result.reasons), Look(width=100))
    yield f"{head}>"
    yield f"      <failure message={_quoted(said)}>{escape(_NOT_IN_XML.sub('?', why))}</failure>"
    yield "    </testcase>"


def _quoted(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("?", one_line(text)))
