"""A change that speaks of something small destroys what cannot be made again."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import DropColumn, DropTable, Truncate
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.refusals import severity_of
from weighbridge.landscape.intent.claims import Claim, Kind
from weighbridge.landscape.intent.intent import Intent
from weighbridge.landscape.intent.mismatch import Deed, told
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    reads=(Infrastructure, Intent, SqlChange),
    roles=(*ROLES, "sql"),
    tags=("intent", "data-loss"),
)

_CLAIMED: Final = (
    Kind.FIX,
    Kind.DOCUMENTATION,
    Kind.REFACTORING,
    Kind.STYLE,
    Kind.TEST,
    Kind.BUMP,
    Kind.RELEASE,
)
_TOLD: Final = LatePattern(
    r"\b(?:destroy\w*|delet\w*|drop\w*|remov\w*|re-?creat\w*|replac\w*|truncat\w*|renam\w*|migrat\w*|re-?build\w*|decommission\w*|purg\w*|retir\w*|clean\w*|unused|wip(?:e|es|ed))\b"
)
"""Words of a message that may say so, if it also speaks of what is lost."""
_PART: Final = LatePattern(r"[a-z]{4,}")
_LOST: Final = LatePattern(
    r"\b(?:databases?|db|tables?|columns?|fields?|buckets?|volumes?|disks?|clusters?|instances?|schemas?|migrations?|terraform|infra\w*|resources?|rows|keys?|secrets?|data)\b"
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for the change, at the gravest of what is lost."""
    intent = case[Intent]
    claims = intent.claims
    if any(each.kind in _CLAIMED for each in claims.each) and not (claims.says(_TOLD) and claims.says(_LOST)):
        is_told = claims.says(_TOLD)
        found = [
            (claim, deed)
            for path, deed in (*_resources(case[Infrastructure]), *_rows(case[SqlChange]))
            if (claim := _claim(intent, path)) is not None and not (is_told and _is_named(deed, claims.said))
        ]
        if found:
            yield told(RULE, found[0][0], deeds=[deed for _, deed in found])
    yield from intent.unread


def _is_named(deed: Deed, said: str) -> bool:
    """Whether a message speaks of what is lost by its name, or by a part of it."""
    names = (part for quoted in deed.words.split("`")[1:4:2] for part in _PART.findall(quoted.lower()))
    return any(each in said for each in names)


def _claim(intent: Intent, path: RepoPath) -> Claim | None:
    """What it stands under; a plan is of the whole change."""
    return intent.claim_of_all(*_CLAIMED) if path.startswith("input:") else intent.claim(path, *_CLAIMED)


def _resources(infrastructure: Infrastructure) -> Iterator[tuple[RepoPath, Deed]]:
    for each in infrastructure.alterations:
        kind = each.kind
        if each.change.action not in (Action.DELETE, Action.REPLACE) or each.change.is_data:
            continue
        if kind is None or not kind.is_irreversible or each.is_kept or each.passing or each.is_carried:
            continue
        is_replaced = each.change.action is Action.REPLACE
        done = "is destroyed and made anew" if is_replaced else "is destroyed"
        yield (
            each.place.path,
            Deed(
                words=f"{each.name} {done}{each.reason}; {each.lost}{each.caveat}",
                place=each.place,
                anchor=each.anchor(),
                severity=severity_of(each, kind.severity),
                confidence=each.confidence,
            ),
        )


def _rows(sql: SqlChange) -> Iterator[tuple[RepoPath, Deed]]:
    for step in sql.steps():
        act = step.act
        if not isinstance(act, DropTable | DropColumn | Truncate) or sql.is_new(step) or step.migration.is_seed:
            continue
        if isinstance(act, DropTable) and act.is_temporary:
            continue
        if isinstance(act, DropColumn):
            words = f"the column `{act.column}` of `{act.table}` is dropped, with what it holds"
        else:
            done = "dropped" if isinstance(act, DropTable) else "emptied"
            words = f"the table `{act.table}` is {done}, with every row of it"
        place = step.place
        yield place.path, Deed(words=words, place=place, anchor=step.anchor, severity=Severity.HIGH)
