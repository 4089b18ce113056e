"""What a policy would have asked of a history, as lines for a terminal, and as JSON."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from weighbridge.policy.backtest.backtest import Backtest, RuleCount, Tally
from weighbridge.policy.backtest.judge import Asks, Judged, Verdict
from weighbridge.review.render.text.blocks import Block, Heading, Item, Paragraph, Table
from weighbridge.review.sentences import count, listed

_MOST: Final = 12
_MOST_REASONS: Final = 6
_SAYS: Final = {
    Verdict.STOPPED: "stopped: a finding blocks",
    Verdict.UNDECIDED: "could not decide: something unseen",
    Verdict.DELAYED: "delayed: people, papers, checks, time",
    Verdict.PASSED: "passed by itself",
}
_KINDS: Final = (
    (Asks.APPROVAL, "approval"),
    (Asks.DOCUMENT, "document"),
    (Asks.CHECK, "check"),
    (Asks.TIME, "wait"),
    (Asks.RESOLVE, "finding"),
    (Asks.LOOK, "look"),
)


def backtest_blocks(found: Backtest, *, seconds: float, kept: int) -> Iterator[Block]:
    """The verdicts of both policies, the rules of the tried one, and what would differ."""
    changes = found.tried.judged
    if not changes:
        yield Paragraph(text="no change could be weighed", style="warn")
    else:
        yield from _tables(found)
    yield from _unseen(found)
    took = f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    anew = f"{took}, {kept} of them weighed before" if kept else took
    yield Paragraph(text=f"{count(len(changes), 'change')} weighed in {anew}, by today's rules.", style="dim")
    yield Paragraph(
        text="Who approved in the past is not known: this is what would have been asked, never what would have been given.",
        style="dim",
    )


def _tables(found: Backtest) -> Iterator[Block]:
    tried, against = found.tried, found.against
    names = _span(tried.judged)
    yield Paragraph(text=f"{count(len(tried.judged), 'change')}, {names}: {tried.policy} beside {against.policy}")
    head = ("tried", "beside", "of the changes")
    rows = [(str(tried.verdicts[v]), str(against.verdicts[v]), words) for v, words in _SAYS.items()]
    yield Table(head=head, rows=tuple(rows))
    yield Table(head=("tried", "beside", "asked for"), rows=tuple(_asked(tried, against)))
    yield Heading(text=f"By rule of {tried.policy}")
    rules = [rule for rule in tried.rules if rule.changes]
    yield Table(head=("rule", "changes", "alone", "asks for"), rows=tuple(map(_rule, rules)))
    if quiet := [rule.rule for rule in tried.rules if not rule.changes]:
        yield Paragraph(text=f"Never asked for anything: {listed(quiet, 99)}")
    if named := tried.named_reviewers:
        asking = tried.changes_asking(Asks.APPROVAL)
        words = f"In {named} of the {asking} changes that ask for approvals, messages name a reviewer, which proves nothing."
        yield Paragraph(text=words)
    yield from _undecided(tried)
    yield from _differing(found)


def _span(judged: Sequence[Judged]) -> str:
    times = [commit.committed_at for each in judged for commit in each.past.change.commits]
    if not times:
        return "of no known time"
    return f"{min(times):%Y-%m-%d} to {max(times):%Y-%m-%d}"


def _asked(tried: Tally, against: Tally) -> Iterator[tuple[str, str, str]]:
    yield str(tried.approvals), str(against.approvals), "approvals"
    for people in (1, 2):
        words = "changes that need another person" if people == 1 else "changes that need two people or more"
        numbers = [sum(each.people >= people for each in tally.judged) for tally in (tried, against)]
        yield str(numbers[0]), str(numbers[1]), words
    yield str(tried.documents), str(against.documents), "documents"
    for kind, words in ((Asks.CHECK, "changes with checks"), (Asks.TIME, "changes that wait")):
        one, other = tried.changes_asking(kind), against.changes_asking(kind)
        if one or other:
            yield str(one), str(other), words


def _rule(rule: RuleCount) -> tuple[str, str, str, str]:
    parts = [f"{count(rule.asks[kind], word)}" for kind, word in _KINDS if rule.asks[kind]]
    return rule.rule, str(rule.changes), str(rule.alone), ", ".join(parts)


def _undecided(tried: Tally) -> Iterator[Block]:
    """Why changes could not be decided, the most frequent reason first, with one such change."""
    judged = [each for each in tried.judged if each.verdict is Verdict.UNDECIDED]
    if not judged:
        return
    yield Heading(text=f"Why {count(len(judged), 'change')} could not be decided by {tried.policy}")
    reasons = Counter(why for each in judged for why in each.blind)
    first = {why: _commit(each) for each in reversed(judged) for why in each.blind}
    for why, number in reasons.most_common(_MOST_REASONS):
        yield Item(text=f"{why} ({count(number, 'change')}, such as {first[why]})", mark="!")
    if len(reasons) > _MOST_REASONS:
        yield Item(text=f"and {count(len(reasons) - _MOST_REASONS, 'more reason')}: --json has them all")


def _differing(found: Backtest) -> Iterator[Block]:
    differing = list(found.differing)
    if not differing:
        yield Paragraph(text="Both would have asked the same of every change.")
        return
    yield Heading(text=f"{count(len(differing), 'change')} would have fared otherwise")
    for one, other in differing[:_MOST]:
        more = sorted(one.asks.keys() - other.asks.keys())
        less = sorted(other.asks.keys() - one.asks.keys())
        told = [f"{other.verdict} to {one.verdict}" if one.verdict is not other.verdict else f"{one.verdict} by both"]
        told += [f"also asked by {listed(more)}"] if more else []
        told += [f"no longer by {listed(less)}"] if less else []
        told += [f"{other.approvals} to {one.approvals} approvals"] if one.approvals != other.approvals else []
        yield Item(text=f"{_commit(one)} {one.past.change.title[:60]}: {'; '.join(told)}")
    if len(differing) > _MOST:
        yield Item(text=f"and {len(differing) - _MOST} more: --json has them all")


def _commit(judged: Judged) -> str:
    return (judged.past.change.head_commit or judged.past.change.head_tree)[:10]


def _unseen(found: Backtest) -> Iterator[Block]:
    if not found.unseen:
        return
    yield Heading(text=f"{count(len(found.unseen), 'change')} could not be weighed")
    for commit, why in found.unseen[:_MOST]:
        yield Item(text=f"{commit[:10]}: {why.reason}: {why.detail}", mark="!")


def backtest_as_json(found: Backtest, *, seconds: float, kept: int) -> str:
    """Every change under both policies."""
    document = {
        "version": 1,
        "seconds": round(seconds, 1),
        "kept": kept,
        "tried": found.tried.policy,
        "against": found.against.policy,
        "changes": [
            {
                "commit": one.past.change.head_commit,
                "title": one.past.change.title,
                "level": str(one.level),
                "named_reviewers": list(one.past.named_reviewers),
                "tried": _plain(one),
                "against": _plain(other),
            }
            for one, other in zip(found.tried.judged, found.against.judged, strict=True)
        ],
        "unseen": [{"commit": commit, "reason": str(why.reason), "detail": why.detail} for commit, why in found.unseen],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _plain(judged: Judged) -> dict[str, object]:
    return {
        "verdict": str(judged.verdict),
        "approvals": judged.approvals,
        "people": judged.people,
        "documents": judged.documents,
        "blind": list(judged.blind),
        "asks": {rule: [str(kind) for kind in kinds] for rule, kinds in judged.asks.items()},
    }
