"""What roles of a cluster let do, as sets, and whom bindings name."""

from collections.abc import Iterable, Iterator, Mapping
from math import prod
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, tables, texts

Right = tuple[str, str, str, str]
"""The verb, the group, the resource or path, and the name of one object; an empty name is all of them."""

_WRITES: Final = frozenset({"*", "create", "update", "patch"})
_CHANGES: Final = _WRITES | {"delete", "deletecollection"}
_READS: Final = frozenset({"*", "get", "list", "watch"})
_RUNS: Final = frozenset(
    {"pods/exec", "pods/attach", "pods/ephemeralcontainers", "serviceaccounts/token", "nodes/proxy"}
)
_DECIDES: Final = frozenset(
    {"roles", "clusterroles", "rolebindings", "clusterrolebindings", "mutatingwebhookconfigurations",
     "validatingwebhookconfigurations", "certificatesigningrequests/approval"}
)  # fmt: skip
_BECOMES: Final = {
    "escalate": ("roles", "clusterroles", "*"),
    "bind": ("roles", "clusterroles", "*"),
    "impersonate": ("users", "groups", "serviceaccounts", "uids", "*"),
}
"""Verbs by which one takes rights that one has not, and the resources of which that is so."""
_MOST: Final = 20_000
"""Rights of a role that are looked at one by one."""
_FEW: Final = 3
_PODS: Final = frozenset(
    {"pods", "deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs", "replicationcontrollers"}
)
_WEIGHED: Final = frozenset(
    {"", "/*", "secrets", "rbac.authorization.k8s.io", *_CHANGES, *_READS, *_RUNS, *_DECIDES, *_PODS, *_BECOMES}
) | frozenset(resource for many in _BECOMES.values() for resource in many)
"""Of what a rule lists, what says how bad it is."""
_ALL_ROLES: Final = ("cluster-admin", "admin", "edit")
_EVERYBODY: Final = {
    "system:unauthenticated": "whoever reaches the server, without any name",
    "system:anonymous": "whoever reaches the server, without any name",
    "system:authenticated": "everybody who has any account",
    "system:serviceaccounts": "every pod of the cluster",
    "system:masters": "a group that no rule can bind any more",
}
_HARMLESS: Final = frozenset({"system:public-info-viewer", "system:discovery", "system:basic-user"})
_AGGREGATES: Final = "rbac.authorization.k8s.io/aggregate-to-"
BINDINGS: Final = ("RoleBinding", "ClusterRoleBinding")
ROLES: Final = ("Role", "ClusterRole")
_SHOWN: Final = 3


def rights(of: Object | None) -> frozenset[Right]:
    """What a role lets do, each right alone."""
    if of is None:
        return frozenset()
    found: set[Right] = set()
    for rule in tables(of.values.get("rules")):
        verbs, groups, resources, names, paths = _listed(rule, at_most=_MOST - len(found))
        for verb in verbs:
            found |= {(verb, "url", path, "") for path in paths}
            for group in groups:
                for resource in resources:
                    found |= {(verb, group, resource, name) for name in names or [""]}
    return frozenset(found)


def _listed(rule: Mapping[str, Any], *, at_most: int) -> list[list[str]]:
    """What a rule lists; of one that comes to more rights than anybody reads, what they are weighed by and the first of the rest."""
    listed = [texts(rule.get(key)) for key in ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")]
    if prod(len(each) or 1 for each in listed) <= at_most:
        return listed
    return [
        [name for name in dict.fromkeys(each) if name in _WEIGHED]
        + [name for name in each if name not in _WEIGHED][:_FEW]
        for each in listed
    ]


def is_held(right: Right, by: frozenset[Right]) -> bool:
    """Whether a right was given before, by name or by `*`."""
    verb, group, resource, name = right
    return any(v in ("*", verb) and g in ("*", group) and _is_of(resource, r) and n in ("", name) for v, g, r, n in by)


def _is_of(resource: str, pattern: str) -> bool:
    if pattern in ("*", resource):
        return True
    star, _, below = pattern.partition("/")
    return (star == "*" and below != "" and resource.endswith(f"/{below}")) or (
        pattern.startswith("/") and pattern.endswith("*") and resource.startswith(pattern[:-1])
    )


def weight(right: Right) -> Severity | None:
    """How bad a right is, by what whoever has it can become; None where it is no more than it says."""
    verb, group, resource, name = right
    if group == "url":
        return Severity.MEDIUM if verb == "*" and resource in ("*", "/*") else None
    if (verb, resource) == ("*", "*") and group in ("*", ""):
        return Severity.CRITICAL if group == "*" else Severity.HIGH
    is_grave = resource in _BECOMES.get(verb, ()) and not name
    if group in ("", "*"):
        is_grave |= resource in ("secrets", "*") and (verb in _READS or verb in _WRITES) and not name
        is_grave |= resource in _RUNS and (verb in _WRITES or verb in _READS)
    is_grave |= resource in _DECIDES and verb in _WRITES and not name
    if is_grave:
        return Severity.HIGH
    is_notable = (
        (resource in _PODS and verb in _WRITES) or (resource == "*" and verb in _WRITES) or resource == "secrets"
    )
    return Severity.MEDIUM if is_notable and verb != "delete" else None


def widened(old: Object | None, new: Object) -> Iterator[Lapse]:
    """What a role gives more than before, and to whom else its rights go."""
    if new.kind not in ROLES:
        return
    gathered = audience(new) - audience(old)
    had = frozenset[Right]() if gathered else rights(old)
    more = {each: how for each in rights(new) if (how := weight(each)) is not None and not is_held(each, had)}
    if more:
        worst = min(more.values(), key=lambda each: each.rank)
        starts, started = any(map(_starts, more)), min(filter(_starts, had), default=None)
        is_starting = old is not None and starts and started is None
        if is_starting:
            worst = min(worst, Severity.HIGH, key=lambda each: each.rank)
        whom = f", for everybody bound to {', '.join(f'`{each}`' for each in sorted(gathered))}" if gathered else ""
        end = f": whoever has it {_become(more, is_starting=is_starting)}" if worst.rank <= Severity.HIGH.rank else ""
        if starts and started is not None and worst is Severity.MEDIUM:
            end = f": whoever has it could start pods before, by {_words(started)}"
        severity = _in_one_namespace(new, worst, is_new=old is None)
        words = f"lets {said_rights(more)}{whom}{end}"
        yield Lapse(steps=("rules",), words=words, severity=severity, anchor="rights")
    was, now = (part(each.values, "aggregationRule") if each else None for each in (old, new))
    if now is not None and was is not None and was != now:
        words = "gathers the rights of other roles than before: what these give, and what whoever labels a role adds"
        yield Lapse(steps=("aggregationRule",), words=words, anchor="aggregation")


def said_rights(of: Iterable[Right]) -> str:
    """Rights in words, the worst first."""
    ranked = sorted(of, key=lambda right: (_rank(right), right[2], right[0]))
    rest = f" and {len(ranked) - _SHOWN} more" if len(ranked) > _SHOWN else ""
    return ", ".join(_words(each) for each in ranked[:_SHOWN]) + rest


def _rank(right: Right) -> tuple[int, bool, bool]:
    how = weight(right)
    return how.rank if how is not None else Severity.LOW.rank, not _takes(right), right[2] != "secrets"


def _takes(right: Right) -> bool:
    """Whether by a right one gives oneself others."""
    verb, _, resource, name = right
    return not name and (resource in _BECOMES.get(verb, ()) or (resource in (*_DECIDES, "*") and verb in _WRITES))


def _starts(right: Right) -> bool:
    """Whether by a right one has pods started, which may run as any account of their namespace and mount its secrets (Kubernetes'
    good practices for RBAC, "Workload creation").
    """
    verb, _, resource, _ = right
    return verb in ("*", "create") and resource in (*_PODS, "*")


def _become(more: Iterable[Right], *, is_starting: bool) -> str:
    """What whoever has these rights can do by them, in words."""
    many = list(more)
    if any(map(_takes, many)):
        return "can give itself every other right there"
    if is_starting and all((weight(each) or Severity.LOW) is Severity.MEDIUM for each in many):
        return "can start pods, as any account there and with the secrets of it"
    if any(resource in ("secrets", "*") and weight(each) is not None for each in many for resource in (each[2],)):
        return "has what every secret there opens"
    return "can do whatever the pods there may"


def _in_one_namespace(new: Object, worst: Severity, *, is_new: bool) -> Severity:
    """What a new program may do in a namespace of its own is less than what it may do everywhere."""
    return Severity.MEDIUM if new.kind == "Role" and is_new and worst is Severity.HIGH else worst


def bound(old: Object | None, new: Object, *, gives: frozenset[Right] | None = None) -> Iterator[Lapse]:
    """To whom a binding gives rights that did not have them by it; what its role `gives` is None where nobody knows."""
    fresh = fresh_subjects(old, new)
    role = role_name(new)
    if not fresh:
        return
    everybody = [(each, words) for each in fresh if (words := _whom(each)) and role not in _HARMLESS]
    if everybody:
        whom, words = everybody[0]
        is_nameless = whom.endswith(("system:unauthenticated", "system:anonymous", "system:masters"))
        is_worst = role in _ALL_ROLES or is_nameless
        severity = Severity.CRITICAL if is_worst else Severity.HIGH
        what = ""
        if gives is not None and role not in _ALL_ROLES:
            severity = _for_everybody(gives, is_nameless=is_nameless)
            what = f", who may {said_rights(gives)} by it" if gives else ""
        said = f"gives `{role}` to {words} (`{whom}`){what}"
        yield Lapse(steps=("subjects",), words=said, severity=severity, anchor=role)
    elif role in _ALL_ROLES:
        severity = Severity.MEDIUM if role == "edit" else Severity.HIGH
        if role == "cluster-admin" and new.kind == "ClusterRoleBinding":
            severity = Severity.CRITICAL
        named = ", ".join(f"`{each}`" for each in fresh[:_SHOWN])
        yield Lapse(steps=("subjects",), words=f"gives `{role}` to {named}", severity=severity, anchor=role)


def _for_everybody(gives: frozenset[Right], *, is_nameless: bool) -> Severity:
    """How bad it is that everybody may do this: what is public may be read, and no more."""
    if all(map(_is_public, gives)):
        return Severity.LOW
    worst = min(
        (each for right in gives if (each := weight(right)) is not None), key=lambda each: each.rank, default=None
    )
    writes = any(right[0] in _CHANGES and not right[2].endswith("reviews") for right in gives)
    is_secret = any(right[2] == "secrets" and "public" not in right[3] for right in gives)
    if worst is Severity.CRITICAL or (is_nameless and (writes or is_secret)):
        return Severity.CRITICAL
    return Severity.HIGH if is_nameless or writes or is_secret or worst is Severity.HIGH else Severity.MEDIUM


def _is_public(right: Right) -> bool:
    """Whether a right only reads one thing that is named, no secret that is not called public among it, or asks who one is."""
    verb, group, resource, name = right
    if verb == "create" and resource.endswith("reviews"):
        return True
    if verb in _CHANGES or group == "url":
        return verb == "get" and "*" not in resource
    return bool(name) and (resource != "secrets" or "public" in name)


def fresh_subjects(old: Object | None, new: Object) -> list[str]:
    """Whom a binding names that had not its role by it; nobody where it is none."""
    if new.kind not in BINDINGS:
        return []
    is_same_role = old is not None and old.values.get("roleRef") == new.values.get("roleRef") and old.kind == new.kind
    return sorted(subjects(new) - (subjects(old) if is_same_role else frozenset()))


def role_name(binding: Object) -> str:
    """The name of the role that a binding gives."""
    return str(part(binding.values, "roleRef", "name"))


def subjects(of: Object | None) -> frozenset[str]:
    """Whom a binding names."""
    if of is None:
        return frozenset()
    return frozenset(
        f"{each.get('kind')} {f'{space}/' if (space := each.get('namespace')) else ''}{each.get('name')}"
        for each in tables(of.values.get("subjects"))
    )


def _whom(subject: str) -> str:
    """Which many a subject stands for; empty where it is one."""
    name = subject.partition(" ")[2]
    if name.startswith("system:serviceaccounts:"):
        return "every pod of a namespace"
    return _EVERYBODY.get(name, "")


def audience(of: Object | None) -> frozenset[str]:
    """The server's roles into which a role's rights go by its labels."""
    labels = of.labels if of is not None else {}
    return frozenset(
        key.removeprefix(_AGGREGATES)
        for key, value in labels.items()
        if key.startswith(_AGGREGATES) and str(value).lower() == "true"
    )


def _words(right: Right) -> str:
    verb, group, resource, name = right
    shown = resource if group in ("", "*", "url") or "." not in group else f"{resource}.{group}"
    return f"`{verb}` on `{shown}`" + (f" called `{name}`" if name else "")
