"""What a new store lacks that cannot be had later without making another: encryption; and backups that are off from the start.

The names are those of the providers' pages (see `kinds.toml`). Stores of Google and Azure are always encrypted.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.differences import plain

_OFF_UNLESS_SET: Final = {
    "aws_db_instance": ("storage_encrypted",),
    "aws_rds_cluster": ("storage_encrypted",),
    "aws_docdb_cluster": ("storage_encrypted",),
    "aws_neptune_cluster": ("storage_encrypted",),
    "aws_elasticache_replication_group": ("at_rest_encryption_enabled",),
    "aws_opensearch_domain": ("encrypt_at_rest", "enabled"),
    "aws_elasticsearch_domain": ("encrypt_at_rest", "enabled"),
    "aws_efs_file_system": ("encrypted",),
}
"""Where nothing is encrypted unless that is said."""
_OFF_IF_SET: Final = {"aws_ebs_volume": ("encrypted",), "aws_redshift_cluster": ("encrypted",)}
"""Where an account or a version of the provider may say that, and only a plain no is one."""
_CAMEL: Final = {
    "storage_encrypted": "StorageEncrypted", "at_rest_encryption_enabled": "AtRestEncryptionEnabled", "encrypted": "Encrypted",
    "encrypt_at_rest": "EncryptionAtRestOptions", "enabled": "Enabled",
}  # fmt: skip
"""How templates call what they do not say."""
_INHERITS: Final = (
    "replicate_source_db", "snapshot_identifier", "replication_source_identifier", "global_cluster_identifier", "global_replication_group_id",
    "snapshot_id", "source_db_cluster_identifier", "source_dbinstance_identifier", "db_snapshot_identifier", "db_cluster_identifier",
    "snapshot_arns", "snapshot_name",
)  # fmt: skip
"""Arguments of what has this from what it is made from."""
_BACKUPS: Final = ("aws_db_instance", "aws_docdb_cluster", "aws_neptune_cluster")
_BACKED_UP: Final = "backup_retention_period"


class Lack(Struct, frozen=True, kw_only=True):
    """One thing that a new store lacks."""

    name: str
    words: str
    is_grave: bool = True


def lacks(alteration: Alteration) -> Iterator[Lack]:
    """What a store that is made lacks, copies of another left out; of one that is made anew only what the old one lacked too."""
    change = alteration.change
    if change.is_data or change.action is not Action.CREATE or _has_it_from_elsewhere(change.after):
        return
    path = _OFF_UNLESS_SET.get(change.type) or _OFF_IF_SET.get(change.type)
    if path is not None and not change.is_unknown(path[0]):
        value = _at(change.after, path)
        if value is False or (value is None and change.type in _OFF_UNLESS_SET):
            said = "is not set" if value is None else "is false"
            spelled = (
                {name: change.spelled.get(name) or _CAMEL.get(name, name) for name in path} if change.spelled else {}
            )
            setting = ".".join(spelled.get(name, name) for name in path)
            yield Lack(
                name=path[0],
                words=f"what is stored in it is not encrypted, for `{setting}` {said}; later only another one can be made that is",
            )
    if change.type in _BACKUPS and plain(change.after.get(_BACKED_UP)) in (0, "0"):
        yield Lack(
            name=_BACKED_UP,
            words=f"it is not backed up, for `{change.written((_BACKED_UP,))}` is 0: nothing brings back what is lost in it",
            is_grave=False,
        )


def _has_it_from_elsewhere(values: Mapping[str, Any]) -> bool:
    """Whether it is a copy, or of the kind that is always encrypted."""
    return values.get("engine_mode") == "serverless" or any(values.get(name) for name in _INHERITS)


def _at(values: Mapping[str, Any], path: tuple[str, ...]) -> object:
    value: object = values.get(path[0])
    for step in path[1:]:
        if isinstance(value, Expression):
            return value
        blocks = nested({"": value}, "")
        value = blocks[0].get(step) if blocks else None
    return plain(value)
