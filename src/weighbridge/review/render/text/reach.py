"""Who notices a change, for a terminal: nearest first, through which path, each step that is not certain marked."""

import json
from collections.abc import Iterator, Sequence

from weighbridge.domain.ids import symbol_path
from weighbridge.domain.impact import Certainty, Dependent, Impact, Reached, ReachedKind
from weighbridge.landscape.ranking import Rank, Ranking
from weighbridge.review.canonical import plain
from weighbridge.review.render.text.blocks import Block, Heading, Item, Paragraph, Table
from weighbridge.review.sentences import blast_radius, count, listed, named, unguarded, used

VERSION = 1
SCHEMA = "weighbridge/impact"
_OUTSIDE = (ReachedKind.TIER_ONE, ReachedKind.ENTRY_POINT, ReachedKind.TABLE, ReachedKind.OPERATION, ReachedKind.TOPIC)


def reach_blocks(impact: Impact, asked: Sequence[str], *, limit: int) -> Iterator[Block]:
    """Everything that can notice, at most `limit` dependents of them."""
    yield Paragraph(text=f"If {', '.join(asked)} changed: {blast_radius(impact)}", style="bold")
    if impact.truncated:
        yield Paragraph(text=impact.truncated, style="warn")
    for kind in _OUTSIDE:
        if found := [r for r in impact.reached if r.kind is kind]:
            yield Heading(text=f"{kind[:1].upper()}{kind[1:]}s ({len(found):,})")
            yield from (_reached(each) for each in found[:limit])
            yield from _more(len(found) - limit)
    code = [d for d in impact.dependents if not d.is_test]
    if code:
        yield Heading(text="Who notices, nearest first")
        yield from (_dependent(each) for each in code[:limit])
        yield from _more(len(code) - limit)
    tests = impact.test_files
    if tests:
        yield Heading(text=f"Tests to run ({count(len(tests), 'file')})")
        yield from (Item(text=path) for path in tests[:limit])
        yield from _more(len(tests) - limit)
    elif unguarded(impact):
        yield Paragraph(text="No test reaches it: it is unguarded.", style="warn")


def _dependent(dependent: Dependent) -> Item:
    name, path = named(dependent.symbol), symbol_path(dependent.symbol)
    where = name if name == path else f"{name} in {path}"
    component = f" ({dependent.component})" if dependent.component else ""
    steps = [f"{used(e)} {named(e.target)} on line {e.line}{_sure(e.certainty)}" for e in dependent.path]
    return Item(text=f"{where}{component}: {', which '.join(steps)}")


def _reached(reached: Reached) -> Item:
    via = " -> ".join(f"{named(e.source)}{_sure(e.certainty)}" for e in reached.path)
    return Item(text=f"{reached.name}{_sure(reached.certainty)}{f' through {via}' if via else ''}")


def _sure(certainty: Certainty) -> str:
    return "" if certainty is Certainty.SEEN else " (inferred)"


def _more(left: int) -> Iterator[Item]:
    if left > 0:
        yield Item(text=f"and {left:,} more: --limit shows them, --json holds them all", mark=" ")


def impact_json(impact: Impact, asked: Sequence[str]) -> str:
    """The impact as JSON with a final newline."""
    document = {"schema": SCHEMA, "version": VERSION, "asked": list(asked), "impact": plain(impact)}
    return json.dumps(document, indent=2) + "\n"


def ranking_blocks(ranking: Ranking, *, limit: int) -> Iterator[Block]:
    """The components that would hurt most if they broke, each with the reason."""
    if ranking.truncated:
        yield Paragraph(text=ranking.truncated, style="warn")
    rows = tuple(
        (str(place), rank.component.name, str(rank.component.tier.value), str(rank.weight), _why(rank))
        for place, rank in enumerate(ranking.ranks[:limit], start=1)
    )
    yield Table(head=("", "component", "tier", "weight", "why"), rows=rows)
    yield from _more(len(ranking.ranks) - limit)


def _why(rank: Rank) -> str:
    tier = f"tier {rank.component.tier.value} ({rank.component.tier.reason or 'declared'})"
    if not rank.all:
        return f"{tier}; nothing leans on it"
    files = f" with {count(rank.files, 'file')}" if rank.files else ""
    lean = "leans" if len(rank.direct) == 1 else "lean"
    reach = f"{count(len(rank.direct), 'component')} {lean} on it{files}"
    far = f", {len(rank.all):,} with those through others" if len(rank.all) > len(rank.direct) else ""
    first = f", of tier 1: {listed(rank.tier_one)}" if rank.tier_one else ""
    return f"{tier}; {reach}{far}{first}"


def ranking_json(ranking: Ranking) -> str:
    """The ranking as JSON with a final newline."""
    return json.dumps({"schema": "weighbridge/ranking", "version": VERSION, **plain(ranking)}, indent=2) + "\n"
