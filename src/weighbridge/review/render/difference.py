"""The difference of two packages for a terminal: what got worse first, then what got better, then what only moved."""

from collections.abc import Iterator

from weighbridge.domain.findings import Finding
from weighbridge.review.compare import Difference, Moved
from weighbridge.review.sentences import STATE_WORDS, count
from weighbridge.review.visible import one_line, shortened

_PAINT = {"worse": "31", "better": "32", "moved": "33", "title": "1"}
_MOST = 20


def render_difference(difference: Difference, *, width: int, colour: bool, unicode: bool = True) -> str:
    """Lines of at most `width` columns; one line when nothing that decides differs."""
    if difference.is_empty:
        return "Same decision: nothing differs.\n"
    lines: list[str] = []
    for kind, text in _lines(difference):
        shown = one_line(text)
        if not unicode:
            shown = shown.encode("ascii", "backslashreplace").decode("ascii")
        sign = {"worse": "+ ", "better": "- ", "moved": "~ "}.get(kind, "")
        whole = shortened(sign + shown, max(20, width - 1), ellipsis="…" if unicode else "...")
        lines.append(f"\x1b[{_PAINT[kind]}m{whole}\x1b[0m" if colour else whole)
    return "\n".join(lines) + "\n"


def _lines(difference: Difference) -> Iterator[tuple[str, str]]:
    if difference.is_same_tree:
        yield "title", "The same tree, weighed differently."
    yield from _group("findings appeared", "worse", items=[_finding(f) for f in difference.appeared])
    yield from _group("newly not examined", "worse", items=list(difference.newly_unseen))
    yield from _group("newly reached", "worse", items=list(difference.reached))
    yield from _group("findings gone", "better", items=[_finding(f) for f in difference.gone])
    yield from _group("examined now", "better", items=list(difference.newly_seen))
    yield from _group("no longer reached", "better", items=list(difference.no_longer_reached))
    yield from _group("requirements moved", "moved", items=[_moved(m) for m in difference.requirements])
    yield from _group("changed", "moved", items=[f"{s.what}: {s.before} -> {s.after}" for s in difference.shifts])
    if difference.remaining:
        yield "title", f"{count(len(difference.remaining), 'finding')} remaining"


def _group(title: str, kind: str, *, items: list[str]) -> Iterator[tuple[str, str]]:
    if items:
        yield "title", f"{title}: {len(items):,}"
    for item in items[:_MOST]:
        yield kind, item
    if len(items) > _MOST:
        yield "title", f"  and {len(items) - _MOST:,} more"


def _finding(finding: Finding) -> str:
    return f"{finding.severity} {finding.rule} {finding.place}: {finding.message}"


def _moved(moved: Moved) -> str:
    before = STATE_WORDS[moved.before] if moved.before else "not asked"
    after = STATE_WORDS[moved.after] if moved.after else "no longer asked"
    return f"{moved.requirement.ask}: {before} -> {after}"
