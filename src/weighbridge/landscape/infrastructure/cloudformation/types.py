"""What is known of CloudFormation's types: the table `types.toml`, ready to be asked."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from msgspec import Struct

from weighbridge.domain.tables import read_table

_PREFIX: Final = "aws_"
_DEFAULT_SNAPSHOT: Final = frozenset({"AWS::RDS::DBCluster", "AWS::RDS::DBInstance"})
"""Types of which a last snapshot is taken where the template says nothing."""


class Type(Struct, frozen=True, kw_only=True):
    """What is known of one type."""

    like: str
    """The type of Terraform's that is the same thing; its own name where none is known."""
    name: str = ""
    """The property that gives it a name of its own."""
    forces: tuple[tuple[str, ...], ...] = ()
    """The paths of the properties whose change makes another one."""
    pauses: tuple[str, ...] = ()
    """Properties whose change stops it for a while."""
    can_snapshot: bool = False
    refuses_full: bool = False
    """Whether CloudFormation cannot delete it while something is in it."""


def type_of(resource_type: str) -> Type:
    """What is known of a type; no more than its name where the table has nothing of it."""
    return _table().get(resource_type) or Type(like=resource_type)


def like(resource_type: str, properties: Mapping[str, object]) -> str:
    """The type of Terraform's that is the same thing; what a member of a cluster has, the cluster holds."""
    return "aws_rds_cluster_instance" if _is_member(resource_type, properties) else type_of(resource_type).like


def default_policy(resource_type: str, properties: Mapping[str, object]) -> str:
    """What `DeletionPolicy` is where the template does not say."""
    is_kept = resource_type in _DEFAULT_SNAPSHOT and not _is_member(resource_type, properties)
    return "Snapshot" if is_kept else "Delete"


def _is_member(resource_type: str, properties: Mapping[str, object]) -> bool:
    names = ("DBClusterIdentifier", "db_cluster_identifier")
    return resource_type == "AWS::RDS::DBInstance" and any(name in properties for name in names)


@cache
def _table() -> Mapping[str, Type]:
    content = read_table(__file__, "types.toml")
    return {
        name: Type(
            like=_PREFIX + entry["like"],
            name=entry.get("name", ""),
            forces=tuple(tuple(each.split("/")) for each in entry.get("forces", ())),
            pauses=tuple(entry.get("pauses", ())),
            can_snapshot=entry.get("snapshot", False),
            refuses_full=entry.get("refuses_full", False),
        )
        for name, entry in content.items()
    }
