"""What is said of exceptions and of how approvals were given: in blocks for people, and as JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from weighbridge.domain.exceptions import ExceptionKind, ExceptionState, KnownException
from weighbridge.policy.policy import RubberStamps
from weighbridge.policy.stamps import ApprovalGiven, PersonFigures
from weighbridge.review.exceptional import exception_words
from weighbridge.review.render.text.blocks import Block, Paragraph, Table
from weighbridge.review.sentences import count

_UNKNOWN = "unknown"


def exceptions_blocks(known: Sequence[KnownException], *, has_ledger: bool, absence: str = "") -> Iterator[Block]:
    """Those that stand, the reviews that are owed, and what ran out or does not count."""
    if absence:
        yield _absent(absence)
        return
    if not known:
        yield Paragraph(
            text="No exception is on record." if has_ledger else "There is no ledger here, so no exception is in force."
        )
        return
    standing = [each for each in known if each.state.is_standing]
    if standing:
        yield from map(_paragraph, standing)
    else:
        yield Paragraph(text="No exception is in force.")
    for each in standing:
        if each.kind is ExceptionKind.BREAK_GLASS:
            is_late = each.state is ExceptionState.REVIEW_OVERDUE
            late = f"; until it is given, no change of {each.by} passes" if is_late else ""
            yield Paragraph(
                text=f"Owed: the review of entry {each.entry}, by anybody but {each.by} and who wrote it, due"
                f" {_when(each.until)}{late}: weighbridge review-afterwards {each.entry} --reason TEXT",
                style="bad" if is_late else "warn",
            )
    over = [each for each in known if not each.state.is_standing]
    if over:
        yield Paragraph(text="Lately expired, reviewed, or without effect:")
        yield from map(_paragraph, over)


def exceptions_as_json(known: Sequence[KnownException], *, policy: str, now: datetime) -> str:
    """The same for programs."""
    said = {
        "at": now.isoformat(),
        "policy": policy,
        "exceptions": [msgspec.to_builtins(each) | {"evidence": each.evidence} for each in known],
    }
    return json.dumps(said, indent=2, ensure_ascii=True) + "\n"


def approvals_blocks(
    found: Sequence[PersonFigures], *, since: datetime, terms: RubberStamps, absence: str = ""
) -> Iterator[Block]:
    """The table, and how its figures were measured."""
    if absence:
        yield _absent(absence)
        return
    if not found:
        yield Paragraph(text=f"No approval is on record since {since:%Y-%m-%d}.")
        return
    rows = tuple(
        (
            each.person,
            f"{each.approvals:,}",
            f"{each.measured:,}",
            _number(each.median_seconds, " s"),
            _number(each.median_pace, ""),
            _share(each),
            f"{each.longest_batch:,}",
        )
        for each in found
    )
    head = ("who", "gave", "timed", "open", "words/min", "AI", "in a row")
    yield Table(head=head, rows=rows)
    minutes = int(terms.within.total_seconds() // 60)
    yield Paragraph(
        text=f"Since {since:%Y-%m-%d}; medians of the timed ones alone. Open: seconds between the page being shown by weighbridge approve and its answer; words:"
        " those of that page and its failure scenarios; a page read elsewhere shows as faster than it was read. AI: of all"
        f" AI-assisted changes that anybody approved. In a row: different changes within {minutes} minutes. Each approval is"
        " of one form of a change, and may not count for a later one: weighbridge review says which do not, and why."
    )
    unknown = sum(each.approvals - each.measured for each in found)
    origin = sum(each.unknown_origin for each in found)
    if unknown:
        yield Paragraph(
            text=f"Unknown, and not counted as fast: the pace of {count(unknown, 'approval')}, given with --yes, or whose"
            " package is not kept here.",
            style="warn",
        )
    if origin:
        yield Paragraph(
            text=f"Unknown: whether {count(origin, 'approval')} were of AI-assisted changes, whose packages are not kept here.",
            style="warn",
        )


def approvals_as_json(
    found: Sequence[PersonFigures], given: Sequence[ApprovalGiven], *, since: datetime, terms: RubberStamps
) -> str:
    """The same for programs, with each approval."""
    said = {
        "since": since.isoformat(),
        "batchSeconds": terms.within.total_seconds(),
        "people": [msgspec.to_builtins(each) | {"share": each.share} for each in found],
        "approvals": [msgspec.to_builtins(each) | {"pace": each.pace} for each in given],
    }
    return json.dumps(said, indent=2, ensure_ascii=True) + "\n"


def _absent(words: str) -> Block:
    return Paragraph(text=f"{words[:1].upper()}{words[1:]}.", style="warn")


def _paragraph(known: KnownException) -> Block:
    where = "" if known.entry is None else f"entry {known.entry}: "
    style = "bad" if known.state is ExceptionState.REVIEW_OVERDUE else "warn" if known.state.is_standing else "dim"
    return Paragraph(text=f"{where}{exception_words(known)}", style=style)


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _number(value: float | None, unit: str) -> str:
    return _UNKNOWN if value is None else f"{value:,.0f}{unit}"


def _share(each: PersonFigures) -> str:
    if each.share is None:
        return _UNKNOWN if each.unknown_origin else "none"
    return f"{each.of_ai:,} of {each.all_ai:,}"
