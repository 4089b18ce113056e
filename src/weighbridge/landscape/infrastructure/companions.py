"""What a change does besides: what goes with something, and what takes over from it under another name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import NESTED_STACK, Alteration

_OWN: Final = {
    ("aws_s3_bucket", "versioning"): "aws_s3_bucket_versioning",
    ("aws_s3_bucket", "logging"): "aws_s3_bucket_logging",
    ("aws_s3_bucket", "lifecycle_rule"): "aws_s3_bucket_lifecycle_configuration",
    ("aws_redshift_cluster", "logging"): "aws_redshift_logging",
    ("aws_redshift_cluster", "snapshot_copy"): "aws_redshift_snapshot_copy",
    ("aws_guardduty_detector", "datasources"): "aws_guardduty_detector_feature",
}
"""Blocks for which later versions of a provider have resources of their own."""
_IDS: Final = ("id", "arn", "self_link")
_SHORTEST: Final = 6
_REFERRED: Final = LatePattern(r"(?<![\w.-])([a-z]\w*\.[A-Za-z_][\w-]*)")
"""A type and a name, as references have them."""


class Companions:
    """All that a change does, to be asked about one of them."""

    def __init__(
        self, alterations: Iterable[Alteration], *, within: Callable[[Alteration], frozenset[str]] | None = None
    ) -> None:
        self._all = tuple(alterations)
        self._within = within

    def goes_with(self, each: Alteration) -> bool:
        """Whether something that it names is destroyed too, so that there is nothing left for it to do."""
        mentioned = list(_leaves(each.change.before))
        for value in mentioned:
            if isinstance(value, Expression):
                if any(_names(value.text, name) for name in self._ended_names if name != each.change.name):
                    return True
            elif value in self._ended_ids and value not in (each.change.before.get(name) for name in _IDS):
                return True
        return False

    def is_followed(self, each: Alteration) -> bool:
        """Whether another of its type is made in the same change, by itself or by a stack that is made."""
        if each.change.type in self._made:
            return True
        stacks = (one for one in self._all if one.change.type == NESTED_STACK and one.change.action is Action.CREATE)
        return self._within is not None and any(each.change.type in self._within(one) for one in stacks)

    def of_type(self, kind: str) -> Iterator[Alteration]:
        """Those of one type that stay, and are altered."""
        return (each for each in self._all if each.change.type == kind and each.change.action is Action.UPDATE)

    def is_made_too(self, each: Alteration) -> bool:
        """Whether the bucket that it names is made by the same change, and so may be empty."""
        made = [
            one.change
            for one in self._all
            if one.change.action is Action.CREATE and one.change.type != each.change.type
        ]
        if each.is_planned:
            name = each.change.after.get("bucket")
            return each.change.is_unknown("bucket") or any(name and name == one.after.get("bucket") for one in made)
        texts = [_of_key(value.text, each) for value in _leaves(each.change.after) if isinstance(value, Expression)]
        whole = [one.block for one in made if one.index is None]
        return any(_names(text, block) for block in whole for text in texts) or any(
            text.startswith(f"{instance}.") or text == instance for instance in self._made_instances for text in texts
        )

    def is_moved_out(self, each: Alteration, block: str) -> bool:
        """Whether a block of it is a resource of its own from now on: one that is made, and says that it is for no other one."""
        own = _OWN.get((each.change.type, block), "")
        made = (one.change for one in self._all if one.change.type == own and one.change.action is Action.CREATE)
        return any(self._may_be_for(each, change.after) for change in made)

    def _may_be_for(self, each: Alteration, values: Mapping[str, Any]) -> bool:
        others = [name for name in blocks_named(values) if name.startswith(f"{each.change.type}.")]
        return not others or each.change.block in others

    def taken_over(self, each: Alteration) -> Mapping[str, Any]:
        """The blocks of others that it may have been made for, as they were."""
        found: dict[str, Any] = {}
        for (resource_type, block), own in _OWN.items() if each.change.action is Action.CREATE else ():
            if own == each.change.type:
                for one in self._all:
                    if one.change.type == resource_type and one.change.before.get(block):
                        found[block] = [*found.get(block, ()), *nested(one.change.before, block)]
        return found

    @cached_property
    def _made_instances(self) -> frozenset[str]:
        """Those that are made because their key is new in `for_each`, as references have them."""
        found = set()
        for each in self._all:
            was, now = (values.get("for_each") for values in (each.change.before, each.change.after))
            if isinstance(was, dict | list) and isinstance(now, dict | list):
                new = [key for key in now if isinstance(key, str) and key not in was]
                found |= {f'{each.change.block}["{key}"]' for key in new}
        return frozenset(found)

    @cached_property
    def _made(self) -> frozenset[str]:
        return frozenset(each.change.type for each in self._all if each.change.action is Action.CREATE)

    @cached_property
    def _ended_names(self) -> frozenset[str]:
        ended = (each for each in self._all if each.change.action is Action.DELETE and not each.is_planned)
        return frozenset(name for each in ended for name in (each.change.block, each.change.name))

    @cached_property
    def _ended_ids(self) -> frozenset[str]:
        ended = (
            each.change.before.get(name) for each in self._all if each.change.action is Action.DELETE for name in _IDS
        )
        return frozenset(value for value in ended if isinstance(value, str) and len(value) >= _SHORTEST)


def blocks_named(values: Mapping[str, Any]) -> Iterator[str]:
    """The resources that expressions anywhere within begin with, or refer to."""
    for value in _leaves(values):
        if isinstance(value, Expression):
            yield from (found[1] for found in _REFERRED.finditer(value.text))


def _of_key(text: str, each: Alteration) -> str:
    """An expression as one of several has it, that is told by its key."""
    return text if each.change.index is None else text.replace("[each.key]", f'["{each.change.index}"]')


def _names(text: str, name: str) -> bool:
    """Whether an expression begins with a name, or holds it between others."""
    start = text.find(name)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(name) : start + len(name) + 1]
        if not (before.isalnum() or before in ("_", "-", ".")) and not (after.isalnum() or after in ("_", "-")):
            return True
        start = text.find(name, start + 1)
    return False


def _leaves(value: Mapping[str, Any]) -> Iterator[Any]:
    """The expressions and texts anywhere within."""
    waiting: list[Any] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, Expression | str):
            yield each
