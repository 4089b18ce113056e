"""Writes `docs/reference/status.md`: what is claimed, what shows it, and the figure of its last run.

Nothing on that page is written by hand. `--junit FILE` first takes a test run's figures into `benchmarks/results/`.
"""

import argparse
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import msgspec

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "reference" / "status.md"
_RULES = "src/weighbridge/rules"
_OF_A_PAGE = re.compile(r"\[([a-z]+/[a-z-]+)[:\]]")


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something said of the product, the command that shows it, and where its figures come from."""

    part: str
    says: str
    command: str
    tests: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    falls_short: tuple[str, ...] = ()
    """What is not as the claim may be taken, a sentence each."""


class Row(msgspec.Struct, frozen=True):
    """One measured figure; `goal` is the most it may be, or the least when `more_is_better`; None when there is none."""

    item: str
    figure: float
    unit: str
    goal: float | None = None
    more_is_better: bool = False
    note: str = ""

    @property
    def standing(self) -> str:
        """Whether the goal is reached, in a word."""
        if self.goal is None:
            return "no goal"
        return "reached" if self.is_reached else "**missed**"

    @property
    def is_reached(self) -> bool:
        """Whether there is a goal and the figure is as good."""
        if self.goal is None:
            return False
        return self.figure >= self.goal if self.more_is_better else self.figure <= self.goal


class Result(msgspec.Struct, frozen=True):
    """One dated run of a benchmark."""

    name: str
    measured_on: str
    command: str
    machine: str
    rows: tuple[Row, ...]
    cases: tuple[str, ...] = ()
    """Single cases behind the figures that a reader may want to judge by, each in a sentence."""


class RunOfTests(msgspec.Struct, frozen=True):
    """One dated run of the tests: file to outcome to count."""

    measured_on: str
    files: dict[str, dict[str, int]]


def read_claims() -> list[Claim]:
    """The claims, checked for form."""
    document = tomllib.loads((ROOT / "benchmarks" / "claims.toml").read_text("utf-8"))
    return msgspec.convert(document["claim"], type=list[Claim])


def read_results(folder: Path = RESULTS) -> dict[str, Result]:
    """The last run of each benchmark, by name."""
    found: dict[str, Result] = {}
    for path in sorted(folder.glob("*.json")):
        if path.name != "tests.json":
            result = msgspec.json.decode(path.read_bytes(), type=Result)
            if result.name not in found or found[result.name].measured_on <= result.measured_on:
                found[result.name] = result
    return found


def read_tests(folder: Path = RESULTS) -> RunOfTests | None:
    """The last run of the tests that was kept."""
    path = folder / "tests.json"
    return msgspec.json.decode(path.read_bytes(), type=RunOfTests) if path.is_file() else None


def take_in(junit: Path, today: date) -> RunOfTests:
    """The figures of a test run, from the file that `pytest --junit-xml` wrote; cases of a rule's page are counted for the page."""
    counts: dict[str, Counter[str]] = {}
    for case in ElementTree.parse(junit).iter("testcase"):
        outcome = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), "passed")
        module = case.get("classname", "").split(".")
        while module and not module[-1].startswith("test_"):
            module.pop()
        ruled = _OF_A_PAGE.search(case.get("name", "")) if module[-1:] == ["test_pages"] else None
        file = f"{_RULES}/{ruled[1].replace('-', '_')}.md" if ruled else "/".join(module) + ".py"
        counts.setdefault(file, Counter())[outcome] += 1
    files = {file: dict(sorted(found.items())) for file, found in sorted(counts.items())}
    return RunOfTests(measured_on=today.isoformat(), files=files)


def page(claims: Sequence[Claim], results: Mapping[str, Result], *, tests: RunOfTests | None) -> str:
    """The page's text."""
    return "\n".join(_lines(claims, results, tests=tests)) + "\n"


def _lines(claims: Sequence[Claim], results: Mapping[str, Result], *, tests: RunOfTests | None) -> Iterator[str]:
    yield "# Status"
    yield ""
    yield "Written by `make docs` from the last runs that were kept in `benchmarks/results`; never by hand."
    yield "A claim without a run is not made: it says *not shown*."
    if tests:
        yield f"The tests ran on {tests.measured_on}."
    yield ""
    yield "| part | claim | shown by | tests | measured |"
    yield "|---|---|---|---|---|"
    for claim in claims:
        measured = ", ".join(
            f"[{name}](#{name})" if name in results else f"{name}: not shown" for name in claim.results
        )
        yield f"| {claim.part} | {claim.says} | `{claim.command}` | {_counted(claim, tests)} | {measured} |"
    yield from _falling_short(claims, results)
    for name, result in sorted(results.items()):
        yield ""
        yield f"## {name}"
        yield ""
        yield f"`{result.command}` on {result.measured_on}, {result.machine}."
        yield ""
        yield "| item | figure | goal | |"
        yield "|---|---|---|---|"
        for row in result.rows:
            sign = ">=" if row.more_is_better else "<="
            goal = "" if row.goal is None else f"{sign} {row.goal:g} {row.unit}"
            note = f": {row.note}" if row.note else ""
            yield f"| {row.item} | {row.figure:g} {row.unit} | {goal} | {row.standing}{note} |"
        if result.cases:
            yield from ("", "Single cases:", "", *(f"- {_in_one_line(case)}" for case in result.cases))


def _in_one_line(case: str) -> str:
    """A case as an item of a list: no line of its own, no tag."""
    return " ".join(case.split()).replace("<", "&lt;")


def _falling_short(claims: Sequence[Claim], results: Mapping[str, Result]) -> Iterator[str]:
    """What the claims say themselves of what they lack, and every goal that the last run missed."""
    lacking = [f"- {claim.part}: {words}" for claim in claims for words in claim.falls_short]
    missed = [
        f"- [{name}](#{name}): {row.item}, {row.figure:g} {row.unit}".rstrip() + f"; the goal is {row.goal:g}"
        for name, result in sorted(results.items())
        for row in result.rows
        if row.goal is not None and not row.is_reached
    ]
    if lacking or missed:
        yield from ("", "## What falls short", "", *lacking, *missed)


def _counted(claim: Claim, tests: RunOfTests | None) -> str:
    counts: Counter[str] = Counter()
    for file, outcomes in (tests.files if tests else {}).items():
        if any(file == named or file.startswith(named.rstrip("/") + "/") for named in claim.tests):
            counts.update(outcomes)
    if not counts:
        return "not shown"
    return ", ".join(
        f"{count:,} {outcome}" for outcome, count in sorted(counts.items(), key=lambda c: c[0] != "passed")
    )


def main(arguments: Sequence[str]) -> int:
    """Take in a test run if one is given, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--junit", type=Path)
    asked = parser.parse_args(arguments)
    if asked.junit:
        run = take_in(asked.junit, date.today())
        (RESULTS / "tests.json").write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")
    PAGE.write_text(page(read_claims(), read_results(), tests=read_tests()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
