"""What is told after somebody approved: who else did, what is still needed, and what comes next."""

import shlex
from collections.abc import Iterator

from weighbridge.app.recall_case import recall_case
from weighbridge.domain.package import ReviewPackage
from weighbridge.entrypoints.cli.sharing import NOT_SHARED
from weighbridge.entrypoints.cli.speaking import Session, tell
from weighbridge.policy.by_now import ByNow, Tally, by_now
from weighbridge.review.again import range_again
from weighbridge.review.sentences import listed

_MOST = 8
_PLACE = "environment:"


def tell_by_now(here: Session, package: ReviewPackage, *, entry: int) -> None:
    """Ask the ledger anew, and tell whoever said `entry` where the change stands. Raises `LedgerError`, `LedgerFilesError`."""
    recalled = recall_case(here.desk, package, now=here.now, proposal=here.speaker.proposal)
    heard = (said.voice.person for said in recalled.case.record.judgements if said.voice.entry == entry)
    stands = by_now(recalled.gate, recalled.case, person=next(heard, ""))
    _tell("By now", (_tally_words(each) for each in stands.tallies))
    _tell("Still needed", _left_words(stands))
    _tell("Next", _next_steps(here, recalled.package, stands=stands))


def _tell(label: str, lines: Iterator[str]) -> None:
    for number, words in enumerate(lines):
        tell("" if number else label, words)


def _tally_words(tally: Tally) -> str:
    others = listed(tally.others, _MOST)
    is_more = tally.have > tally.wanted
    makes = f"{tally.have}, where {tally.wanted} would do" if is_more else f"{tally.have} of {tally.wanted}"
    if tally.is_mine:
        told = f"{others}; yours makes {makes}" if others else f"yours makes {makes}"
    else:
        why = f" ({'; '.join(tally.why_not)})" if tally.why_not else ""
        told = f"{others or 'nobody yet'}, {makes}; yours does not count for it{why}"
    return f"{tally.ask}: {told}{f'; {tally.short} more to come' if tally.short > 0 else ''}"


def _left_words(stands: ByNow) -> Iterator[str]:
    for each in stands.left:
        yield f"{each.ask}{', unless it was met since it was weighed' if each.is_as_weighed else ''}"


def _next_steps(here: Session, package: ReviewPackage, *, stands: ByNow) -> Iterator[str]:
    if way := here.way_to_others():
        yield f"{way}: {NOT_SHARED}"
    if stands.is_done:
        places = [need.rule.removeprefix(_PLACE) for need in package.gate.requirements if need.rule.startswith(_PLACE)]
        options = [
            *(f"--environment {name}" for name in places[:1]),
            *([f"--proposal {shlex.quote(here.speaker.proposal)}"] if here.speaker.proposal else []),
        ]
        command = " ".join(["weighbridge review", shlex.quote(range_again(package)), *options, "--record"])
        yield f"{command}: a machine that .weighbridge/ledger.yaml names puts on record that nothing is missing"
