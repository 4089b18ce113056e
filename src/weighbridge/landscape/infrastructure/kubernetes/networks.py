"""Whom network policies let reach whom, compared as sets of peers and ports."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, table, tables, texts
from weighbridge.landscape.infrastructure.kubernetes.quantities import is_everything, lies_in

_DIRECTIONS: Final = (
    ("Ingress", "ingress", "from", "may be reached by"),
    ("Egress", "egress", "to", "may reach"),
)
_SELECTORS: Final = ("namespaceSelector", "podSelector")
_SPLIT: Final = (
    "; one peer that had to be in such a namespace and bear such labels is two by a dash more, and either is enough"
)
_WORLD: Final = frozenset({"world", "all"})


class _Flow(Struct, frozen=True):
    """One peer at one port; None is everybody, and every port."""

    peer: "Mapping[str, Any] | None"
    port: "Mapping[str, Any] | None"


def opened(old: Object, new: Object) -> Iterator[Lapse]:
    """What a policy lets through that it did not before."""
    if new.kind in ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"):
        yield from _of_cilium(old, new)
    if new.kind in ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy"):
        yield from _of_admin(old, new)
    if new.kind != "NetworkPolicy" or not (new.is_whole and old.is_whole):
        return
    before, after = table(old.spec.get("podSelector")), table(new.spec.get("podSelector"))
    if not selects_all_of(after, before):
        words = "it is about other pods than before: those it no longer selects may be reached by all others"
        yield Lapse(steps=("spec", "podSelector"), words=words, severity=Severity.HIGH)
    for kind, name, peers, words in _DIRECTIONS:
        if kind not in _kinds(old):
            continue
        if kind not in _kinds(new):
            said = f"it is no longer about `{kind}`: its pods {words} everybody"
            yield Lapse(steps=("spec", "policyTypes"), words=said, severity=Severity.HIGH, anchor=kind)
            continue
        had = _flows(old, name, peers=peers)
        fresh = [each for each in _flows(new, name, peers=peers) if not any(_covers(other, each) for other in had)]
        if fresh:
            worst = max(fresh, key=lambda flow: _is_open(flow.peer))
            is_split = _is_split(had, fresh)
            severity = Severity.HIGH if _is_open(worst.peer) or is_split else Severity.MEDIUM
            said = f"its pods {words} {_peer_words(worst.peer)} {_port_words(worst.port)}, as before they could not"
            said += _SPLIT if is_split else ""
            yield Lapse(steps=("spec", name), words=said, severity=severity, anchor=kind)


def selects_all_of(wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> bool:
    """Whether a selector selects all that another does."""
    labels, others = table(wide.get("matchLabels")), table(narrow.get("matchLabels"))
    wanted, given = tables(wide.get("matchExpressions")), tables(narrow.get("matchExpressions"))
    return all(others.get(key) == value for key, value in labels.items()) and all(
        each in given or _is_met(each, others) for each in wanted
    )


def _is_met(expression: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    key, operator, values = expression.get("key"), expression.get("operator"), expression.get("values")
    if operator == "Exists":
        return key in labels
    return operator == "In" and key in labels and labels[str(key)] in (values or ())


def _kinds(of: Object) -> list[str]:
    return texts(of.spec.get("policyTypes")) or ["Ingress", *(["Egress"] if of.spec.get("egress") else [])]


def _flows(of: Object, name: str, *, peers: str) -> list[_Flow]:
    found: list[_Flow] = []
    rules = of.spec.get(name)
    for rule in rules if isinstance(rules, list) else ():
        whom: list[Mapping[str, Any] | None] = list(tables(table(rule).get(peers))) or [None]
        ports: list[Mapping[str, Any] | None] = list(tables(table(rule).get("ports"))) or [None]
        found += [_Flow(peer, port) for peer in whom for port in ports]
    return found


def _is_split(had: Iterable[_Flow], fresh: Iterable[_Flow]) -> bool:
    """Whether a peer that is told by its namespace and by its own labels became two, each told by one of these."""
    peers = [each.peer for each in fresh if each.peer is not None]
    for old in had:
        space, pods = (table(table(old.peer).get(name)) for name in _SELECTORS)
        if space and pods and {"namespaceSelector": space} in peers and {"podSelector": pods} in peers:
            return True
    return False


def _covers(wide: _Flow, narrow: _Flow) -> bool:
    return _covers_port(wide.port, narrow.port) and _covers_peer(wide.peer, narrow.peer)


def _covers_port(wide: Mapping[str, Any] | None, narrow: Mapping[str, Any] | None) -> bool:
    if wide is None or narrow is None:
        return wide is None
    if wide.get("protocol", "TCP") != narrow.get("protocol", "TCP"):
        return False
    if wide.get("port") is None or wide.get("port") == narrow.get("port"):
        return wide.get("port") is None or _last(narrow) <= _last(wide)
    first, other = wide.get("port"), narrow.get("port")
    if not isinstance(first, int) or not isinstance(other, int):
        return False
    return first <= other and _last(narrow) <= _last(wide)


def _last(port: Mapping[str, Any]) -> int:
    found = port.get("endPort", port.get("port"))
    return found if isinstance(found, int) else 0


def _covers_peer(wide: Mapping[str, Any] | None, narrow: Mapping[str, Any] | None) -> bool:
    if wide is None or narrow is None:
        return wide is None
    if "ipBlock" in wide or "ipBlock" in narrow:
        outer, inner = table(wide.get("ipBlock")), table(narrow.get("ipBlock"))
        if not outer or not inner or not lies_in(inner.get("cidr"), outer.get("cidr")):
            return False
        spared = texts(inner.get("except"))
        return all(any(lies_in(each, other) for other in spared) for each in texts(outer.get("except")))
    for name in _SELECTORS:
        one, other = wide.get(name), narrow.get(name)
        if name == "namespaceSelector" and (one is None) != (other is None):
            return False  # without it, the policy's own namespace is meant
        if not selects_all_of(table(one), table(other)):
            return False
    return True


def _is_open(peer: Mapping[str, Any] | None) -> bool:
    """Whether a peer is everybody, or everybody in the cluster."""
    if peer is None or is_everything(table(peer.get("ipBlock")).get("cidr", "none")):
        return True
    return peer.get("namespaceSelector") == {} and not peer.get("podSelector")


def _peer_words(peer: Mapping[str, Any] | None) -> str:
    if peer is None:
        return "everybody"
    if cidr := table(peer.get("ipBlock")).get("cidr"):
        return f"`{cidr}`"
    if peer.get("namespaceSelector") == {} and not peer.get("podSelector"):
        return "all pods of all namespaces"
    chosen = [f"{key}={value}" for name in _SELECTORS
              for key, value in table(table(peer.get(name)).get("matchLabels")).items()]  # fmt: skip
    return f"the pods of `{', '.join(chosen)}`" if chosen else "other pods"


def _port_words(port: Mapping[str, Any] | None) -> str:
    return f"at port {port['port']}" if port is not None and port.get("port") is not None else "at every port"


def _of_cilium(old: Object, new: Object) -> Iterator[Lapse]:
    for name, side, words in (("ingress", "from", "may be reached by"), ("egress", "to", "may reach")):
        was, now = (_open_in(each, name, side=side) for each in (old, new))
        if now - was:
            said = f"its pods {words} `{min(now - was)}`, as before they could not"
            yield Lapse(steps=("spec", name), words=said, severity=Severity.HIGH, anchor=name)


def _open_in(of: Object, name: str, *, side: str) -> set[str]:
    found: set[str] = set()
    for rule in tables(of.spec.get(name)):
        found |= _WORLD & set(texts(rule.get(f"{side}Entities")))
        found |= {each for each in texts(rule.get(f"{side}CIDR")) if is_everything(each)}
        found |= {str(each["cidr"]) for each in tables(rule.get(f"{side}CIDRSet")) if is_everything(each.get("cidr"))}
    return found


def _of_admin(old: Object, new: Object) -> Iterator[Lapse]:
    """A policy of the cluster's administrators, whose rules each let pass, refuse or leave it to others."""
    for _, name, peers, words in _DIRECTIONS:
        was, now = (_let_by_admin(each, name, peers=peers) for each in (old, new))
        if fresh := sorted(now - was):
            peer, ports = fresh[0]
            is_narrow = bool(ports) and name == "egress"
            said = f"the pods it is about {words} {peer} {ports or 'at every port'}, whatever other policies say"
            yield Lapse(
                steps=("spec", name), words=said, severity=Severity.MEDIUM if is_narrow else Severity.HIGH, anchor=name
            )
        denied = [each for each in tables(old.spec.get(name)) if each.get("action") == "Deny"]
        left = [each for each in tables(new.spec.get(name)) if each.get("action") == "Deny"]
        lost = [each for each in denied if not any(other.get(peers) == each.get(peers) for other in left)]
        if lost:
            said = (
                f"its rule `{lost[0].get('name', name)}` refuses no longer what it refused whatever other policies say"
            )
            yield Lapse(steps=("spec", name), words=said, severity=Severity.HIGH, anchor=f"deny {name}")


def _let_by_admin(of: Object, name: str, *, peers: str) -> set[tuple[str, str]]:
    """Everybody whom it lets pass, each with the ports."""
    found: set[tuple[str, str]] = set()
    for rule in tables(of.spec.get(name)):
        numbers = [table(inner) for each in tables(rule.get("ports")) for inner in each.values()]
        told = [str(each.get("port", f"{each.get('start')} to {each.get('end')}")) for each in numbers]
        ports = f"at port {', '.join(told)}" if told else ""
        for peer in tables(rule.get(peers)) if rule.get("action") == "Allow" else ():
            found |= {(f"`{each}`", ports) for each in texts(peer.get("networks")) if is_everything(each)}
            if peer.get("namespaces") == {}:
                found.add(("all pods of all namespaces", ports))
    return found
