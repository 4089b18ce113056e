"""Resources and calls of modules that another configuration of a provider acts for: in another region, account or project."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.settings import TARGETS, is_same_account, said, target
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, SourceFiles

_WORDS: Final = ("provider", "providers")
_EVERYWHERE: Final = (
    "aws_iam_", "aws_route53_", "aws_cloudfront_", "aws_organizations_", "aws_globalaccelerator_", "aws_shield_", "aws_budgets_",
    "aws_ce_", "aws_account_",
)  # fmt: skip
"""How types begin of services that are one for all regions of an account."""
_REGIONS: Final = frozenset({"region", "zone"})


class Handover(Struct, frozen=True, kw_only=True):
    """What another configuration acts for now."""

    folder: str
    name: str
    place: Place
    before: str
    after: str
    is_told: bool = True
    """Whether the folder says where the two act, and not whoever calls it."""
    is_sure: bool = True
    """Whether it is plain that these are different places."""


def handovers(sources: SourceFiles) -> Iterator[Handover]:
    """Those that are there before and after, and whose configurations do not act on the same."""
    for folder in sources.folders:
        for old, new in folder.pairs("resource", "module"):
            if old is None or new is None:
                continue
            was, now = (_named(each) for each in (old, new))
            for local in dict.fromkeys((*was, *now)):
                found = _turn(folder, new, was=was.get(local, local), now=now.get(local, local))
                if found is not None:
                    yield found
                    break


def _named(declared: Declared) -> dict[str, str]:
    """By which configuration a block goes, for each provider that it names."""
    values = declared.block.values
    if declared.block.type == "resource":
        provider = values.get("provider")
        usual = declared.block.labels[0].partition("_")[0]
        return {usual: _text(provider)} if provider is not None else {}
    table = values.get("providers")
    return {name: _text(each) for name, each in table.items()} if isinstance(table, dict) else {}


def _turn(folder: Folder, new: Declared, *, was: str, now: str) -> Handover | None:
    if was == now:
        return None
    before, after = _configured(folder, was, side=Side.BASE), _configured(folder, now, side=Side.HEAD)
    differing = []
    if before is not None and after is not None:
        differing = [name for name in TARGETS if name != "alias" and _differs(before.get(name), after.get(name))]
        if not differing or (set(differing) <= _REGIONS and new.block.labels[0].startswith(_EVERYWHERE)):
            return None
    elif "." not in was and "." not in now:
        return None  # `google-beta` acts where `google` does, unless anything says otherwise
    elif before is not None or after is not None:
        missing = was if before is None else now
        if "." in missing:
            return None  # there is no such configuration: Terraform refuses that
    block = new.block
    values = [each.get(name) for each in (before or {}, after or {}) for name in differing]
    return Handover(
        folder=folder.path,
        name=block.name if block.type == "resource" else f"module.{block.name}",
        place=new.line_of(*_WORDS),
        before=_words(was, before, differing=differing),
        after=_words(now, after, differing=differing),
        is_told=bool(differing),
        is_sure=bool(values) and not any(isinstance(each, Expression) for each in values),
    )


def _configured(folder: Folder, name: str, *, side: Side) -> Mapping[str, Any] | None:
    """What a configuration says of where it acts; None where the folder does not say it, but whoever calls it."""
    local, _, alias = name.partition(".")
    for each in folder.of("provider", side):
        if each.block.labels == (local,) and str(each.block.values.get("alias", "")) == alias:
            values = folder.scopes[side is Side.HEAD].filled(each.block.values)
            return {one: held for one in TARGETS if (held := target(values, one)) is not None}
    return None


def _differs(was: object, now: object) -> bool:
    return was != now and not is_same_account(was, now)


def _words(name: str, configured: Mapping[str, Any] | None, *, differing: list[str]) -> str:
    known = [f"{each} {said(configured[each])}" for each in differing if configured and each in configured]
    return f"`{name}` ({', '.join(known)})" if known else f"`{name}`"


def _text(value: object) -> str:
    return value.text if isinstance(value, Expression) else str(value)
