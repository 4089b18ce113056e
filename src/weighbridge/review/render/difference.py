"""The difference of two packages for a terminal: the gate before and after, then what is new, what is gone, what else moved."""

from collections.abc import Iterator, Sequence

from weighbridge.domain.findings import Finding
from weighbridge.domain.gate import GateState
from weighbridge.review.compare import Compared, Difference, Moved
from weighbridge.review.render.text.blocks import Block, Heading, Item, Paragraph
from weighbridge.review.sentences import STATE_WORDS
from weighbridge.review.visible import columns

_MOST, _MOST_PARTS = 20, 8
_LABEL, _DIGITS, _LINE = 12, 19, 64
"""Columns of a label, characters of a digest (`sha256:` and twelve digits), and columns of a line of 80 beside a label."""


def difference_blocks(difference: Difference) -> Iterator[Block]:
    """The difference, to be laid out; one line when nothing that decides differs."""
    old, new = difference.old, difference.new
    if difference.is_empty:
        yield Paragraph(text=f"Same decision, {_digest(new)}: nothing differs.")
        return
    yield Paragraph(text=f"{_title(old)} -> {_title(new)}", style="bold")
    if difference.may_be_of_two:
        words = (
            f"These name no commit and no tree in common, and their repositories are called {old.repository} and"
            f" {new.repository}: if those are two, this is no change of one of them."
        )
        yield Paragraph(text=words, style="warn")
    if difference.is_same_tree:
        yield Paragraph(text="The same tree, weighed differently.")
    for what, before, after in (
        ("Decision", _digest(old), _digest(new)),
        *((s.what, s.before, s.after) for s in difference.shifts),
    ):
        yield from _row(what, before=before, after=after)
    yield from _names("Parts of the decision that differ", "~", style="", names=difference.parts, most=_MOST_PARTS)
    yield from _findings("New findings", "+", style="bad", findings=difference.appeared)
    yield from _findings("Findings gone", "-", style="good", findings=difference.gone)
    yield from _requirements(difference)
    yield from _names("Not examined any more", "+", style="bad", names=difference.newly_unseen)
    yield from _names("Examined now", "-", style="good", names=difference.newly_seen)
    yield from _names("Newly reached", "+", style="warn", names=difference.reached)
    yield from _names("No longer reached", "-", style="", names=difference.no_longer_reached)
    yield from _findings("Findings that remain", "=", style="", findings=difference.remaining)


def _title(side: Compared) -> str:
    return f"{side.repository} {side.range_text} ({side.head[:12]})"


def _digest(side: Compared) -> str:
    return side.digest[:_DIGITS]


def _row(label: str, *, before: str, after: str) -> Iterator[Paragraph]:
    """Both values on a line, or one below the other where they are long."""
    whole = f"{before} -> {after}"
    lines = [whole] if columns(whole) <= _LINE else [before, f"-> {after}"]
    for number, line in enumerate(lines):
        yield Paragraph(text=line, label=("" if number else label).ljust(_LABEL))


def _findings(title: str, mark: str, *, style: str, findings: Sequence[Finding]) -> Iterator[Block]:
    words = [f"{f.severity} {f.rule} {f.place}: {f.message}" for f in findings]
    yield from _names(title, mark, style=style, names=words)


def _names(title: str, mark: str, *, style: str, names: Sequence[str], most: int = _MOST) -> Iterator[Block]:
    if not names:
        return
    yield Heading(text=f"{title} ({len(names):,})")
    for name in names[:most]:
        yield Item(text=name, mark=mark, style=style)
    if len(names) > most:
        yield Item(text=f"and {len(names) - most:,} more", mark=" ")


def _requirements(difference: Difference) -> Iterator[Block]:
    """What is asked for otherwise, and then what is still needed, so that nobody has to work it out."""
    gone = [m for m in difference.requirements if m.after is None]
    other = [m for m in difference.requirements if m.after is not None]
    if other or gone:
        yield Heading(text=f"Requirements that moved ({len(difference.requirements):,})")
    for moved in (*other[:_MOST], *gone[:_MOST]):
        yield Item(text=_moved(moved), mark="~", style=_style(moved))
    left = len(other[_MOST:]) + len(gone[_MOST:])
    if left:
        yield Item(text=f"and {left:,} more", mark=" ")
    yield from _names("Still needed", "x", style="", names=[r.ask for r in difference.needed])


def _style(moved: Moved) -> str:
    if moved.after is None or moved.after.state is GateState.SATISFIED:
        return "good"
    return "bad" if moved.after.is_open else ""


def _moved(moved: Moved) -> str:
    """The requirement with its state before and after; where it asks for something else now, both."""
    before, after = moved.before, moved.after
    if before is not None and after is not None and before.ask != after.ask:
        return f"{after.ask}: {STATE_WORDS[after.state]}; before: {before.ask}: {STATE_WORDS[before.state]}"
    asked = after or before
    assert asked is not None, "a requirement stands on one side at least"
    was = STATE_WORDS[before.state] if before else "not asked"
    now = STATE_WORDS[after.state] if after else "no longer asked"
    return f"{asked.ask}: {was} -> {now}"
