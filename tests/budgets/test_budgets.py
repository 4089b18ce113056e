"""The project's code keeps to its budgets, and the figures are shown so that nobody has to guess."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.budgets.measure import MeasuredFile, MeasuredFunction, measure, median, percentile

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ("src", "tests", "benchmarks", "scripts")
OWED_BY_PORTS = frozenset({"file_at", "step"})
"""Methods of ports, and of all who implement them, that still take a third parameter by position."""
CARRIED = {"src/weighbridge/adapters/facts/pool.py"}
"""Files that catch everything in one thread to raise it in another: nothing is swallowed there."""
BOUNDARY = ("src/weighbridge/engine/", "src/weighbridge/entrypoints/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: what is measured, the figure, and the most it may be (or the least)."""

    what: str
    figure: float
    budget: float
    is_floor: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether the figure is within its budget."""
        return self.figure >= self.budget if self.is_floor else self.figure <= self.budget

    def __str__(self) -> str:
        sign = ">=" if self.is_floor else "<="
        mark = "" if self.is_kept else "  OVER"
        return f"{self.what:<44}{self.figure:>9.4g}  {sign} {self.budget:g}{mark}"


@pytest.fixture(scope="module")
def files() -> Sequence[MeasuredFile]:
    paths = sorted(path for folder in MEASURED for path in (ROOT / folder).rglob("*.py"))
    return [measure(path, ROOT) for path in paths]


@pytest.fixture(scope="module")
def functions(files: Sequence[MeasuredFile]) -> Sequence[MeasuredFunction]:
    return [function for file in files for function in file.functions]


def test_the_table_of_budgets_is_kept(
    files: Sequence[MeasuredFile], functions: Sequence[MeasuredFunction], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = table(files, functions)

    with capsys.disabled():
        print("", *rows, sep="\n")  # noqa: T201 - the table is what a reader wants of this test

    assert [str(row) for row in rows if not row.is_kept] == []


def table(files: Sequence[MeasuredFile], functions: Sequence[MeasuredFunction]) -> list[Row]:
    sizes = [file.code_lines for file in files if file.code_lines]
    lengths = [function.lines for function in functions]
    called = [function for function in functions if not function.is_called_by_framework]
    thousands = sum(file.lines for file in files) / 1000
    hundreds = sum(file.tests for file in files) / 100
    return [
        Row(what="file, code lines, median", figure=median(sizes), budget=90),
        Row(what="file, code lines, 90th percentile", figure=percentile(sizes, 0.9), budget=280),
        Row(what="file, code lines, most", figure=max(sizes), budget=400),
        Row(what="function, lines, median", figure=median(lengths), budget=9),
        Row(what="function, lines, 90th percentile", figure=percentile(lengths, 0.9), budget=30),
        Row(what="function, lines, most", figure=max(lengths), budget=60),
        Row(what="parameters, most", figure=max(f.parameters for f in called), budget=6),
        Row(
            what="annotated functions, per cent",
            figure=100 * sum(f.annotated for f in functions) / len(functions),
            budget=100,
            is_floor=True,
        ),
        Row(
            what="suppressions per 1,000 lines",
            figure=sum(len(file.suppressions) for file in files) / thousands,
            budget=1,
        ),
        Row(what="patches per 100 tests", figure=sum(len(file.patches) for file in files) / hundreds, budget=1),
    ]


def test_no_file_is_longer_than_400_lines_of_code(files: Sequence[MeasuredFile]) -> None:
    assert [f"{file.path}: {file.code_lines}" for file in files if file.code_lines > 400] == []


def test_no_function_is_longer_than_60_lines(functions: Sequence[MeasuredFunction]) -> None:
    assert [f"{f.place} {f.name}: {f.lines}" for f in functions if f.lines > 60] == []


def test_no_function_takes_more_than_six_parameters(functions: Sequence[MeasuredFunction]) -> None:
    called = [f for f in functions if not f.is_called_by_framework]

    assert [f"{f.place} {f.name}: {f.parameters}" for f in called if f.parameters > 6] == []


def test_the_third_parameter_and_those_after_it_go_by_name(functions: Sequence[MeasuredFunction]) -> None:
    called = [f for f in functions if not f.is_called_by_framework and f.positional > 2]
    owed = [f for f in called if f.name in OWED_BY_PORTS]

    assert [f"{f.place} {f.name}: {f.positional}" for f in called if f not in owed] == []


def test_every_function_is_annotated(functions: Sequence[MeasuredFunction]) -> None:
    assert [f"{f.place} {f.name}" for f in functions if not f.annotated] == []


def test_every_suppression_gives_its_reason(files: Sequence[MeasuredFile]) -> None:
    assert [place for file in files for place, reason in file.suppressions if not reason] == []


def test_everything_is_caught_only_at_the_boundary(files: Sequence[MeasuredFile]) -> None:
    inside = [f for f in files if not f.path.as_posix().startswith(BOUNDARY) and f.path.as_posix() not in CARRIED]

    assert [place for file in inside for place in file.broad_excepts] == []
