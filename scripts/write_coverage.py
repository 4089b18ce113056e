"""Writes `docs/reference/coverage.md`: which formats are read, and the real public files that show it."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from benchmarks.coverage import LEAST_FILES, LEAST_PROJECTS, NAME, Cell, read_cells
from scripts.write_status import ROOT, Result, read_results

PAGE: Final = ROOT / "docs" / "reference" / "coverage.md"


def coverage_page(cells: Sequence[Cell], results: Mapping[str, Result]) -> str:
    """The page's text."""
    return "\n".join(_lines(cells, results.get(NAME))) + "\n"


def _lines(cells: Sequence[Cell], result: Result | None) -> Iterator[str]:
    yield "# What is read"
    yield ""
    yield f"Written by `make docs`; never by hand. A format is claimed where at least {LEAST_FILES} real public files of at least"
    yield f"{LEAST_PROJECTS} projects were read without a word that was not understood, and a test of our own stands beside them. Anything"
    yield "else is unsupported: a change that touches it says so, among what was not examined."
    if result is not None:
        yield f"The files were read on {result.measured_on} (`{result.command}`)."
    figures = {row.item: row for row in result.rows} if result is not None else {}
    families = sorted({cell.family for cell in cells})
    for family in families:
        yield from ("", f"## {family}", "", "| format | state | files that show it | test |", "|---|---|---|---|")
        for cell in sorted((cell for cell in cells if cell.family == family), key=lambda cell: cell.format):
            row = figures.get(cell.item)
            state = "read" if row is not None and row.is_reached else "unsupported"
            yield f"| {cell.format} | {state} | {'<br>'.join(map(_short, cell.files))} | `{cell.test}` |"


def _short(file: str) -> str:
    repository, _, rest = file.partition("@")
    revision, _, path = rest.partition(":")
    return f"{repository} at {revision[:12]}: `{path}`"


def main() -> int:
    """Write the page."""
    PAGE.write_text(coverage_page(read_cells(), read_results()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
