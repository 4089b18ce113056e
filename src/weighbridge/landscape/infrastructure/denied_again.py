"""Rules that refuse, declared again under another name or number: whether they still come before whatever lets the same pass."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.source_files import Folder

_NUMBER: Final = {
    "aws_network_acl_rule": "rule_number",
    "azurerm_network_security_rule": "priority",
    "google_compute_firewall": "priority",
}
"""Types of single rules, and the argument that says which comes first: the lowest."""
_USUAL: Final = {"google_compute_firewall": 1000}
"""The number of one that says none."""
_NAMES: Final = frozenset({"name", "description", "id", "self_link", "creation_timestamp", "timeouts", "lifecycle"})
"""What a rule is called, and what is known of it only by running."""
_FIRST_USUAL: Final = {"aws_network_acl_rule": 100}
"""The number of the first rule of AWS' own lists, and of those that modules make: `terraform-aws-modules/vpc` begins there too."""
_WRITTEN: Final = LatePattern(r"^\s*(?:rule_number|rule_no|priority)\s*=\s*(\d+)", re.MULTILINE)
_GROUPS: Final = ("ingress", "egress", "security_rule")


def is_denied_again(gone: Alteration, others: Iterable[Alteration], *, folders: Mapping[str, Folder]) -> bool:
    """Whether another rule that is made refuses the same, and nothing that lets it pass comes before that."""
    kind = gone.change.type
    was = _number(kind, gone.change.before)
    if was is None:
        return False
    for each in others:
        change = each.change
        if change.type != kind or change.action is not Action.CREATE or each.is_planned != gone.is_planned:
            continue
        now = _number(kind, change.after)
        if now is not None and _same(kind, gone, made=each) and _still_first(gone, (was, now), folders=folders):
            return True
    return False


def _number(kind: str, values: Mapping[str, Any]) -> int | None:
    number = values.get(_NUMBER.get(kind, ""), _USUAL.get(kind))
    if isinstance(number, str) and number.isdigit():
        return int(number)
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _same(kind: str, gone: Alteration, *, made: Alteration) -> bool:
    """Whether two rules say the same but for how they are called and numbered; of what only running tells, the same text is the same."""
    if gone.folder != made.folder or gone.change.module != made.change.module:
        return False
    aside = {*_NAMES, _NUMBER[kind]}
    was, now = (
        {name: value for name, value in values.items() if name not in aside and value not in (None, [], "")}
        for values in (gone.change.before, made.change.after)
    )
    unknown = {name for name in was if name not in now and made.change.is_unknown(name)}
    return bool(now) and {name: value for name, value in was.items() if name not in unknown} == now


def _still_first(gone: Alteration, numbers: tuple[int, int], *, folders: Mapping[str, Folder]) -> bool:
    """Whether no rule that may let pass lies between the number that it had and the one that it has."""
    was, now = numbers
    folder = folders.get(gone.folder)
    if now <= was:
        return True
    is_early = now < _FIRST_USUAL.get(gone.change.type, 0)
    if gone.is_planned or folder is None or not (is_early or _is_at_hand(gone, folder)):
        return False
    return not any(was < each <= now for each in _letting(folder))


def _is_at_hand(gone: Alteration, folder: Folder) -> bool:
    """Whether what the rule belongs to is declared in its folder, and so are its other rules."""
    texts = [value.text for value in gone.change.before.values() if isinstance(value, Expression)]
    owners = [key[1] for key in folder.declared(Side.HEAD) if key[0] == "resource" and len(key[1]) == 2]
    return any(text.startswith(f"{kind}.{name}.") for text in texts for kind, name in owners)


def _letting(folder: Folder) -> Iterator[int]:
    """The numbers of rules of a folder that may let pass: all but those that are known to refuse."""
    known = set()
    for each in folder.of("resource"):
        known.add(each.path)
        kind, values = each.block.labels[0] if each.block.labels else "", each.block.values
        rules = [values] if kind in _NUMBER else [rule for name in _GROUPS for rule in nested(values, name)]
        for rule in rules:
            said = (rule.get(name) for name in ("rule_action", "action", "access"))
            refuses = any(str(one).lower() == "deny" for one in said) or bool(nested(rule, "deny"))
            numbers = (rule.get(name) for name in ("rule_number", "rule_no", "priority"))
            yield from (one for one in numbers if isinstance(one, int) and not refuses)
    for path, text in folder.texts(Side.HEAD):
        if path.rpartition("/")[0] == folder.path and path not in known:
            yield from (int(each) for each in _WRITTEN.findall(text))
