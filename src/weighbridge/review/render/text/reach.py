"""Who notices a change, for a terminal: nearest first, through which path, each step that is not certain marked."""

import json
from collections.abc import Iterator, Sequence

from weighbridge.domain.ids import RepoPath, symbol_path
from weighbridge.domain.impact import Certainty, Dependent, Impact, Reached, ReachedKind
from weighbridge.review.canonical import plain
from weighbridge.review.render.text.blocks import Block, Heading, Item, Paragraph
from weighbridge.review.sentences import blast_radius, count, named

VERSION = 1
SCHEMA = "weighbridge/impact"
_OUTSIDE = (ReachedKind.TIER_ONE, ReachedKind.ENTRY_POINT, ReachedKind.TABLE, ReachedKind.OPERATION, ReachedKind.TOPIC)


def reach_blocks(impact: Impact, asked: Sequence[str], *, limit: int) -> Iterator[Block]:
    """Everything that can notice, at most `limit` dependents of them."""
    yield Paragraph(text=f"if {', '.join(asked)} changed: {blast_radius(impact)}", style="bold")
    if impact.truncated:
        yield Paragraph(text=impact.truncated, style="warn")
    for kind in _OUTSIDE:
        if found := [r for r in impact.reached if r.kind is kind]:
            yield Heading(text=f"{kind}s")
            yield from (_reached(each) for each in found[:limit])
            yield from _more(len(found) - limit)
    code = [d for d in impact.dependents if not d.is_test]
    if code:
        yield Heading(text="who notices, nearest first")
        yield from (_dependent(each) for each in code[:limit])
        yield from _more(len(code) - limit)
    tests = impact.test_files
    if tests:
        yield Heading(text=f"{count(len(tests), 'test file')} to run")
        yield from (Item(text=path) for path in tests[:limit])
        yield from _more(len(tests) - limit)
    else:
        yield Paragraph(text="no test reaches it: it is unguarded", style="warn")


def _dependent(dependent: Dependent) -> Item:
    where = f"{named(dependent.symbol)}  {symbol_path(dependent.symbol)}"
    component = f"  [{dependent.component}]" if dependent.component else ""
    steps = [f"{e.kind} {named(e.target)} (line {e.line}){_sure(e.certainty)}" for e in dependent.path]
    return Item(text=f"{where}{component}: {', which '.join(steps)}")


def _reached(reached: Reached) -> Item:
    via = " -> ".join(f"{named(e.source)}{_sure(e.certainty)}" for e in reached.path)
    return Item(text=f"{reached.name}{_sure(reached.certainty)}{f' through {via}' if via else ''}")


def _sure(certainty: Certainty) -> str:
    return "" if certainty is Certainty.SEEN else " (inferred)"


def _more(left: int) -> Iterator[Item]:
    if left > 0:
        yield Item(text=f"and {left:,} more: --limit shows them, --json holds them all", mark=" ")


def tests_to_run(impact: Impact, changed: Sequence[RepoPath]) -> tuple[RepoPath, ...]:
    """The test files to run, nearest first; `changed` are tests that changed themselves."""
    return tuple(dict.fromkeys((*changed, *impact.test_files)))


def impact_json(impact: Impact, asked: Sequence[str]) -> str:
    """The impact as JSON with a final newline."""
    document = {"schema": SCHEMA, "version": VERSION, "asked": list(asked), "impact": plain(impact)}
    return json.dumps(document, indent=2) + "\n"
