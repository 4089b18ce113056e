"""Carrying line numbers from a commit's version of a file to the head's, and keeping those the change added."""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from weighbridge.domain.change import LineRange

MOST_LINES: Final = 60_000
_MOST_WORK: Final = 3_000_000


def split_lines(data: bytes) -> list[bytes]:
    """The file's lines as git counts them."""
    lines = data.split(b"\n")
    return lines[:-1] if lines and lines[-1] == b"" else lines


def carry(old: Sequence[bytes], new: Sequence[bytes]) -> dict[int, int]:
    """1-based line numbers of `old` to those of the same lines in `new`; lines without a sure counterpart are left out.

    Lines that are unique on both sides anchor the rest, as in Bram Cohen's patience diff. What repeats and has no
    anchor stays unmatched: a line's origin is then unknown, which is the safe side. Work is bounded whatever the input.
    """
    if max(len(old), len(new)) > MOST_LINES:
        return {}
    matched: dict[int, int] = {}
    spans = [(0, len(old), 0, len(new))]
    work = 0
    while spans and work < _MOST_WORK:
        a, b, c, d = spans.pop()
        work += (b - a) + (d - c) + 1
        while a < b and c < d and old[a] == new[c]:
            matched[a + 1] = c + 1
            a, c = a + 1, c + 1
        while a < b and c < d and old[b - 1] == new[d - 1]:
            matched[b] = d
            b, d = b - 1, d - 1
        anchors = _anchors(old, new, span=(a, b, c, d))
        edges = [(a - 1, c - 1), *anchors, (b, d)] if anchors else []
        matched.update((i + 1, j + 1) for i, j in anchors)
        spans += [(i + 1, k, j + 1, m) for (i, j), (k, m) in itertools.pairwise(edges) if i + 1 < k and j + 1 < m]
    return matched


def _anchors(old: Sequence[bytes], new: Sequence[bytes], *, span: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """The longest run of pairs, ascending on both sides, of lines that stand once on each."""
    a, b, c, d = span
    in_old, in_new = _once(old, a, end=b), _once(new, c, end=d)
    pairs = [(i, in_new[line]) for line, i in in_old.items() if line in in_new]
    tails: list[int] = []
    rows: list[int] = []
    before: list[int] = []
    for row, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        before.append(rows[place - 1] if place else -1)
        tails[place : place + 1] = [j]
        rows[place : place + 1] = [row]
    chain: list[tuple[int, int]] = []
    row = rows[-1] if rows else -1
    while row >= 0:
        chain.append(pairs[row])
        row = before[row]
    return chain[::-1]


def _once(lines: Sequence[bytes], start: int, *, end: int) -> dict[bytes, int]:
    """Lines that stand once in lines[start:end], in order, to their index."""
    found: dict[bytes, int] = {}
    repeated: set[bytes] = set()
    for number in range(start, end):
        line = lines[number]
        if line in found:
            repeated.add(line)
        else:
            found[line] = number
    return {line: number for line, number in found.items() if line not in repeated}


def within(claimed: Iterable[LineRange], added: Iterable[LineRange], *, moved: Mapping[int, int] | None) -> list[int]:
    """The head's added lines that `claimed` lines became, ascending; `moved` None means no line has moved."""
    spans = _merged(claimed)
    starts = [start for start, _ in spans]

    def is_claimed(number: int) -> bool:
        place = bisect_right(starts, number) - 1
        return place >= 0 and number <= spans[place][1]

    new = {number for span in added for number in range(span.start, span.end + 1)}
    if moved is None:
        return sorted(filter(is_claimed, new))
    return sorted(after for before, after in moved.items() if after in new and is_claimed(before))


def _merged(ranges: Iterable[LineRange]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in ranges):
        if found and start <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
