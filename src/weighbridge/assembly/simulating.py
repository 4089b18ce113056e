"""Changes of the past weighed again, so that policies can be asked about them."""

import os
import time
from collections.abc import Iterator, Sequence

from msgspec import Struct

from weighbridge import __version__
from weighbridge.adapters.cache.past_changes import PastChangeFiles
from weighbridge.adapters.facts.location import cache_folder
from weighbridge.app.build_trust import Given
from weighbridge.app.ports import ChangeRequest, RepositoryError
from weighbridge.app.review_change import weigh_change
from weighbridge.assembly.bench import Bench, organisation_folder
from weighbridge.assembly.reviewing import reviewer
from weighbridge.assembly.rules import bundled_rules
from weighbridge.domain.ids import ObjectId, content_hex, digest
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.policy.backtest.past_change import PastChange, past_change
from weighbridge.policy.policy import Policy


class Landed(Struct, frozen=True):
    """A change as it landed on a branch: the commit, and the one that was there before."""

    commit: ObjectId
    before: ObjectId


class Weighed(Struct, frozen=True, kw_only=True):
    """The changes that could be weighed, those that could not with the reason, and what it took."""

    changes: tuple[PastChange, ...]
    unseen: tuple[tuple[str, CouldNotLook], ...]
    seconds: float
    kept: int
    """How many had been weighed before."""


def landed(bench: Bench, ranges: Sequence[str], *, last: int, target: str) -> tuple[Landed, ...]:
    """The changes that landed in `ranges`, else the `last` ones on the protected branch, the newest first.

    Raises:
        RepositoryError: a revision does not exist, or there is no branch.
    """
    repository = bench.repository
    found: dict[ObjectId, Landed] = {}
    for text in ranges:
        base, dots, head = text.partition("..")
        without = repository.commit_called(base) if dots and base else None
        tip = repository.commit_called((head.removeprefix(".") if dots else base) or "HEAD")
        limit = last if not dots else _MOST
        found |= {oid: Landed(oid, before) for oid, before in repository.landed(tip, limit=limit, without=without)}
    if not ranges:
        name, tip_or_none, _ = repository.protected_tip(target)
        if tip_or_none is None:
            raise RepositoryError(
                f"{name or 'the protected branch'} has no commit yet: there is no history to try it on"
            )
        found |= {oid: Landed(oid, before) for oid, before in repository.landed(tip_or_none, limit=last)}
    return tuple(found.values())


_MOST = 1_000
"""Changes of one range; more would take hours."""


def weigh_past(bench: Bench, changes: Sequence[Landed], *, policy: Policy, fresh: bool = False) -> Weighed:
    """Each change as it is weighed today, with today's rules; by what was trusted when it landed."""
    began = time.monotonic()
    files = PastChangeFiles(cache_folder(os.environ), bench.repository.identity)
    seen: list[PastChange] = []
    unseen: list[tuple[str, CouldNotLook]] = []
    kept, decides = 0, tuple(_identity())
    for number, each in enumerate(changes):
        bench.progress.step("weighing changes of the past", number, len(changes))
        key = content_hex(each.before, each.commit, *decides, length=40)
        past = None if fresh else files.recall(key)
        if past is not None:
            kept += 1
            seen.append(past)
            continue
        weighed = _weigh(bench, each, policy=policy)
        if isinstance(weighed, CouldNotLook):
            unseen.append((each.commit, weighed))
        else:
            files.keep(key, weighed)
            seen.append(weighed)
    files.tidy()
    return Weighed(changes=tuple(seen), unseen=tuple(unseen), seconds=time.monotonic() - began, kept=kept)


def _weigh(bench: Bench, change: Landed, *, policy: Policy) -> PastChange | CouldNotLook:
    try:
        sight = bench.see(ChangeRequest(range_text=f"{change.before}..{change.commit}"))
        asked = reviewer(bundled_rules(), sight.trust, policy=policy)
        return past_change(weigh_change(sight, asked).case)
    except RepositoryError as error:
        return CouldNotLook(reason=Reason.NO_HISTORY, detail=str(error), remedy="fetch the rest of the history")


def _identity() -> Iterator[str]:
    """What else decides how a change is weighed: this version, and the rules it holds."""
    yield __version__
    yield from (str(rule.id) for rule in bundled_rules())
    given = organisation_folder()
    if isinstance(given, Given):
        yield from map(digest, given.files.values())
        return
    for file in sorted(given.iterdir()) if given is not None and given.is_dir() else filter(None, (given,)):
        if file.is_file():
            yield digest(file.read_bytes())
