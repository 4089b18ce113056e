"""What a plan says of one resource: what is done to it, what it is before and after, and why."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct, field

from weighbridge.domain.late_pattern import LatePattern

Step = str | int
"""An attribute's name, or a position in a list."""


class Action(StrEnum):
    """What is done."""

    NOTHING = "no-op"
    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"
    FORGET = "forget"
    """Terraform no longer knows it; the thing itself stays."""


ACTIONS: Final[Mapping[tuple[str, ...], tuple[Action, bool]]] = {
    ("no-op",): (Action.NOTHING, False),
    ("read",): (Action.READ, False),
    ("create",): (Action.CREATE, False),
    ("update",): (Action.UPDATE, False),
    ("delete",): (Action.DELETE, False),
    ("delete", "create"): (Action.REPLACE, False),
    ("create", "delete"): (Action.REPLACE, True),
    ("forget",): (Action.FORGET, False),
    ("create", "forget"): (Action.FORGET, True),
    ("forget", "create"): (Action.FORGET, False),
}
"""What `actions` means, and whether the new one is made before the old one goes."""

REASONS: Final = {
    "replace_because_tainted": "it is marked as tainted: an earlier run broke off while it was made",
    "replace_because_cannot_update": "an argument changes that cannot be changed in place",
    "replace_by_request": "whoever planned asked for it with -replace",
    "replace_by_triggers": "something that `replace_triggered_by` names changes",
    "delete_because_no_resource_config": "no resource block declares it any more",
    "delete_because_no_module": "the module call that declared it is gone",
    "delete_because_wrong_repetition": "`count` or `for_each` was added or taken away, and no `moved` block says what became of it",
    "delete_because_count_index": "its index is beyond what `count` makes now",
    "delete_because_each_key": "its key is no longer in `for_each`",
    "delete_because_no_move_target": "it was moved to a name that no block declares, or that is another's",
    "replace_because_no_longer_ignored": "`ignore_changes` no longer covers an argument that cannot be changed in place",
    "read_because_config_unknown": "what it asks for is known only when the plan is applied",
    "read_because_dependency_pending": "what it depends on changes first",
    "read_because_check_nested": "a check reads it",
}
"""`action_reason` in words, and the one that only sources tell."""

_SHOWN: Final = frozenset(
    {
        "allocated_storage", "ami", "architecture", "availability_zone", "availability_zones", "billing_mode", "bucket", "bucket_name",
        "cache_node_type", "capacity", "cidr", "cidr_block", "class", "cluster_id", "cluster_identifier", "cluster_name",
        "cluster_type", "cluster_version", "count", "database_name", "database_version", "db_cluster_identifier",
        "db_cluster_instance_class", "db_instance_class", "db_instance_identifier", "db_name", "db_snapshot_identifier", "dbname",
        "deletion_protection", "domain", "domain_name", "edition", "encrypted", "engine", "engine_mode", "engine_version", "family",
        "hash_key", "identifier", "identifier_prefix", "image_id", "instance_class", "instance_tenancy", "instance_type", "kind",
        "launch_type", "license_model", "location", "machine_type", "max_size", "min_size", "mode", "multi_az", "name", "name_prefix",
        "network", "node_type", "num_nodes", "owner", "platform", "port", "prevent_destroy", "project", "protocol",
        "publicly_accessible", "queue_name", "range_key", "region", "replica_count", "replication_group_id", "resource_group_name",
        "runtime", "shard_count", "size", "sku", "sku_name", "snapshot_identifier", "storage_encrypted", "storage_type", "stream_name",
        "subnetwork", "table_name", "tenancy", "tier", "topic_name", "type", "version", "vm_size", "volume_size", "volume_type",
        "vpc_id", "zone", "zones",
    }
)  # fmt: skip
"""The names of attributes whose values may be shown: where, how large, of which kind and how called a thing is."""
_OPENS: Final = LatePattern(r"://[^/]*@|(?i:password|pwd|secret|token)\s*[=:]|^(?:AKIA|ASIA|gh[pousr]_|xox[abp]-|eyJ)")
"""In a value, what opens something, whatever its attribute is called."""
_LONGEST: Final = 48
"""Characters of a value that is shown; longer ones are no names or sizes."""


class ResourceChange(Struct, frozen=True, kw_only=True):
    """One entry of a plan's `resource_changes`, `resource_drift` or `deferred_changes`."""

    address: str
    type: str
    name: str
    action: Action
    module: str = ""
    """The address of the module it lies in; empty for the root."""
    index: str | int | None = None
    is_data: bool = False
    provider: str = ""
    creates_first: bool = False
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    unknown: Any = None
    """What of `after` is known only when the plan is applied: true, or the same shape with trues."""
    hidden_before: Any = None
    """What of `before` the provider or the configuration calls sensitive, in that form."""
    hidden_after: Any = None
    forced_by: tuple[tuple[Step, ...], ...] = ()
    """The paths of what forces a replacement."""
    reason: str = ""
    previous_address: str = ""
    is_imported: bool = False
    deposed: str = ""
    """The key of an earlier object that a replacement left behind; empty for the one in use."""
    spelled: Mapping[str, str] = field(default_factory=dict)
    """How its source calls the attributes that stand here under Terraform's names."""

    @property
    def ends(self) -> bool:
        """Whether the thing that is there now is destroyed."""
        return self.action in (Action.DELETE, Action.REPLACE)

    @property
    def block(self) -> str:
        """Type and name, as the configuration calls it within its module."""
        return f"data.{self.type}.{self.name}" if self.is_data else f"{self.type}.{self.name}"

    @property
    def why(self) -> str:
        """The reason that Terraform gives, in words; empty where it gives none."""
        return REASONS.get(self.reason, self.reason.replace("_", " "))

    def written(self, path: tuple[Step, ...]) -> str:
        """An attribute's path as its source writes it."""
        return written(tuple(self.spelled.get(step, step) if isinstance(step, str) else step for step in path))

    def is_unknown(self, *path: Step) -> bool:
        """Whether what stands there after is known only when the plan is applied."""
        return _marked(self.unknown, path)

    def shown(self, path: tuple[Step, ...]) -> str:
        """What an attribute was and becomes, in words, where it may be shown; else empty."""
        was, now = at(self.before, path), at(self.after, path)
        is_switch = isinstance(was, bool | None) and isinstance(now, bool | None)
        is_hidden = _marked(self.hidden_before, path) or _marked(self.hidden_after, path)
        if is_hidden or not (is_switch or may_be_shown(path)):
            return ""
        before, after = _plain(was), _plain(now)
        if self.is_unknown(*path):
            after = "a value known only when applied"
        return f"{before} to {after}" if before and after and before != after else ""


def may_be_shown(path: tuple[Step, ...]) -> bool:
    """Whether an attribute is one of those whose values are nobody's secret; of any other nobody knows."""
    return next((step for step in reversed(path) if isinstance(step, str)), "") in _SHOWN


def at(value: object, path: tuple[Step, ...]) -> object:
    """What stands there; None where nothing does."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def written(path: tuple[Step, ...]) -> str:
    """An attribute's path as the configuration writes it: `node_config.machine_type`."""
    found = ""
    for step in path:
        if isinstance(step, str):
            found += f".{step}" if found else step
    return found


def differing(change: ResourceChange) -> Iterator[str]:
    """The names of the attributes that are otherwise after, those included that are not known yet."""
    for name in {**change.before, **change.after}:
        if change.before.get(name) != change.after.get(name) and not (
            change.after.get(name) is None and change.is_unknown(name)
        ):
            yield name


def _marked(marks: object, path: tuple[Step, ...]) -> bool:
    """Whether a value, or something that it lies in, is marked in a shape of trues."""
    for step in path:
        if marks is True:
            return True
        marks = at(marks, (step,))
    return marks is True or (isinstance(marks, dict | list) and bool(marks) and _any_mark(marks))


def _any_mark(marks: object) -> bool:
    waiting = [marks]
    while waiting:
        each = waiting.pop()
        if each is True:
            return True
        waiting += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
    return False


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str) and value and len(value) <= _LONGEST and value.isprintable() and not _OPENS.search(value):
        return f"`{value}`"
    return ""
