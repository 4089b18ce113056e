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
    yield "A change counts as stopped rightly where one of its findings was true. What has one reason in one commit stands in one line."
    yield ""
    yield "| family | reading | repositories | findings read | true | share | changes stopped | rightly |"
    yield "|---|---|---|---|---|---|---|---|"
    rounds = sorted({(each.family, each.reading) for each in histories})
    for family, reading in rounds:
        own = _repositories(histories, family, reading=reading)
        read = _of(verdicts, family, repositories=own)
        true = sum(bool(each.is_true) for each in read)
        share = f"{true / len(read):.0%}" if read else "none was read yet"
        stopped = {(each.repository, each.commit) for each in read}
        rightly = {(each.repository, each.commit) for each in read if each.is_true}
        yield f"| {family} | {reading} | {', '.join(own)} | {len(read)} | {true} | {share} | {len(stopped)} | {len(rightly)} |"
    for family, reading in rounds:
        own = _repositories(histories, family, reading=reading)
        false = [each for each in _of(verdicts, family, repositories=own) if not each.is_true]
        if false:
            yield from ("", f"## {family}, reading {reading}: said and false", "")
            yield from ("| rule | where | why it is false |", "|---|---|---|")
            yield from _rows(false)


def _repositories(histories: Sequence[History], family: str, *, reading: int) -> list[str]:
    return [each.repository for each in histories if (each.family, each.reading) == (family, reading)]


def _of(verdicts: Sequence[Verdict], family: str, *, repositories: Sequence[str]) -> list[Verdict]:
    return [each for each in verdicts if each.repository in repositories and each.rule.startswith(f"{family}/")]


def _rows(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A row for all that one rule said of one commit and that is false for one reason."""
    alike: dict[tuple[str, str, str, str], list[Verdict]] = {}
    for each in verdicts:
        alike.setdefault((each.rule, each.repository, each.commit, each.why), []).append(each)
    for (rule, repository, commit, said), found in alike.items():
        why, more = said.replace("|", "\\|"), f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield f"| {rule} | {repository} at {commit[:12]}: `{found[0].place}`{more} | {why} |"


def main() -> int:
    """Write the page."""
    PAGE.write_text(precision_page(read_histories(), list(read_verdicts().values())), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
