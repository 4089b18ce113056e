"""What is lost with an object that is no longer declared."""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.kubernetes.fates import End, Fate
from weighbridge.landscape.infrastructure.kubernetes.kustomize.build import FILES
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table, tables
from weighbridge.landscape.infrastructure.kubernetes.overlays import selecting
from weighbridge.landscape.infrastructure.kubernetes.reading import read_document
from weighbridge.landscape.infrastructure.kubernetes.selection import MAKERS, ROUTES, is_beside, is_kept, selector_of
from weighbridge.landscape.infrastructure.kubernetes.standing import Group
from weighbridge.landscape.infrastructure.kubernetes.still_asked import asking

_BAD: Final = Severity.HIGH
_UNKEPT: Final = (
    "the pods it was about may be reached by all others where no other policy is about them;"
    " where one is, whom this one let in is kept out"
)
_LOST: Final[Mapping[str, tuple[Severity, str]]] = {
    "PersistentVolumeClaim": (Severity.CRITICAL, "its volume goes with it and what is stored there"),
    "PersistentVolume": (Severity.CRITICAL, "what is stored on it can no longer be reached"),
    "Namespace": (Severity.CRITICAL, "everything in it is deleted, claims and secrets included"),
    "CustomResourceDefinition": (Severity.CRITICAL, "every object of its kind is deleted in all namespaces"),
    "StatefulSet": (_BAD, "it stops, and its claims are left or deleted as it says"),
    "NetworkPolicy": (_BAD, _UNKEPT),
    "CiliumNetworkPolicy": (_BAD, _UNKEPT),
    "ValidatingWebhookConfiguration": (_BAD, "what it refused is let in"),
    "MutatingWebhookConfiguration": (_BAD, "what it added to new objects is missing"),
    "ValidatingAdmissionPolicy": (_BAD, "what it refused is let in"),
    "ValidatingAdmissionPolicyBinding": (_BAD, "what its policy refused is let in"),
    "AuthorizationPolicy": (_BAD, "whom it kept out is let in"),
    "PeerAuthentication": (_BAD, "requests in clear text are let in"),
    "ClusterPolicy": (_BAD, "what it refused is let in"),
    "Deployment": (Severity.MEDIUM, "it stops"),
    "Rollout": (Severity.MEDIUM, "it stops"),
    "DaemonSet": (Severity.MEDIUM, "it stops on every node"),
    "CronJob": (Severity.MEDIUM, "it runs no more"),
    "Service": (Severity.MEDIUM, "its name no longer resolves"),
    "Ingress": (Severity.MEDIUM, "its addresses are no longer served"),
    "Gateway": (Severity.MEDIUM, "its addresses are no longer served"),
    "HTTPRoute": (Severity.MEDIUM, "its addresses are no longer served"),
    "PodDisruptionBudget": (Severity.MEDIUM, "all its pods may be taken down at once"),
    "HorizontalPodAutoscaler": (Severity.MEDIUM, "it grows no further under load"),
    "ResourceQuota": (Severity.MEDIUM, "one namespace may take all there is"),
    "LimitRange": (Severity.MEDIUM, "pods that name no limits have none"),
    "PriorityClass": (Severity.MEDIUM, "pods that name it are refused"),
    "StorageClass": (Severity.MEDIUM, "claims that name it wait for ever"),
    "Certificate": (Severity.MEDIUM, "it is renewed no more"),
    "HelmRelease": (Severity.MEDIUM, "its release is uninstalled, and all it made is deleted"),
    "Application": (Severity.MEDIUM, "it is delivered no more"),
    "ApplicationSet": (_BAD, "its applications are deleted, and what they made"),
    "Schedule": (_BAD, "no further backup is made"),
    "ScheduledBackup": (_BAD, "no further backup is made"),
}  # fmt: skip
_OPERATED: Final[Mapping[str, tuple[str, ...]]] = {
    "postgresql.cnpg.io": ("Cluster", "Database"),
    "acid.zalan.do": ("postgresql",),
    "postgres-operator.crunchydata.com": ("PostgresCluster",),
    "kafka.strimzi.io": ("Kafka", "KafkaTopic", "KafkaNodePool"),
    "elasticsearch.k8s.elastic.co": ("Elasticsearch",),
    "mongodbcommunity.mongodb.com": ("MongoDBCommunity",),
    "psmdb.percona.com": ("PerconaServerMongoDB",),
    "pxc.percona.com": ("PerconaXtraDBCluster",),
    "pgv2.percona.com": ("PerconaPGCluster",),
    "mysql.oracle.com": ("InnoDBCluster",),
    "k8s.mariadb.com": ("MariaDB", "Database"),
    "rabbitmq.com": ("RabbitmqCluster",),
    "redis.redis.opstreelabs.in": ("Redis", "RedisCluster"),
    "clickhouse.altinity.com": ("ClickHouseInstallation",),
    "cassandra.datastax.com": ("CassandraDatacenter",),
    "ceph.rook.io": ("CephCluster", "CephBlockPool", "CephFilesystem", "CephObjectStore"),
    "minio.min.io": ("Tenant",),
}
"""The kinds by which operators make stores of data, by group."""
_CLOUD: Final = ("upbound.io", "crossplane.io", "cnrm.cloud.google.com", "services.k8s.aws", "azure.com")
_CLOUD_DATA: Final = LatePattern(
    r"(?:Bucket|(?:DB|RDS|SQL|Flexible)?Instance|(?:Replication|RDS|DB|AKS|GKE)?Cluster|Table|FileSystem|Volume|Disk|Key"
    r"|Vault|HostedZone|Zone|Queue|StorageAccount|Database(?:Instance)?|FlexibleServer|Repository)$"
)
_DATA_CHART: Final = LatePattern(
    r"(?i)(?:postgres|mysql|mariadb|mongo|redis|valkey|dragonfly|kafka|rabbitmq|elastic|opensearch|cassandra|clickhouse"
    r"|minio|vault|etcd|influxdb|nats|consul|couchdb|neo4j|rook|longhorn|ceph)"
)
_BACKUP: Final = LatePattern(r"(?i)backup|snapshot")
_FEW: Final = 3
_MOST_BYTES: Final = 200_000
_LEFT_BY: Final = frozenset({"Deployment", "DaemonSet", "Rollout", "Service", "Ingress"})
"""Kinds of which it matters who is left behind."""
_ABOUT_PODS: Final = ("PodDisruptionBudget", "NetworkPolicy", "HorizontalPodAutoscaler", "Service")
_BY_NAME: Final = frozenset(
    {"StatefulSet", "HelmRelease", "Application", "ApplicationSet", "PersistentVolume", "Service"}
)
"""Kinds of which another name is another thing: what is stored, or who asks, goes by the old one."""
_MANAGED_BY: Final = "app.kubernetes.io/managed-by"
_FINALIZER: Final = "resources-finalizer.argocd.argoproj.io"


def losses(manifests: Manifests) -> Iterator[tuple[Object, Lapse]]:
    """Each object that is gone and takes something along; many of one kind and file with which the same goes are told as one."""
    alike: dict[tuple[str, str, str], list[tuple[Object, Lapse]]] = {}
    for of, lapse in _each(manifests):
        alike.setdefault((of.path, of.kind, lapse.words), []).append((of, lapse))
    for (_, _, words), found in alike.items():
        if len(found) <= _FEW:
            yield from found
            continue
        (of, lapse), others = found[0], len(found) - 1
        begin = "it is no longer declared"
        more = words.replace(begin, f"{begin}, nor are {others} others of its kind", 1)
        yield (
            of,
            replace(lapse, words=more if more != words else f"{words}; the same holds for {others} others of its kind"),
        )


def _each(manifests: Manifests) -> Iterator[tuple[Object, Lapse]]:
    """Each such object; what goes with something larger that is gone is told there."""
    removed = list(manifests.removed)
    spaces = {each.key[3] for each in removed if each.kind == "Namespace"}
    workloads, twins = Group(removed), _Twins(manifests)
    for each in removed:
        lost = _lost(each)
        if lost is None or each.namespace in spaces or _goes_with(each, workloads, among=manifests):
            continue
        severity, words = lost
        if each.kind == "Namespace":
            words += _within(each, removed)
        if each.kind in _LEFT_BY or _keeps_nothing(each):
            severity, words = _left_alone(each, manifests, severity=severity, words=words)
        if each.kind == "NetworkPolicy" and (label := _label_that_none_has(each, manifests)):
            severity = Severity.MEDIUM
            words = f"{words}; as its `kustomization` puts `{label}` into its selector, and who is named in it is made elsewhere, it may have been about no pod"
        if is_kept(each):
            severity, words = Severity.LOW, "it is left as it is, and nobody declares it any more"
        twin = twins.said_of(each)
        if twin and each.kind not in _BY_NAME and severity is _BAD:
            severity = Severity.MEDIUM  # what it did, the other does
        fate = manifests.fates.of(each) if not each.is_rendered else Fate(end=End.GONE)
        if fate.end is not End.STAYS:
            severity, words = _by_fate(fate, severity, words=f"{words}{twin}", is_sure=each.is_rendered)
            yield each, Lapse(steps=(), words=words, severity=severity, anchor="gone")


def _by_fate(fate: Fate, severity: Severity, *, words: str, is_sure: bool) -> tuple[Severity, str]:
    """How bad it is, and in which words, by what becomes of it."""
    if fate.end is End.LEFT:
        words = f"it is no longer declared, and is left as it runs, for {fate.words}: nobody mends or watches it any more; once it is deleted, {words}"
        return max(severity, Severity.MEDIUM, key=lambda each: each.rank), words
    if fate.end is End.MOVED:
        words = f"it is applied by {fate.words} from now on: if the one before prunes first, it is deleted in between, and {words}"
        return max(severity, Severity.MEDIUM, key=lambda each: each.rank), words
    when = (
        ""
        if is_sure
        else f" {fate.words} prunes, and"
        if fate.words
        else " where GitOps, `--prune` or Helm deletes such objects,"
    )
    return severity, f"it is no longer declared:{when} {words}"


def _lost(of: Object) -> tuple[Severity, str] | None:
    """How bad it is that an object is gone, and why; None where nothing is known to go with it."""
    group, spec = of.key[0], of.spec
    if group.endswith(_CLOUD):
        is_data = _CLOUD_DATA.search(of.kind) is not None and spec.get("deletionPolicy") != "Orphan"
        return (Severity.CRITICAL, "what it made in the cloud is deleted with it") if is_data else None
    if of.kind in _OPERATED.get(group, ()):
        return Severity.CRITICAL, "what it stores is deleted with it"
    if of.kind == "Kustomization":
        return (Severity.MEDIUM, "all that it made is deleted") if spec.get("prune") is True else None
    special = _LOST.get(of.kind)
    if of.kind == "HelmRelease" and _DATA_CHART.search(str(part(spec, "chart", "spec", "chart") or of.key[3])):
        special = _BAD, "its release is uninstalled, and what it stores may go with it"
    elif of.kind == "Application" and _FINALIZER in str(of.metadata.get("finalizers")):
        special = _BAD, "all that it made is deleted, as its finalizer says"
    elif of.kind == "CronJob" and _BACKUP.search(of.key[3]):
        special = _BAD, "no further backup is made"
    elif of.kind == "AuthorizationPolicy" and spec.get("action", "ALLOW") == "ALLOW":
        special = (
            Severity.MEDIUM,
            "whom it let in is kept out by others of its kind, and where there are none, everybody is let in",
        )
    elif _keeps_nothing(of):
        special = _LOST["Deployment"]
    elif of.kind == "PersistentVolume" and spec.get("persistentVolumeReclaimPolicy") == "Retain":
        special = _BAD, "what is stored on it is left, and can be reached by no claim"
    return special


def _keeps_nothing(of: Object) -> bool:
    """Whether a stateful set has no claims: nothing of it outlives its pods, as far as all of it is known."""
    if of.kind != "StatefulSet" or of.is_outline or of.spec.get("volumeClaimTemplates"):
        return False
    return not any("persistentVolumeClaim" in each for each in tables(of.pod.get("volumes")))


def _within(space: Object, removed: list[Object]) -> str:
    named = [each.name for each in removed if each.namespace == space.key[3] and _lost(each) is not None]
    return f" ({', '.join(named[:3])} among it)" if named else ""


def _goes_with(of: Object, workloads: Group, *, among: Manifests) -> bool:
    """Whether it was about pods that are gone with it, and nobody is left who asks for it."""
    if of.kind not in _ABOUT_PODS or (of.kind == "Service" and asking(of, among)):
        return False
    if of.kind == "HorizontalPodAutoscaler":
        target = part(of.spec, "scaleTargetRef", "name")
        return any(each.key[3] == target for each in workloads.of(*MAKERS))
    return next(workloads.chosen(of), None) is not None


def _left_alone(of: Object, manifests: Manifests, *, severity: Severity, words: str) -> tuple[Severity, str]:
    """What still relies on it after the change."""
    standing = manifests.standing(of)
    if of.kind == "Ingress":
        return (
            (_BAD, f"{words}, and {left.name} still stands behind it")
            if (left := _behind(of, manifests))
            else (severity, words)
        )
    if of.kind == "Service":
        routes = (each for each in standing.naming(of.key[3]) if each.kind in ROUTES)
        relying = next((each for each in routes if _routes_to(each, of)), None)
        if relying is not None:
            return _BAD, f"{words}, and {relying.name} still leads there"
        asked = asking(of, manifests)
        return (_BAD, f"{words}, and {asked}") if asked else (severity, words)
    for service in standing.choosing(of):
        if service.kind == "Service" and is_beside(service, of) and next(standing.chosen(service), None) is None:
            return _BAD, f"{words}, and {service.name} leads to nothing"
    return severity, words


def _label_that_none_has(policy: Object, manifests: Manifests) -> str:
    """A label that Kustomize puts into a policy's selector, and not on the pods of an operator's that the policy speaks of."""
    selector = selector_of(policy)
    if not str(selector.get(_MANAGED_BY, "")).endswith("-operator"):
        return ""
    if manifests.tree_before is None or next(manifests.standing(policy).chosen(policy), None) is not None:
        return ""
    tree, read = manifests.tree_before
    folder = policy.path.rpartition("/")[0]
    path = next((RepoPath(f"{folder}/{name}") for name in FILES if f"{folder}/{name}" in tree), None)
    listing = read(tree.blobs[path].oid, _MOST_BYTES) if path is not None else None
    of = (
        read_document(listing, path, side=Side.BASE, kind="Kustomization")
        if path and isinstance(listing, bytes)
        else None
    )
    added = selecting(of) if isinstance(of, Object) else {}
    return next((f"{name}: {value}" for name, value in added.items() if name not in selector), "")


def _behind(ingress: Object, manifests: Manifests) -> Object | None:
    """A service that stays and that nothing else leads to; None where that is not known, as of sources."""
    standing = manifests.standing(ingress)
    for service in standing.called("Service", backends(ingress)) if ingress.is_rendered else ():
        others = (
            each for each in standing.naming(service.key[3]) if each.kind in ROUTES and each.anchor != ingress.anchor
        )
        if is_beside(service, ingress) and not any(_routes_to(each, service) for each in others):
            return service
    return None


def _routes_to(route: Object, service: Object) -> bool:
    if not is_beside(route, service):
        return False
    return service.key[3] in backends(route)


def backends(route: Object) -> set[str]:
    """The services that a route leads to."""
    found: set[str] = set()
    for rule in tables(route.spec.get("rules")):
        for path in tables(table(rule.get("http")).get("paths")):
            found.add(str(part(path, "backend", "service", "name") or part(path, "backend", "serviceName")))
        found |= {str(each.get("name")) for each in tables(rule.get("backendRefs"))}
    found.add(str(part(route.spec, "defaultBackend", "service", "name")))
    return found - {"None"}


class _Twins:
    """The objects that come, by what they say of themselves."""

    def __init__(self, manifests: Manifests) -> None:
        self._manifests = manifests

    def said_of(self, gone: Object) -> str:
        """Which object beside it is the same under another name, in words; empty where none is."""
        twin = self._come.get(_saying(gone))
        return f"; {twin.name} is declared as it was, and is another one" if twin is not None else ""

    @cached_property
    def _come(self) -> Mapping[tuple[str, str, str], Object]:
        come = [new for old, new in self._manifests.pairs if old is None and new is not None]
        return {_saying(each): each for each in reversed(come)}


def _saying(of: Object) -> tuple[str, str, str]:
    return of.path, of.kind, json.dumps(of.spec, sort_keys=True, default=str)
