"""What a cluster itself runs on: its version, the versions of its operators, how its nodes are set up.

Sources: https://docs.redhat.com/en/documentation/openshift_container_platform (machine configuration, updating clusters, operators).
"""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table

NODES: Final = frozenset({"MachineConfig", "KubeletConfig", "ContainerRuntimeConfig"})
"""Kinds by which nodes are set up: what is otherwise in one is brought to a node by draining and restarting it."""
KINDS: Final = frozenset({*NODES, "ClusterVersion", "Subscription", "MachineConfigPool"})
_OPERATORS: Final = "operators.coreos.com"
_ROLE: Final = "machineconfiguration.openshift.io/role"
_NUMBER: Final = LatePattern(r"\d+")


def platform_lapses(old: Object | None, new: Object | None) -> Iterator[Lapse]:
    """What is otherwise for all that runs on a cluster."""
    shown = new or old
    if shown is None or shown.kind not in KINDS:
        return
    if shown.kind in NODES:
        yield from _of_nodes(old, new)
    elif old is None or new is None:
        return
    elif new.kind == "ClusterVersion":
        yield from _of_cluster(old, new)
    elif new.kind == "Subscription" and new.key[0] == _OPERATORS:
        yield from _of_operator(old, new)
    elif new.kind == "MachineConfigPool" and new.spec.get("paused") is True and old.spec.get("paused") is not True:
        words = "its nodes are held back: certificates and patches of the system reach them no more until it goes on"
        yield Lapse(steps=("spec", "paused"), words=words, anchor="paused")


def _of_nodes(old: Object | None, new: Object | None) -> Iterator[Lapse]:
    shown = new or old
    if shown is None or (old is not None and new is not None and old.spec == new.spec):
        return
    pool = shown.labels.get(_ROLE)
    whose = f"every node of `{pool}`" if isinstance(pool, str) else "every node that it is about"
    how = "comes" if old is None else "is gone" if new is None else "is otherwise"
    words = (
        f"it {how}: {whose} is drained and restarted, one after another, and stays out where it does not come up again"
    )
    yield Lapse(steps=("spec",) if old is not None and new is not None else (), words=words, anchor="nodes")


def _of_cluster(old: Object, new: Object) -> Iterator[Lapse]:
    steps = ("spec", "desiredUpdate", "version")
    was, now = (part(each.values, *steps) for each in (old, new))
    if was is not None and now is not None and was != now:
        before, after = _line(was), _line(now)
        is_line = before != after
        back = ", and a cluster never goes back" if is_line or after >= before else ""
        words = f"`version` goes from `{was}` to `{now}`: control plane and nodes are replaced one after another{back}"
        yield Lapse(steps=steps, words=words, severity=Severity.MEDIUM if is_line else Severity.LOW, anchor="version")
    elif old.spec.get("channel") not in (None, new.spec.get("channel")):
        words = f"`channel` goes from `{old.spec['channel']}` to `{new.spec.get('channel')}`: other versions are offered from now on"
        yield Lapse(steps=("spec", "channel"), words=words, severity=Severity.LOW, anchor="channel")


def _of_operator(old: Object, new: Object) -> Iterator[Lapse]:
    for name in ("channel", "startingCSV", "source"):
        was, now = old.spec.get(name), new.spec.get(name)
        if was is None or now is None or was == now:
            continue
        is_asked = table(new.spec).get("installPlanApproval") == "Manual"
        more = "; somebody has to approve the plan first" if is_asked else ", at once and without being asked"
        words = f"`{name}` goes from `{was}` to `{now}`: the operator is replaced, and all that it runs may be{more}; it does not go back"
        is_major = _line(was)[:1] != _line(now)[:1]
        severity = Severity.LOW if is_asked and not is_major else Severity.MEDIUM
        yield Lapse(steps=("spec", name), words=words, severity=severity, anchor=name)
        return


def _line(version: object) -> tuple[int, ...]:
    """The first two numbers of a version."""
    return tuple(int(found[0][:6]) for found in list(_NUMBER.finditer(str(version)))[:2])
