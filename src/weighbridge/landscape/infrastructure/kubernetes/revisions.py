"""Which revision Argo CD and Flux deliver: one that stays what it is, or whatever is pushed next.

Sources: https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/, https://fluxcd.io/flux/components/source/gitrepositories/#reference.
"""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part, table, tables, texts
from weighbridge.landscape.infrastructure.realms import is_of_production, is_of_trials

_FIXED: Final = LatePattern(r"(?:refs/tags/.+|[\w./-]*v?\d+\.\d+[\w.+-]*|v\d+|[0-9a-f]{7,40})")
_MOVING: Final = LatePattern(r"HEAD|(?:refs/heads/)?[A-Za-z][A-Za-z_-]*(?:/[A-Za-z_-]+)?|\*")
"""A branch, by a name without a number; or whatever version comes."""
_HEAD: Final = "HEAD"


def unfixed(old: Object, new: Object) -> Iterator[Lapse]:
    """What is told where a tag or a commit was delivered, and a branch is."""
    for steps, was, now in _revisions(old, new):
        if _FIXED.fullmatch(was) is None or _MOVING.fullmatch(now) is None:
            continue
        is_at_once = new.kind != "Application" or part(new.spec, "syncPolicy", "automated") is not None
        what = "is delivered at once, whatever it is" if is_at_once else "is what the next delivery brings"
        words = f"`{now}` is delivered and no longer `{was}`: what is pushed there {what}, and nobody sees by these sources what runs"
        is_grave = is_at_once and _is_for_customers(new)
        yield Lapse(
            steps=steps, words=words, severity=Severity.HIGH if is_grave else Severity.MEDIUM, anchor="revision"
        )
        return


def _revisions(old: Object, new: Object) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Each revision before and after, and where it is said."""
    if new.kind == "GitRepository":
        before, after = (table(each.spec.get("ref")) for each in (old, new))
        fixed = next((str(before[key]) for key in ("commit", "tag") if before.get(key)), "")
        is_fixed = any(after.get(key) for key in ("commit", "tag", "semver", "name"))
        if fixed and not is_fixed:
            yield ("spec", "ref"), fixed, str(after.get("branch") or "master")
        return
    if part(old.spec, "source") is not None and part(new.spec, "source") is not None:
        was, now = (str(part(each.spec, "source", "targetRevision") or _HEAD) for each in (old, new))
        yield ("spec", "source", "targetRevision"), was, now
    known = {_source(each): each for each in tables(old.spec.get("sources"))}
    for each in tables(new.spec.get("sources")):
        if _source(each) in known:
            was, now = (str(one.get("targetRevision") or _HEAD) for one in (known[_source(each)], each))
            yield ("spec", "sources"), was, now


def _source(of: object) -> tuple[str, ...]:
    return tuple(str(table(of).get(key, "")) for key in ("repoURL", "path", "chart", "ref"))


def _is_for_customers(of: Object) -> bool:
    """Whether a name says that it is production's, and none that it is a trial's."""
    names = [*of.path.split("/"), str(of.metadata.get("name", "")), *map(str, of.labels.values())]
    names += [str(part(of.spec, "destination", key) or "") for key in ("namespace", "name")]
    sources = [table(of.spec.get("source")), *tables(of.spec.get("sources"))]
    for each in sources:
        files = [*texts(part(each, "helm", "valueFiles")), str(each.get("path", ""))]
        names += [name for file in files for name in file.split("/")]
    return any(map(is_of_production, names)) and not any(map(is_of_trials, names))
