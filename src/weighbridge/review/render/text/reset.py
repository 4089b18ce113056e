"""How far a reset has come, in blocks for a terminal."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from weighbridge.policy.reset import Phase
from weighbridge.policy.reset_progress import Course, Landed, ResetProgress
from weighbridge.review.render.text.blocks import Block, Heading, Item, Paragraph, Table
from weighbridge.review.sentences import count
from weighbridge.review.visible import one_line

_MOST: Final = 20


def reset_blocks(found: ResetProgress) -> Iterator[Block]:
    """The window, what came around it, the components, and the weeks."""
    reset = found.reset
    yield Paragraph(label="Reset   ", text=window_words(found))
    if reset.reason:
        yield Paragraph(label="Reason  ", text=reset.reason)
    yield Paragraph(label="Landed  ", text=landed_words(found), style="bad" if found.around else "")
    yield Paragraph(label="Open    ", text=open_words(found))
    yield Paragraph(label="Left    ", text=left_words(found))
    if found.truncated:
        yield Paragraph(label="Not seen", text=found.truncated, style="warn")
    if found.around:
        yield Heading(text=f"Came around it ({len(found.around):,})")
        for change in found.around[-_MOST:][::-1]:
            yield Item(text=around_words(change), mark="x", style="bad")
        if len(found.around) > _MOST:
            yield Item(text=f"and {len(found.around) - _MOST:,} earlier ones; --json names all")
    if found.population:
        yield Table(head=MEMBER_HEAD, rows=tuple(member_rows(found)))
    if found.weeks:
        yield Table(head=WEEK_HEAD, rows=tuple(week_rows(found)))


def window_words(found: ResetProgress) -> str:
    """Where the day stands, and until when it lasts."""
    reset, now = found.reset, found.now
    span = f"{_day(reset.start)} to {_day(reset.end)} UTC"
    match reset.phase(now):
        case Phase.AHEAD:
            return f"of {reset.about}, {span}: it has not begun"
        case Phase.ON:
            left = count(reset.days_left(now), "day")
            return f"of {reset.about}, {span}: day {reset.day(now)} of {reset.days}, {left} left"
        case Phase.OVER:
            return f"of {reset.about}, {span}: it is over and asks for nothing"


def landed_words(found: ResetProgress) -> str:
    """What landed, and how."""
    if not found.landed:
        return "nothing that it covers"
    whole = sum(change.documents >= found.documents_asked for change in found.landed)
    return (
        f"{count(len(found.landed), 'covered change')}: {found.count(Course.DECIDED):,} decided first,"
        f" {found.count(Course.EXCEPTION):,} by an exception, {found.count(Course.AROUND):,} around it;"
        f" {whole:,} with every document"
    )


def open_words(found: ResetProgress) -> str:
    """The branches that touch what it covers."""
    names = ", ".join(one_line(branch.name) for branch in found.open[:3])
    more = f" and {len(found.open) - 3:,} more" if len(found.open) > 3 else ""
    return f"{len(found.open):,} unmerged: {names}{more}" if found.open else "no branch touches it"


def left_words(found: ResetProgress) -> str:
    """The components through which nothing decided went yet."""
    if not found.population:
        return "no component is of that tier: declare tiers in .weighbridge/system.yaml"
    return f"{found.left:,} of {count(len(found.population), 'component')}: nothing decided went through them yet"


def around_words(change: Landed) -> str:
    """One change that came around, on one line."""
    step = change.step
    names = ", ".join(change.components) or "our own configuration"
    return f"{step.commit[:12]} {_day(step.at)} {one_line(step.subject)[:80]} ({names}), by {one_line(step.author.partition(' <')[0])}"


MEMBER_HEAD: Final = ("component", "tier", "landed", "open", "left", "owners")
WEEK_HEAD: Final = ("week from", "landed", "decided", "exception", "around", "documents", "left")


def member_rows(found: ResetProgress) -> Iterator[tuple[str, ...]]:
    """A row for each component."""
    for member in found.population:
        tier = f"{member.tier}" if member.is_declared else f"{member.tier} (inferred)"
        left = "yes" if member.is_left else "no"
        owners = ", ".join(member.owners) or "nobody"
        yield member.name, tier, f"{member.landed:,}", f"{member.open:,}", left, owners


def week_rows(found: ResetProgress) -> Iterator[tuple[str, ...]]:
    """A row for each week."""
    for week in found.weeks:
        numbers = (week.landed, week.decided, week.exceptions, week.around, week.documents, week.left)
        yield _day(week.start), *(f"{number:,}" for number in numbers)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"
