"""What Argo CD and Flux are told to deliver, and what they delete of themselves."""

from collections.abc import Iterator
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table, tables, texts
from weighbridge.landscape.infrastructure.kubernetes.reading import REMEDY
from weighbridge.landscape.infrastructure.kubernetes.revisions import unfixed
from weighbridge.landscape.infrastructure.realms import is_of_trials

_FLUX: Final = "toolkit.fluxcd.io"
_ARGO: Final = "argoproj.io"
_FINALIZER: Final = "resources-finalizer.argocd.argoproj.io"
_ELSEWHERE: Final = "what it made stays or is deleted where it was, and claims begin empty where it is made anew"


def delivered(old: Object, new: Object) -> Iterator[Lapse]:
    """What is delivered otherwise, and takes something along."""
    if new.key[0].endswith(_FLUX):
        yield from _of_flux(old, new)
    elif new.key[0] == _ARGO and new.kind == "Application":
        yield from _of_application(old, new)
    elif new.key[0] == _ARGO and new.kind == "ApplicationSet":
        yield from _of_set(old, new)
    elif new.key[0] == _ARGO and new.kind == "AppProject":
        yield from _of_project(old, new)


def unseen_chart(old: Object, new: Object) -> CouldNotLook | None:
    """Why nobody can look at what a generator of Kustomize renders, where its chart is another one than before."""
    if new.kind != "HelmChartInflationGenerator":
        return None
    moved = [
        f"`{name}` goes from `{was}` to `{now}`"
        for name in ("name", "repo", "version", "chartName", "chartRepo", "chartVersion")
        if (was := old.values.get(name)) != (now := new.values.get(name))
    ]
    detail = f"{new.path}: {', '.join(moved)} of the chart that it renders: what it declares lies elsewhere, and was not looked at"
    return CouldNotLook(reason=Reason.UNSUPPORTED, detail=detail, remedy=REMEDY) if moved else None


def _turned_on(old: Object, new: Object, *steps: str) -> bool:
    return part(old.spec, *steps) is not True and part(new.spec, *steps) is True


def _moved(old: Object, new: Object, *steps: str) -> tuple[Any, Any] | None:
    """What a part was and is, where it is another; one that was not told, or is not any more, is no other."""
    was, now = part(old.spec, *steps), part(new.spec, *steps)
    return (was, now) if was and now and was != now else None


def _of_flux(old: Object, new: Object) -> Iterator[Lapse]:
    if _turned_on(old, new, "suspend"):
        words = "`suspend`: nothing of it is delivered any more, mended versions neither, and what drifts stays so"
        yield Lapse(steps=("spec", "suspend"), words=words)
    if new.kind == "Kustomization":
        if _turned_on(old, new, "prune") and old.spec.get("prune") is False:
            words = "`prune`: what the sources no longer hold is deleted from now on, all that was left over among it"
            yield Lapse(steps=("spec", "prune"), words=words)
        if _turned_on(old, new, "force"):
            words = (
                "`force`: what the server refuses to change is deleted and made anew, claims with their data among it"
            )
            yield Lapse(steps=("spec", "force"), words=words, severity=Severity.HIGH)
        if old.spec.get("deletionPolicy") in ("Orphan", "MirrorPrune") and new.spec.get("deletionPolicy") == "Delete":
            words = "with it, all that it made is deleted"
            yield Lapse(steps=("spec", "deletionPolicy"), words=words)
    for name in ("targetNamespace", "releaseName", "storageNamespace"):
        if found := _moved(old, new, name):
            words = f"`{name}` is `{found[1]}` and no longer `{found[0]}`: {_ELSEWHERE}"
            yield Lapse(steps=("spec", name), words=words, severity=Severity.HIGH)
    if found := _moved(old, new, "sourceRef", "name"):
        words = f"it is made from `{found[1]}` and no longer from `{found[0]}`: what only that one holds is deleted"
        yield Lapse(steps=("spec", "sourceRef"), words=words)
    if old.spec.get("verify") and not new.spec.get("verify"):
        words = "nobody looks any more whether what is delivered was signed (`verify`)"
        yield Lapse(steps=("spec",), words=words, severity=Severity.HIGH)
    if _turned_on(old, new, "insecure"):
        words = "what is delivered is fetched without asking who answers (`insecure`)"
        yield Lapse(steps=("spec", "insecure"), words=words, severity=Severity.HIGH)
    yield from unfixed(old, new)
    if found := _moved(old, new, "url"):
        words = f"what is delivered comes from `{found[1]}` and no longer from `{found[0]}`"
        yield Lapse(steps=("spec", "url"), words=words)


def _of_application(old: Object, new: Object) -> Iterator[Lapse]:
    had, has = (_FINALIZER in str(each.metadata.get("finalizers")) for each in (old, new))
    if has and not had:
        words = "with it, all that it made is deleted from now on (its finalizer), claims and their data too"
        yield Lapse(steps=("metadata", "finalizers"), words=words)
    if _turned_on(old, new, "syncPolicy", "automated", "prune"):
        words = "`prune`: what the sources no longer hold is deleted from now on, all that was left over among it"
        yield Lapse(steps=("spec", "syncPolicy", "automated", "prune"), words=words)
    if _turned_on(old, new, "syncPolicy", "automated", "allowEmpty"):
        words = "`allowEmpty`: where nothing comes out of the sources, all of it is deleted"
        yield Lapse(steps=("spec", "syncPolicy", "automated", "allowEmpty"), words=words, severity=Severity.HIGH)
    for name in ("server", "name", "namespace"):
        if found := _moved(old, new, "destination", name):
            words = f"it goes to `{found[1]}` and no longer to `{found[0]}`: {_ELSEWHERE}"
            yield Lapse(steps=("spec", "destination", name), words=words, severity=Severity.HIGH)
    options, known = (
        {str(each).replace(" ", "") for each in part(one.spec, "syncPolicy", "syncOptions") or ()} for one in (new, old)
    )
    for option in ("Replace=true", "Force=true"):
        if option in options - known:
            words = f"`{option}`: objects are deleted or replaced as a whole, claims with their data among them"
            yield Lapse(steps=("spec", "syncPolicy", "syncOptions"), words=words, severity=Severity.HIGH)
    yield from unfixed(old, new)
    yield from _another_path(old, new)
    if found := _moved(old, new, "source", "repoURL"):
        words = f"what is delivered comes from `{found[1]}` and no longer from `{found[0]}`"
        yield Lapse(steps=("spec", "source", "repoURL"), words=words)


def _another_path(old: Object, new: Object) -> Iterator[Lapse]:
    """Where it is made from another folder: one for trials, or one by which what only the old one holds is deleted."""
    found = _moved(old, new, "source", "path")
    if found is None:
        return
    was, now = (any(map(is_of_trials, str(each).split("/"))) for each in found)
    automated = part(new.spec, "syncPolicy", "automated")
    prunes = part(new.spec, "syncPolicy", "automated", "prune") is True
    gone = ": what only that one holds is deleted" if prunes else ""
    words = f"it is made from `{found[1]}` and no longer from `{found[0]}`{gone}"
    if now and not was:
        severity = Severity.HIGH if isinstance(automated, dict) else Severity.MEDIUM
        yield Lapse(steps=("spec", "source", "path"), words=f"{words}; that one is for trials", severity=severity)
    elif prunes:
        yield Lapse(steps=("spec", "source", "path"), words=words)


def _of_set(old: Object, new: Object) -> Iterator[Lapse]:
    kept = ("syncPolicy", "preserveResourcesOnDeletion")
    if part(old.spec, *kept) is True and part(new.spec, *kept) is not True:
        words = "with an application that is no longer made, all that it deployed is deleted"
        yield Lapse(steps=("spec", "syncPolicy"), words=words, severity=Severity.HIGH)
    if part(new.spec, *kept) is True:
        return
    gone = [each for each in _elements(old) if each not in _elements(new)]
    if gone and len(_elements(new)) < len(_elements(old)):
        name = next((str(value) for value in gone[0].values() if isinstance(value, str)), "one")
        words = f"`{name}` is no longer among its elements: its application and all that it deployed are deleted"
        yield Lapse(steps=("spec", "generators"), words=words, severity=Severity.HIGH)


def _elements(of: Object) -> list[Any]:
    return [
        each for one in tables(of.spec.get("generators")) for each in tables(table(one.get("list")).get("elements"))
    ]


def _of_project(old: Object, new: Object) -> Iterator[Lapse]:
    if "*" in texts(new.spec.get("sourceRepos")) and "*" not in texts(old.spec.get("sourceRepos")):
        yield Lapse(
            steps=("spec", "sourceRepos"), words="its applications may come from anywhere", severity=Severity.HIGH
        )
    for name, words in (
        ("destinations", "its applications may go anywhere"),
        ("clusterResourceWhitelist", "its applications may make anything in the whole cluster"),
    ):
        was, now = (any(set(each.values()) == {"*"} for each in tables(one.spec.get(name))) for one in (old, new))
        if now and not was:
            yield Lapse(steps=("spec", name), words=words, severity=Severity.HIGH)
