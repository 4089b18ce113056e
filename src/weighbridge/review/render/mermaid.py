"""Pictures as Mermaid text, for Markdown: names in it are our own, repository text only ever stands in a label."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.impact import Certainty
from weighbridge.domain.package import Message, Sequence
from weighbridge.review.fold import MOST_WHOLE, Boxes, Fold, fold
from weighbridge.review.picture import Node, Picture
from weighbridge.review.visible import one_line, shortened

_UNSAFE: Final = re.compile(r"[^\w .,/()]|_")
_MARKS: Final = {"added": "+ ", "removed": "- "}
_MOST_MESSAGES: Final = 40
_QUOTE: Final = '"'


def label(text: str, limit: int = 60) -> str:
    """`text` in Mermaid's own character codes wherever a character could mean something to it."""
    shown = shortened(one_line(text), limit) or "?"
    return _UNSAFE.sub(lambda found: f"#{ord(found.group())};", shown)


def sequence_diagram(sequence: Sequence) -> str:
    """What the entry point does after the change, with calls gained and lost marked where they happen."""
    names = {name: f"p{index}" for index, name in enumerate(sequence.participants)}
    lines = ["sequenceDiagram"]
    lines += [f"  participant {short} as {label(name, 40)}" for name, short in names.items()]
    merged = tuple(merged_messages(sequence))
    for message in merged[:_MOST_MESSAGES]:
        if message.source in names and message.target in names:
            lines.append(f"  {names[message.source]}{_arrow(message)}{names[message.target]}: {_words(message)}")
    if len(merged) > _MOST_MESSAGES or sequence.truncated:
        more = f"and {len(merged) - _MOST_MESSAGES} more" if len(merged) > _MOST_MESSAGES else sequence.truncated
        lines.append(f"  Note over {next(iter(names.values()), 'p0')}: {label(more)}")
    return "\n".join(lines)


def flowchart(picture: Picture) -> str:
    """The map as a flow from left to right: tier 1 in hexagons, changed nodes named so, inferred uses dotted.

    A large one is folded, as it is on the page: the change is one group.
    """
    if len(picture.nodes) > MOST_WHOLE:
        return "\n".join(_folded(fold(picture)))
    names = {node.key: f"n{index}" for index, node in enumerate(picture.nodes)}
    lines = ["flowchart LR", *(f"  {_box(node, names[node.key])}" for node in picture.nodes)]
    for arrow in picture.arrows:
        line = _line(arrow.certainty, is_new=arrow.is_new)
        lines.append(f"  {names[arrow.source]} {line} {names[arrow.target]}")
    return "\n".join(lines)


def _folded(folded: Fold) -> Iterator[str]:
    """The change as one group, and an arrow between it and each box that has to do with it itself."""
    yield "flowchart LR"
    yield f"  subgraph g[{_QUOTE}{label(f'Changed ({folded.changed.number:,})')}{_QUOTE}]"
    yield from (f"    {_box(b.node, f'c{n}')}" for n, b in enumerate(folded.changed.shown))
    yield from _more("c", folded.changed, indent="    ")
    yield "  end"
    for name, boxes, inward in (("n", folded.noticing, True), ("d", folded.leaned, False)):
        for number, beside in enumerate(boxes.shown):
            yield f"  {_box(beside.node, f'{name}{number}')}"
            line = _line(beside.certainty, is_new=beside.is_new, is_both=beside.is_used_too)
            yield f"  {name}{number} {line} g" if inward else f"  g {line} {name}{number}"
        yield from _more(name, boxes)
        if boxes.hidden:
            yield f"  {name} --> g" if inward else f"  g --> {name}"


def _more(name: str, boxes: Boxes, *, indent: str = "  ") -> Iterator[str]:
    if boxes.hidden:
        yield f"{indent}{name}[{_QUOTE}and {len(boxes.hidden)} more{_QUOTE}]"


def _box(node: Node, name: str) -> str:
    before, after = ('{{"', '"}}') if node.tier == 1 else ('["', '"]')
    second = ", ".join(filter(None, (f"tier {node.tier}" if node.tier else "", node.detail)))
    return f"{name}{before}{label(node.name, 40)}<br/>{label(second, 40) if second else node.role}{after}"


def _line(certainty: Certainty, *, is_new: bool, is_both: bool = False) -> str:
    line = "-.->" if certainty is Certainty.INFERRED else "==>" if is_new else "-->"
    return f"{'<' if is_both else ''}{line}{'|new|' if is_new else ''}"


def _arrow(message: Message) -> str:
    return "--x" if message.mark == "removed" else "->>"


def _words(message: Message) -> str:
    return f"{_MARKS.get(message.mark, '')}{label(message.words)}"


def merged_messages(sequence: Sequence) -> Iterator[Message]:
    """The messages after the change, with the removed ones put back where they stood before it."""
    kept = [_same(m) for m in sequence.after if m.mark != "added"]
    position = 0
    pending: dict[int, list[Message]] = {}
    for message in sequence.before:
        if message.mark == "removed":
            pending.setdefault(position, []).append(message)
        elif position < len(kept) and _same(message) == kept[position]:
            position += 1
    passed = 0
    for message in sequence.after:
        yield from pending.pop(passed, ())
        passed += message.mark != "added"
        yield message
    for left in pending.values():
        yield from left


def _same(message: Message) -> tuple[str, str, str]:
    return message.source, message.target, message.words
