"""What a type of resource holds, and what whoever deletes one loses: the table `kinds.toml`, ready to be asked."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.tables import read_table


class Holds(StrEnum):
    """What is gone with a resource."""

    DATABASE = "database"
    BUCKET = "bucket"
    VOLUME = "volume"
    BACKUP = "backup"
    QUEUE = "queue"
    TOPIC = "topic"
    STREAM = "stream"
    KEY = "key"
    SECRET = "secret"  # noqa: S105 - a kind of resource, no secret
    ZONE = "zone"
    REGISTRY = "registry"
    USERS = "users"
    LOGS = "logs"
    GENERATED = "generated"
    VALUE = "value"
    CATALOG = "catalog"
    ENVIRONMENT = "environment"
    COMPUTE = "compute"
    NETWORK = "network"
    FILTER = "filter"


LOST: Final[Mapping[Holds, str]] = {
    Holds.DATABASE: "every row in it is gone",
    Holds.BUCKET: "every object in it is gone, and anybody may take its name",
    Holds.VOLUME: "everything stored on it is gone",
    Holds.BACKUP: "what could be restored from it cannot be any more",
    Holds.QUEUE: "the messages that wait in it are gone, and senders fail",
    Holds.TOPIC: "its subscriptions are gone, and publishers fail",
    Holds.STREAM: "the records not yet read are gone, and so is where each reader stood",
    Holds.KEY: "whatever is encrypted or signed with it can never be read or proven again",
    Holds.SECRET: "its value and all versions of it are gone, and whoever reads it fails",
    Holds.ZONE: "every name in it stops resolving, and a new one gets other name servers",
    Holds.REGISTRY: "the images or sources in it are gone, and what runs from them cannot start again",
    Holds.USERS: "the accounts in it and what was granted to them are gone; new ones get other ids",
    Holds.LOGS: "what was logged is gone, evidence included",
    Holds.GENERATED: "what it made cannot be made again, and whatever it opens gets another",
    Holds.VALUE: "whoever reads it fails",
    Holds.CATALOG: "where the data lies and what it means is told nowhere: queries fail, and the files themselves stay",
    Holds.ENVIRONMENT: "everything that lives in it goes with it",
    Holds.COMPUTE: "what runs on it stops",
    Holds.NETWORK: "what reaches others through it is cut off",
    Holds.FILTER: "what it let through and what it kept out is decided by nothing any more",
}
"""What is lost, in words that end a sentence."""

LOST_ALONE: Final[Mapping[Holds, str]] = {
    Holds.QUEUE: "the messages that wait in it are gone",
    Holds.TOPIC: "its subscriptions are gone",
    Holds.SECRET: "its value and all versions of it are gone",
    Holds.REGISTRY: "the images or sources in it are gone",
    Holds.VALUE: "its value is gone",
    Holds.GENERATED: "what it made is gone, and so is all that used it",
}
"""The same where nobody is left who relies on it."""

_CACHE: Final = "every entry in it is gone, and what was kept nowhere else with it"
_IDENTITY: Final = "what was granted to it is gone with it, and one that is made anew has another id"
_PRIVATE_ZONE: Final = "every name in it stops resolving in the networks that it is linked to"
_LOST_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "aws_elasticache_cluster", "aws_elasticache_replication_group", "aws_elasticache_serverless_cache",
            "google_redis_instance", "google_redis_cluster", "google_memcache_instance", "azurerm_redis_cache",
            "azurerm_redis_enterprise_cluster", "azurerm_managed_redis",
        ),
        _CACHE,
    ),
    **dict.fromkeys(
        (
            "azurerm_user_assigned_identity", "azuread_service_principal", "azuread_application", "azuread_user",
            "azuread_application_registration", "google_service_account", "aws_identitystore_user",
        ),
        _IDENTITY,
    ),
    **dict.fromkeys(("azurerm_private_dns_zone", "aws_service_discovery_private_dns_namespace"), _PRIVATE_ZONE),
}  # fmt: skip
"""The same of types of which the words of their class are not true."""

IRREVERSIBLE: Final = frozenset(
    {
        Holds.DATABASE, Holds.BUCKET, Holds.VOLUME, Holds.BACKUP, Holds.QUEUE, Holds.TOPIC, Holds.STREAM, Holds.KEY,
        Holds.SECRET, Holds.ZONE, Holds.REGISTRY, Holds.USERS, Holds.LOGS, Holds.GENERATED, Holds.VALUE,
        Holds.CATALOG,
    }
)  # fmt: skip
"""What cannot be made again: an apply of what was before brings back an empty one, or another."""


LESSER: Final = frozenset({Holds.LOGS, Holds.GENERATED, Holds.VALUE, Holds.CATALOG})
"""Among these, what a business lives on without, or can set anew."""


class Kind(Struct, frozen=True, kw_only=True):
    """What is known of one type: `forces` are its arguments that cannot be changed in place, `source` the page that says so.

    `pauses` are the paths of those that are changed in place and stop it for a while.
    """

    type: str
    holds: Holds
    source: str
    forces: tuple[str, ...] = ()
    pauses: tuple[tuple[str, ...], ...] = ()
    lowers: Mapping[tuple[str, ...], tuple[str, ...]] = {}
    """The paths of those that another one is made of if they are lowered; where they are words, these, the least first."""

    @property
    def is_irreversible(self) -> bool:
        """Whether what it holds cannot be made again."""
        return self.holds in IRREVERSIBLE

    @property
    def is_grave(self) -> bool:
        """Whether what it holds cannot be made again, and nobody can do without."""
        return self.is_irreversible and self.holds not in LESSER

    @property
    def severity(self) -> Severity:
        """How bad it is to lose what it holds."""
        if self.is_grave:
            return Severity.CRITICAL
        return Severity.MEDIUM if self.holds is Holds.CATALOG else Severity.HIGH

    @property
    def lost(self) -> str:
        """What is lost with it, in words."""
        return _LOST_OF.get(self.type, LOST[self.holds])

    @property
    def lost_alone(self) -> str:
        """The same where nobody is left who relies on it."""
        return LOST_ALONE.get(self.holds, self.lost)


def kind_of(resource_type: str) -> Kind | None:
    """What is known of a type; None where the table has nothing of it."""
    return _table().get(resource_type)


def holds(resource_type: str, *any_of: Holds) -> bool:
    """Whether a type is known to hold one of these."""
    kind = kind_of(resource_type)
    return kind is not None and kind.holds in any_of


_COMES_AND_GOES: Final = (
    "_record", "_record_set", "_listener", "_target_group", "_eip", "_address", "_public_ip", "_network_interface", "_endpoint",
    "_acl", "_ingress", "_ingress_v1", "_network_policy", "_network_policy_v1", "_service", "_service_v1", "_url_map",
    "_backend_service", "_forwarding_rule", "_cdn", "_peering", "_connection", "_pool", "_domain_name", "_distribution",
)  # fmt: skip
"""How the types of networks end that come and go with single services, or are told by others that matter more."""


def carries(resource_type: str) -> bool:
    """Whether many are reached through one of this type: a subnet, a gateway, a load balancer."""
    return holds(resource_type, Holds.NETWORK) and not resource_type.endswith(_COMES_AND_GOES)


_PASSING: Final = (
    "_record", "_record_set", "_listener", "_network_interface", "_acl", "_ingress", "_ingress_v1", "_network_policy",
    "_network_policy_v1", "_service", "_service_v1", "_pool",
)  # fmt: skip
"""Among these, what is made anew within a moment, and keeps the address by which others know it."""


def bears_traffic(resource_type: str) -> bool:
    """Whether requests go through one of this type, so that they fail from its end until another has taken its place."""
    return holds(resource_type, Holds.NETWORK) and not resource_type.endswith(_PASSING)


_MODULES: Final = (
    ("terraform-aws-modules/rds", Holds.DATABASE),
    ("terraform-aws-modules/dynamodb-table", Holds.DATABASE),
    ("terraform-aws-modules/s3-bucket", Holds.BUCKET),
    ("terraform-aws-modules/efs", Holds.VOLUME),
    ("terraform-aws-modules/sqs", Holds.QUEUE),
    ("terraform-aws-modules/sns", Holds.TOPIC),
    ("terraform-aws-modules/msk-kafka-cluster", Holds.STREAM),
    ("terraform-aws-modules/kms", Holds.KEY),
    ("terraform-aws-modules/secrets-manager", Holds.SECRET),
    ("terraform-aws-modules/ecr", Holds.REGISTRY),
    ("terraform-aws-modules/elasticache", Holds.DATABASE),
    ("terraform-aws-modules/opensearch", Holds.DATABASE),
    ("terraform-aws-modules/vpc", Holds.ENVIRONMENT),
    ("terraform-aws-modules/eks", Holds.ENVIRONMENT),
    ("terraform-aws-modules/ecs", Holds.ENVIRONMENT),
    ("terraform-google-modules/sql-db", Holds.DATABASE),
    ("googlecloudplatform/sql-db", Holds.DATABASE),
    ("terraform-google-modules/bigquery", Holds.DATABASE),
    ("terraform-google-modules/cloud-storage", Holds.BUCKET),
    ("terraform-google-modules/kms", Holds.KEY),
    ("terraform-google-modules/network", Holds.ENVIRONMENT),
    ("terraform-google-modules/kubernetes-engine", Holds.ENVIRONMENT),
    ("terraform-google-modules/project-factory", Holds.ENVIRONMENT),
    ("azure/aks", Holds.ENVIRONMENT),
    ("azure/vnet", Holds.ENVIRONMENT),
    ("azure/postgresql", Holds.DATABASE),
    ("azure/avm-res-storage-storageaccount", Holds.BUCKET),
    ("azure/avm-res-keyvault-vault", Holds.KEY),
)
"""How the addresses of modules begin, in the public registry (registry.terraform.io/modules), and what each makes."""


def module_holds(source: str) -> Holds | None:
    """What a module of the public registry makes; None where that is not known."""
    wanted = source.lower().removeprefix("tfr://").removeprefix("/").removeprefix("registry.terraform.io/")
    return next((held for start, held in _MODULES if wanted.startswith((f"{start}/", f"{start}-"))), None)


@cache
def _table() -> Mapping[str, Kind]:
    content = read_table(__file__, "kinds.toml")
    found: dict[str, Kind] = {}
    for provider in content.values():
        forces, pauses = provider.get("forces", {}), provider.get("pauses", {})
        lowers, falls = provider.get("lowers", {}), provider.get("falls", {})
        everywhere = provider.get("everywhere", ())
        for held, names in provider["holds"].items():
            for name in names:
                found[provider["prefix"] + name] = Kind(
                    type=provider["prefix"] + name,
                    holds=Holds(held),
                    source=provider["source"] + name,
                    forces=(*forces.get(name, ()), *everywhere),
                    pauses=tuple(tuple(each.split(".")) for each in pauses.get(name, ())),
                    lowers={tuple(each.split(".")): () for each in lowers.get(name, ())}
                    | {tuple(each.split(".")): tuple(words) for each, words in falls.get(name, {}).items()},
                )
    return found
