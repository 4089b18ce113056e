"""Dangers in manifests of Kubernetes: what a workload loses, or may do to its machine."""

import re
from collections.abc import Iterator
from typing import Final

from benchmarks.planting.danger import Danger, Ground, Plant

_DOCUMENT: Final = re.compile(r"^---.*$", re.M)
_KEEPS: Final = re.compile(
    r"^kind: (?:Deployment|StatefulSet|DaemonSet|PersistentVolumeClaim|Namespace|Service)$", re.M
)
_CONTAINER: Final = re.compile(r"^(?P<indent> +)- name: [\w.-]+\n(?P=indent)  image: ", re.M)


_MAY_ALREADY: Final = r"^( +)(?:- )?resources:\n(?: +- .*\n)*? +- '?(?:\*|secrets|pods|deployments|statefulsets|daemonsets|jobs)'?\n(?: +- .*\n)* +verbs:\n +- '\*'\n"
"""Whoever may do all with secrets, or with what starts pods, in a cluster can do everything by that: more is given to nobody."""


def _changed(pattern: str, instead: str, *, only: str = "", never: str = r"(?!)") -> Plant:
    def plant(ground: Ground) -> str | None:
        if (only and not re.search(only, ground.text, re.M)) or re.search(never, ground.text, re.M):
            return None
        text, times = re.subn(pattern, instead, ground.text, count=1, flags=re.M)
        return text if times and text != ground.text else None

    return plant


def _one_less(ground: Ground) -> str | None:
    documents = _DOCUMENT.split(ground.text)
    keeps = [index for index, each in enumerate(documents) if _KEEPS.search(each)]
    if not keeps or len(documents) < 2:
        return None
    del documents[ground.chance.choice(keeps)]
    return "\n---\n".join(documents)


def _may_do_everything(ground: Ground) -> str | None:
    found = _CONTAINER.search(ground.text)
    if found is None or "securityContext" in ground.text or "kind: Deployment" not in ground.text:
        return None
    inner = found["indent"] + "  "
    end = ground.text.index("\n", found.end()) + 1
    return f"{ground.text[:end]}{inner}securityContext:\n{inner}  privileged: true\n{ground.text[end:]}"


def _on_the_host(ground: Ground) -> str | None:
    """Not where its pods are there already."""
    found = None if "hostPID" in ground.text else re.search(r"^( +)containers:\n", ground.text, re.M)
    return ground.text[: found.start()] + f"{found[1]}hostPID: true\n" + ground.text[found.start() :] if found else None


def dangers() -> Iterator[Danger]:
    """All of them."""
    yield Danger(name="an object is gone", plant=_one_less)
    yield Danger(name="nothing runs any more", plant=_changed(r"^(spec:\n  replicas: )[1-9]\d*", r"\g<1>0"))
    yield Danger(name="a container may do everything to its machine", plant=_may_do_everything)
    yield Danger(name="a pod sees every process of its machine", plant=_on_the_host)
    yield Danger(
        name="a container may become root",
        plant=_changed(r"^( +allowPrivilegeEscalation: )false", r"\1true"),
    )
    yield Danger(name="a container is privileged", plant=_changed(r"^( +privileged: )false", r"\1true"))
    yield Danger(
        name="what nobody can change is changed",
        plant=_changed(
            r"^(spec:\n(?:  [^\n]*\n)*?  selector:\n    matchLabels:\n      [\w./-]+: )(\S+)",
            r"\1\2-planted",
            only="^kind: Deployment",
        ),
    )
    yield Danger(
        name="a role may do everything",
        plant=_changed(
            r"^( +- (?:secrets|pods|deployments)\n)( +)verbs:\n(?:\2(?:  )?- [a-z]+\n)+",
            r'\1\2verbs: ["*"]\n',
            only="^kind: (?:Cluster)?Role$",
            never=_MAY_ALREADY,
        ),
    )
