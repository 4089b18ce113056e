"""What becomes reachable from outside a cluster, or loses what kept strangers out."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, table, tables, texts
from weighbridge.landscape.infrastructure.kubernetes.quantities import is_everything, lies_in, network

_OUTWARD: Final = ("LoadBalancer", "NodePort")
_INSIDE: Final = LatePattern(r"(?i)(?:internal|private|purpose)")
_ADDRESSES: Final = LatePattern(r"(?i)(?:loadbalancer-?ips?|lb-?ipam.*/ips|load-balancer-(?:ipv4|ip))$")
_STORES: Final = {
    5432: "PostgreSQL", 3306: "MySQL", 6379: "Redis", 27017: "MongoDB", 9200: "Elasticsearch", 9042: "Cassandra",
    2379: "etcd", 1433: "SQL Server", 11211: "memcached", 5984: "CouchDB", 8123: "ClickHouse", 9092: "Kafka",
    22: "SSH", 6443: "the server of Kubernetes", 10250: "the kubelet",
}  # fmt: skip
_SIGN_IN: Final = LatePattern(
    r"(?:auth-(?:url|type|signin|secret|tls-secret|tls-verify-client|realm)|oauth2?|basic-auth|/auth)$"
)
_ALLOWED: Final = LatePattern(
    r"(?:whitelist|allowlist)-source-range$|load-balancer-source-ranges$|inbound-cidrs$|ipallowlist"
)
_REDIRECT: Final = LatePattern(r"(?:force-)?ssl-redirect$")
_MIDDLEWARES: Final = "traefik.ingress.kubernetes.io/router.middlewares"


def exposed(old: Object | None, new: Object) -> Iterator[Lapse]:
    """What outsiders reach now, and could not before."""
    if new.kind == "Service":
        yield from _of_service(old, new)
    elif new.kind == "Ingress" and old is not None:
        yield from _of_ingress(old, new)
    elif new.kind == "PeerAuthentication" and old is not None:
        was, now = (table(each.spec.get("mtls")).get("mode") for each in (old, new))
        if was == "STRICT" and now != "STRICT":
            words = "who calls no longer has to prove who it is: requests in clear text are let in"
            yield Lapse(steps=("spec", "mtls"), words=words, severity=Severity.HIGH)
    if old is not None and new.kind in ("Service", "Ingress"):
        yield from _of_ranges(old, new)


def _of_service(old: Object | None, new: Object) -> Iterator[Lapse]:
    was = old.spec.get("type") if old is not None else None
    now = new.spec.get("type")
    if now not in _OUTWARD or was == now or (was == "LoadBalancer" and now == "NodePort"):
        if old is not None and now == was == "LoadBalancer" and _is_inside(old) and not _is_inside(new):
            words = "its load balancer is no longer an internal one: whoever knows its address reaches it"
            yield Lapse(steps=("metadata", "annotations"), words=words, severity=Severity.HIGH, anchor="public")
        return
    ports = [each.get("port") for each in tables(new.spec.get("ports"))]
    stores = [_STORES[each] for each in ports if each in _STORES]
    through = "a load balancer of its own" if now == "LoadBalancer" else "a port of every node"
    what = f" ({', '.join(stores)})" if stores else ""
    is_grave = (old is not None or stores) and not _is_inside(new) and not _is_narrow(new)
    yield Lapse(
        steps=("spec", "type"),
        words=f"`{now}` makes it reachable from outside the cluster by {through}{what}",
        severity=Severity.HIGH if is_grave else Severity.MEDIUM,
        anchor="public",
    )


def _is_inside(of: Object) -> bool:
    """Whether a load balancer is said to be internal, or has an address that nobody reaches from outside."""
    return is_said_inside(of.annotations) or _is_private(of.spec.get("loadBalancerIP"))


def is_said_inside(annotations: Mapping[str, Any]) -> bool:
    """Whether one of these says that a load balancer is internal, or gives it an address that nobody reaches from outside."""
    for key, value in annotations.items():
        said = f"{key}={value}".lower()
        if ("internal" in said or "private" in said) and not said.endswith(("=false", "internet-facing", "=external")):
            return True
        if _ADDRESSES.search(key) and all(_is_private(each) for each in str(value).split(",")):
            return True
    return False


def _is_private(address: object) -> bool:
    found = network(address)
    return found is not None and found.is_private


def _is_narrow(of: Object) -> bool:
    """Whether only some addresses are let in."""
    ranges = texts(of.spec.get("loadBalancerSourceRanges"))
    return of.spec.get("type") == "LoadBalancer" and bool(ranges) and not any(map(is_everything, ranges))


def _of_ingress(old: Object, new: Object) -> Iterator[Lapse]:
    hosts = {str(each.get("host")) for each in tables(new.spec.get("rules")) if each.get("host")}
    lost = sorted((_secured(old) - _secured(new)) & hosts)
    if lost or (_is_secured(old) and not _is_secured(new) and hosts):
        words = f"`{(lost or sorted(hosts))[0]}` has no certificate (`tls`) any more: what is sent goes in clear text, or a warning stands before it"
        yield Lapse(steps=("spec",), words=words, severity=Severity.HIGH, anchor="tls")
    before, after = old.annotations, new.annotations
    signs = [key for key in before if _SIGN_IN.search(key) and not any(_SIGN_IN.search(each) for each in after)]
    if signs:
        words = f"`{signs[0]}` is gone: nobody is asked who they are before they get in"
        yield Lapse(steps=("metadata", "annotations"), words=words, severity=Severity.HIGH, anchor="sign-in")
    gone = set(_middlewares(before)) - set(_middlewares(after))
    if any("auth" in each for each in gone):
        words = f"the middleware `{min(each for each in gone if 'auth' in each)}` is gone: nobody is asked who they are before they get in"
        yield Lapse(steps=("metadata", "annotations"), words=words, severity=Severity.HIGH, anchor="sign-in")
    for key, value in after.items():
        if _REDIRECT.search(key) and str(value).lower() == "false" and str(before.get(key)).lower() != "false":
            words = "requests in clear text are answered and no longer sent to the encrypted address"
            yield Lapse(steps=("metadata", "annotations", key), words=words, anchor="redirect")
    was, now = (str(each.spec.get("ingressClassName") or "") for each in (old, new))
    if _INSIDE.search(was) and now and not _INSIDE.search(now):
        words = f"its class is `{now}` and no longer `{was}`: it is served to outsiders"
        yield Lapse(steps=("spec", "ingressClassName"), words=words, severity=Severity.HIGH)


def _middlewares(notes: Mapping[str, Any]) -> list[str]:
    return [each.strip() for each in str(notes.get(_MIDDLEWARES, "")).split(",") if each.strip()]


def _secured(of: Object) -> set[str]:
    """The hosts that have a certificate of their own."""
    return {host for each in tables(of.spec.get("tls")) for host in texts(each.get("hosts"))}


def _is_secured(of: Object) -> bool:
    """Whether it has any certificate, by whatever means."""
    return bool(of.spec.get("tls")) or any(
        "certificate" in key or "cert-arn" in key or "ssl-cert" in key or key.endswith("router.tls")
        for key in of.annotations
    )


def _of_ranges(old: Object, new: Object) -> Iterator[Lapse]:
    """The addresses that are let in: all of them where none is named."""
    before, after = _ranges(old), _ranges(new)
    if not before or any(map(is_everything, before)):
        return
    more = [each for each in after if not any(lies_in(each, other) for other in before)]
    if (new.kind == "Service" and new.spec.get("type") != "LoadBalancer") or (after and not more):
        return
    is_open = not after or any(map(is_everything, more))
    words = "every address is let in" if is_open else f"`{more[0]}` is let in"
    yield Lapse(
        steps=("spec", "loadBalancerSourceRanges") if new.kind == "Service" else ("metadata", "annotations"),
        words=f"{words}, and before only those it named",
        severity=Severity.HIGH if is_open else Severity.MEDIUM,
        anchor="ranges",
    )


def _ranges(of: Object) -> list[str]:
    found = texts(of.spec.get("loadBalancerSourceRanges"))
    for key, value in of.annotations.items():
        if _ALLOWED.search(key):
            found += [each.strip() for each in str(value).split(",") if each.strip()]
    return found
