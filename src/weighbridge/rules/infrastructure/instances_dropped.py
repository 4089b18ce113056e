"""Fewer of a resource are declared, and those that are left over are destroyed."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.blocks import Block
from weighbridge.landscape.infrastructure.alterations import TERRAFORM
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.instances import fewer
from weighbridge.landscape.infrastructure.kinds import Holds, Kind, kind_of
from weighbridge.landscape.infrastructure.left_environments import Left, left
from weighbridge.landscape.infrastructure.protections import prevents_destroy
from weighbridge.landscape.infrastructure.refusals import PREVENTED, Refusal, refused_by, until

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "capacity"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each block, where what goes holds no data: of what does, others tell."""
    found = case[Infrastructure]
    yield from _left_environments(found)
    for each in fewer(found):
        severity = Severity.CRITICAL if each.is_grave else Severity.HIGH if each.is_network else Severity.MEDIUM
        yield RULE.finding(
            each.words,
            each.place,
            anchor=each.anchor,
            severity=severity if each.refusal is None else each.refusal.lowers(severity),
            confidence=each.confidence,
        )


def _left_environments(found: Infrastructure) -> Iterable[Finding]:
    """What is made no longer where a workspace, or a variable, says one environment."""
    for each in left(found.sources, found.changed_texts):
        block = each.declared.block
        worst = max((kind for one in _made(each, found) if (kind := kind_of(one.labels[0]))), key=_weight, default=None)
        refusal = _refusal(block)
        severity = _SEVERITIES[_weight(worst)] if worst is not None and not each.is_open else Severity.MEDIUM
        realm = found.realm_of(each.place.path)
        words = [
            f"`{each.name}` is declared zero times where {each.where}, and destroyed there if that is in use",
            f"{refusal.words}; {until(refusal)}" if refusal is not None else "",
            worst.lost if worst is not None else "",
            f"by `{each.by}`, which is set otherwise" if each.by else "",
            TERRAFORM.by_sources(is_beside_plan=bool(found.plans)),
        ]
        yield RULE.finding(
            "; ".join(filter(None, words)),
            each.place,
            anchor=f"left {each.folder.path} {each.name}",
            severity=severity if refusal is None else refusal.lowers(severity),
            confidence=Confidence.LOW if realm or each.is_trial or each.is_open else Confidence.MEDIUM,
        )


def _made(each: Left, found: Infrastructure) -> Iterable[Block]:
    """The resources that go: the block itself, or those of a module within the repository."""
    block = each.declared.block
    is_call = block.type == "module"
    many = found.module_blocks(each.folder.path, str(block.values.get("source"))) if is_call else [block]
    return (one for one in many if one.type == "resource" and one.labels)


def _refusal(block: Block) -> Refusal | None:
    if block.type != "resource":
        return None
    return PREVENTED if prevents_destroy(block.values) else refused_by(block.labels[0], block.values)


def _weight(kind: Kind) -> int:
    return 2 if kind.is_grave else int(kind.holds in (Holds.NETWORK, Holds.ENVIRONMENT))


_SEVERITIES: Final = (Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
"""By what goes: something, what others live in or are reached by, what cannot be made again."""
