"""Writes `docs/reference/precision.md`: what readers who did not write the rules said of findings that stop real changes, each false one with its reason."""

import sys
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.histories import History, Verdict, read_histories, read_verdicts
from scripts.write_status import ROOT

PAGE: Final = ROOT / "docs" / "reference" / "precision.md"


def precision_page(histories: Sequence[History], verdicts: Sequence[Verdict]) -> str:
    """The page's text."""
    return "\n".join(_lines(histories, verdicts)) + "\n"


def _lines(histories: Sequence[History], verdicts: Sequence[Verdict]) -> Iterator[str]:
    yield "# Read blind"
    yield ""
    yield "Written by `make docs`; never by hand. Of each family, real changes of public repositories were weighed that no rule had been tried"
    yield "on, and every finding that would stop one was read by somebody who had not seen the rules: true where whoever approves the change"
    yield "should have been stopped by it. What was false in one reading was mended before the next; it is listed below as it was said then."
    yield ""
    yield "| family | reading | repositories | findings read | true | share |"
    yield "|---|---|---|---|---|---|"
    rounds = sorted({(each.family, each.reading) for each in histories})
    for family, reading in rounds:
        own = _repositories(histories, family, reading=reading)
        read = [each for each in verdicts if each.repository in own]
        true = sum(bool(each.is_true) for each in read)
        share = f"{true / len(read):.0%}" if read else "nothing was found"
        yield f"| {family} | {reading} | {', '.join(own)} | {len(read)} | {true} | {share} |"
    for family, reading in rounds:
        own = _repositories(histories, family, reading=reading)
        false = [each for each in verdicts if each.repository in own and not each.is_true]
        if false:
            yield from ("", f"## {family}, reading {reading}: said and false", "")
            yield from ("| rule | where | why it is false |", "|---|---|---|")
            yield from map(_row, false)


def _repositories(histories: Sequence[History], family: str, *, reading: int) -> list[str]:
    return [each.repository for each in histories if (each.family, each.reading) == (family, reading)]


def _row(verdict: Verdict) -> str:
    why = verdict.why.replace("|", "\\|")
    return f"| {verdict.rule} | {verdict.repository} at {verdict.commit[:12]}: `{verdict.place}` | {why} |"


def main() -> int:
    """Write the page."""
    PAGE.write_text(precision_page(read_histories(), list(read_verdicts().values())), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
