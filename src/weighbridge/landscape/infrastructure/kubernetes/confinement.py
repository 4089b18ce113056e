"""By what a pod can leave its confines, that it could not before.

Source: the Pod Security Standards (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec.structs import replace

from weighbridge.domain.findings import Severity
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table, tables, texts

_GRAVE_CAPABILITIES: Final = frozenset(
    {"ALL", "SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "BPF", "SYS_RAWIO", "SYS_BOOT",
     "DAC_OVERRIDE", "SYSLOG", "MAC_ADMIN", "PERFMON", "CHECKPOINT_RESTORE"}
)  # fmt: skip
_USUAL_CAPABILITIES: Final = frozenset(
    {"NET_BIND_SERVICE", "CHOWN", "SETUID", "SETGID", "FOWNER", "KILL", "AUDIT_WRITE"}
)
_GRAVE_PATHS: Final = (
    "/etc", "/root", "/proc", "/sys", "/dev", "/boot", "/home", "/var/run", "/run", "/var/lib/kubelet", "/var/lib/docker",
    "/var/lib/containerd", "/var/lib/etcd", "/var/lib/rancher", "/opt/cni", "/usr",
)  # fmt: skip
_MEANING: Final = {
    "ALL": ", everything", "SYS_ADMIN": ", nearly everything", "NET_ADMIN": ", its network", "SYS_PTRACE": ", look into other processes",
    "SYS_MODULE": ", load parts of the kernel", "DAC_READ_SEARCH": ", read any file", "DAC_OVERRIDE": ", change any file of the container",
    "NET_RAW": ", forge packets", "SYS_TIME": ", set its clock", "SYS_BOOT": ", restart it",
}  # fmt: skip
_HOST: Final = (("hostNetwork", "network"), ("hostPID", "processes"), ("hostIPC", "memory"))


def ways_out(old: Object | None, new: Object) -> Iterator[Lapse]:
    """By what its pods can leave their confines now, and could not before."""
    known = {each.words for each in _ways(old)} if old is not None else set()
    fresh = [each for each in _ways(new) if each.words not in known]
    has_all = any(each.steps[-1] == "privileged" for each in fresh)
    for each in fresh:
        is_less = has_all and each.steps[-1] != "privileged"  # whoever has the node has this of it, too
        yield replace(each, severity=Severity.MEDIUM) if is_less else each
    if old is not None and old.is_whole and new.is_whole:
        yield from _given_up(old, new)


def _ways(of: Object) -> Iterator[Lapse]:
    pod, steps = of.pod, of.pod_steps
    for name, words in _HOST:
        if pod.get(name) is True:
            grave = Severity.MEDIUM if of.kind == "DaemonSet" else Severity.HIGH
            yield Lapse(
                steps=(*steps, name), words=f"its pods see the {words} of their node (`{name}`)", severity=grave
            )
    for volume in tables(pod.get("volumes")):
        path = part(volume, "hostPath", "path")
        if isinstance(path, str):
            is_grave = _is_grave(path) and not _only_reads(of, str(volume.get("name")))
            yield Lapse(
                steps=(*steps, "volumes", str(volume.get("name"))),
                words=f"its pods have `{path}` of their node",
                severity=Severity.HIGH if is_grave else Severity.MEDIUM,
            )
    context = table(pod.get("securityContext"))
    yield from _profiles("its pods run", context, steps=(*steps, "securityContext"))
    for name, container in of.containers.items():
        yield from _of_container(of, name, container=container)


def _of_container(of: Object, name: str, *, container: Mapping[str, Any]) -> Iterator[Lapse]:
    context = table(container.get("securityContext"))
    steps = of.in_container(name, "securityContext")
    if context.get("privileged") is True:
        words = f"`{name}` is privileged: whoever gets into it has the node"
        yield Lapse(steps=(*steps, "privileged"), words=words, severity=Severity.HIGH)
    for each in texts(part(context, "capabilities", "add")):
        capability = each.upper().removeprefix("CAP_")
        if capability not in _USUAL_CAPABILITIES:
            grave = Severity.HIGH if capability in _GRAVE_CAPABILITIES else Severity.MEDIUM
            yield Lapse(
                steps=(*steps, "capabilities", "add"),
                words=f"`{name}` may do what only root of the node may (`{capability}`{_MEANING.get(capability, '')})",
                severity=grave,
            )
    if context.get("procMount") == "Unmasked":
        words = f"`{name}` sees all of `/proc`, the kernel's own parts too"
        yield Lapse(steps=(*steps, "procMount"), words=words, severity=Severity.HIGH)
    yield from _profiles(f"`{name}` runs", context, steps=steps)
    for port in tables(container.get("ports")):
        if isinstance(port.get("hostPort"), int) and port["hostPort"] > 0 and of.pod.get("hostNetwork") is not True:
            words = f"`{name}` is reached at port {port['hostPort']} of its node, past all network policies"
            yield Lapse(steps=of.in_container(name, "ports"), words=words)


def _profiles(who: str, context: Mapping[str, Any], *, steps: tuple[str, ...]) -> Iterator[Lapse]:
    for name, what in (("seccompProfile", "any call of the kernel"), ("appArmorProfile", "no profile of AppArmor")):
        if part(context, name, "type") == "Unconfined":
            words = f"{who} with {what} (`{name}: Unconfined`)"
            yield Lapse(steps=(*steps, name), words=words, severity=Severity.HIGH)
    if part(context, "windowsOptions", "hostProcess") is True:
        yield Lapse(steps=(*steps, "windowsOptions"), words=f"{who} as a process of the node", severity=Severity.HIGH)


def _given_up(old: Object, new: Object) -> Iterator[Lapse]:
    """What confined it, and does no more."""
    if (
        old.pod.get("automountServiceAccountToken") is False
        and new.pod.get("automountServiceAccountToken") is not False
    ):
        words = "its pods hold the token of their account again: whoever gets into one speaks to the cluster with it"
        yield Lapse(steps=(*new.pod_steps, "automountServiceAccountToken"), words=words)
    was, now = (str(each.pod.get("serviceAccountName") or "default") for each in (old, new))
    if now != was and "default" not in (was, now):
        words = f"it runs as the account `{now}` and no longer as `{was}`: it has that one's rights"
        yield Lapse(steps=(*new.pod_steps, "serviceAccountName"), words=words)
    if old.pod.get("shareProcessNamespace") is not True and new.pod.get("shareProcessNamespace") is True:
        yield Lapse(
            steps=(*new.pod_steps, "shareProcessNamespace"), words="its containers see each other's processes and files"
        )
    for name in new.containers:
        if name in old.containers:
            yield from _given_up_by(old, new, name=name)


def _given_up_by(old: Object, new: Object, *, name: str) -> Iterator[Lapse]:
    was, now = _effective(old, name), _effective(new, name)
    steps = new.in_container(name, "securityContext")
    if was.get("runAsUser") != 0 and now.get("runAsUser") == 0:
        grave = was.get("runAsUser") is not None or was.get("runAsNonRoot") is True
        yield Lapse(
            steps=(*steps, "runAsUser"),
            words=f"`{name}` runs as root",
            severity=Severity.HIGH if grave else Severity.MEDIUM,
        )
    elif was.get("runAsNonRoot") is True and now.get("runAsNonRoot") is not True:
        is_safe = isinstance(now.get("runAsUser"), int) and now["runAsUser"] > 0
        if not is_safe:
            words = f"`{name}` may run as root again (`runAsNonRoot`)"
            grave = now.get("runAsNonRoot") is False
            yield Lapse(
                steps=(*steps, "runAsNonRoot"), words=words, severity=Severity.HIGH if grave else Severity.MEDIUM
            )
    gains = "allowPrivilegeEscalation"
    if was.get(gains) is False and now.get(gains) is not False:
        grave = now.get(gains) is True
        words = f"`{name}` may gain rights that it was not started with"
        yield Lapse(steps=(*steps, gains), words=words, severity=Severity.HIGH if grave else Severity.MEDIUM)
    if was.get("readOnlyRootFilesystem") is True and now.get("readOnlyRootFilesystem") is not True:
        words = f"`{name}` may write into its own image: what gets in can stay"
        yield Lapse(steps=(*steps, "readOnlyRootFilesystem"), words=words)
    dropped, drops = (set(texts(part(each, "capabilities", "drop"))) for each in (was, now))
    if dropped and not drops & {"ALL", "all"} and dropped - drops:
        what = ", ".join(f"`{each}`" for each in sorted(dropped - drops))
        words = f"`{name}` no longer gives up {what} (`capabilities.drop`): whoever gets into it may use what it was started with"
        yield Lapse(steps=(*steps, "capabilities", "drop"), words=words, anchor=f"drop {name}")
    had, has = (part(each, "seccompProfile", "type") for each in (was, now))
    if had in ("RuntimeDefault", "Localhost") and has is None:
        yield Lapse(steps=steps, words=f"`{name}` has no seccomp profile any more: it may call all of the kernel")


def _effective(of: Object, name: str) -> Mapping[str, Any]:
    """The security context of a container, with what its pod says of all."""
    own = table(of.containers[name].get("securityContext"))
    return {**table(of.pod.get("securityContext")), **{key: each for key, each in own.items() if each is not None}}


def _is_grave(path: str) -> bool:
    plain = "/" + path.strip("/")
    return plain == "/" or any(plain == each or plain.startswith(f"{each}/") for each in _GRAVE_PATHS)


def _only_reads(of: Object, volume: str) -> bool:
    """Whether every container that has a volume may only read it, in a set that runs on every node."""
    mounts = [
        each for c in of.containers.values() for each in tables(c.get("volumeMounts")) if each.get("name") == volume
    ]
    return of.kind == "DaemonSet" and all(each.get("readOnly") is True for each in mounts)
