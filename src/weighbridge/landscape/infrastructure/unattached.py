"""Filters that nothing in the sources puts before anything, and the logs that are kept of nothing else."""

import re
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.carried import naming
from weighbridge.landscape.infrastructure.companions import blocks_named
from weighbridge.landscape.infrastructure.source_files import Declared, Folder

_PUT_BEFORE: Final = (
    "aws_wafv2_web_acl", "aws_waf_web_acl", "aws_wafregional_web_acl", "google_compute_security_policy",
    "azurerm_web_application_firewall_policy", "azurerm_frontdoor_firewall_policy", "azurerm_cdn_frontdoor_firewall_policy",
)  # fmt: skip
"""Types of filters that stop nothing until something else names them."""
_LOGS: Final = "aws_cloudwatch_log_group"
_LOGGING: Final = "_logging_configuration"
_MOST_OTHERS: Final = 5
_PUTS: Final = (
    "aws_wafv2_web_acl_association", "aws_wafregional_web_acl_association", "aws_shield_protection",
)  # fmt: skip
"""Types that put a filter before something, which `resource_arn` names."""
_OUTPUT: Final = LatePattern(r"^data\.terraform_remote_state\.([\w-]+)(?:\[[^\]]*\])?\.outputs\.([\w-]+)")


def with_attachment(alteration: Alteration, old: Declared, *, folder: Folder) -> Alteration:
    """The same with whether nothing named a filter that goes, or only such filters wrote to a log that goes."""
    kind = alteration.change.type
    if kind in _PUTS:
        return replace(alteration, idle=_stood_before(old, folder))
    if kind in _PUT_BEFORE and _is_unattached(old, folder):
        return replace(alteration, is_unnamed=True)
    if kind in _PUT_BEFORE and _goes_with_all(old, folder):
        return replace(alteration, idle=", and all that it stood before goes too")
    if kind == _LOGS and _is_of_unattached(old, folder):
        note = "only a filter wrote to it that nothing in the sources put before anything"
        return replace(alteration, is_unnamed=True, note="; ".join(filter(None, (alteration.note, note))))
    return alteration


def _is_unattached(old: Declared, folder: Folder) -> bool:
    """Whether nothing but what logs it named a filter before the change, by reference or by its name."""
    own = [old, *(each for each in _logging(folder) if old.block.name in blocks_named(each.block.values))]
    return not any(True for _ in naming(old, folder, side=Side.BASE, own=own))


def _goes_with_all(old: Declared, folder: Folder) -> bool:
    """Whether whatever put a filter before something goes, and that something with it."""
    logging = [each for each in _logging(folder) if old.block.name in blocks_named(each.block.values)]
    users = [
        each
        for kind in ("resource", "module", "output", "locals")
        for each in folder.of(kind, Side.BASE)
        if each.block.name != old.block.name
        and each not in logging
        and old.block.name in blocks_named(each.block.values)
    ]
    return (
        bool(users)
        and all(_goes_with_guarded(each, folder) for each in users)
        and not any(True for _ in naming(old, folder, side=Side.BASE, own=[old, *logging, *users]))
    )


def _goes_with_guarded(user: Declared, folder: Folder) -> bool:
    """Whether what names a filter goes, and what it puts the filter before: that is itself, unless it only joins the two."""
    if user.block.type != "resource" or folder.resource(user.block.labels, Side.HEAD) is not None:
        return False
    if user.block.labels[0] not in _PUTS:
        return True
    guarded = [tuple(name.split(".")) for name in blocks_named({"": user.block.values.get("resource_arn")})]
    is_gone = [
        folder.resource(each, Side.BASE) is not None and folder.resource(each, Side.HEAD) is None for each in guarded
    ]
    return all(is_gone) if is_gone else bool(_stood_before(user, folder))


def _stood_before(old: Declared, folder: Folder) -> str:
    """That what it stands before, which another state of the same tree hands on, goes too or went before; empty where it does not."""
    named = old.block.values.get("resource_arn")
    found = _OUTPUT.match(named.text) if isinstance(named, Expression) else None
    if found is None:
        return ""
    state, output = found[1], found[2]
    had, has = (_is_handed_on(output, folder, side=side) for side in Side)
    if had and not has:
        return f", and what it stood before goes too: nothing hands on `{output}` any more"
    others = {each for text in folder.texts_in(folder.path, Side.BASE) for each in _others(text, state)} - {output}
    if not had and any(_is_handed_on(each, folder, side=Side.BASE) for each in sorted(others)[:_MOST_OTHERS]):
        return (
            f", and what it stood before was gone already: nothing hands on `{output}`, while others of that state are"
        )
    return ""


def _is_handed_on(output: str, folder: Folder, *, side: Side) -> bool:
    declared = f'output "{output}"'
    return any(declared in text for _, text in folder.texts(side))


def _others(text: str, state: str) -> list[str]:
    return re.findall(rf"data\.terraform_remote_state\.{re.escape(state)}(?:\[[^\]]*\])?\.outputs\.([\w-]+)", text)


def _is_of_unattached(old: Declared, folder: Folder) -> bool:
    logged = [each for each in _logging(folder) if old.block.name in blocks_named(each.block.values)]
    if not logged or any(True for _ in naming(old, folder, side=Side.BASE, own=[old, *logged])):
        return False
    filters = [folder.resource(tuple(_logged(each).split(".")), Side.BASE) for each in logged]
    return all(
        each is not None and each.block.labels[0] in _PUT_BEFORE and _is_unattached(each, folder) for each in filters
    )


def _logged(logging: Declared) -> str:
    """What a configuration of logs is for."""
    return next(blocks_named({"": logging.block.values.get("resource_arn")}), "")


def _logging(folder: Folder) -> list[Declared]:
    resources = folder.of("resource", Side.BASE)
    return [each for each in resources if each.block.labels[:1] and each.block.labels[0].endswith(_LOGGING)]
