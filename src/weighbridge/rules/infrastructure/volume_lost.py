"""What a service has stored is no longer where it looks for it."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.images.changed import COMPOSE, Images, is_for_oneself
from weighbridge.landscape.infrastructure.images.composed import UNSAID, Composed, Mount, Service
from weighbridge.landscape.manifests.images import kind_of_image

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Images,),
    roles=(COMPOSE,),
    tags=("compose", "data-loss"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each volume that a service no longer has, or has elsewhere, and for each that is gone with its service."""
    for before, after in case[Images].composed:
        if before is None or after is None:
            continue
        told: set[str] = set()
        for name, was in before.services.items():
            now = after.services.get(name)
            for mount, words in _lost(was, now) if now is not None else ():
                assert now is not None
                if _is_taken_over(mount, was, now=now, before=before, after=after):
                    continue
                told.add(mount.source)
                is_same = _is_same(mount, now, before=before, after=after)
                if is_same:
                    continue
                severity = _severity(was, mount, is_own=is_for_oneself(after.path))
                if is_same is None and severity is Severity.HIGH:
                    severity = Severity.MEDIUM
                yield RULE.finding(
                    f"`{name}` {words}",
                    after.at(now.line_of("volumes")),
                    anchor=f"{name} {mount.target}",
                    severity=severity,
                )
        for name, mount, words in _renamed(before, after):
            told.add(mount.source)
            place = after.at(after.lines[mount.source])
            severity = _severity_of_name(before, after, mount=mount)
            yield RULE.finding(f"`{name}` {words}", place, anchor=f"{name} {mount.target}", severity=severity)
        used = {mount.source for service in after.services.values() for mount in service.mounts}
        for volume in before.volumes:
            if volume not in after.volumes and volume not in told and volume not in used:
                words = f"the volume `{volume}` is declared no more: what is on it is left behind, and the next clean-up deletes it"
                place = before.at(before.lines[volume])
                yield RULE.finding(words, place, anchor=f"volume {volume}", severity=Severity.MEDIUM)


def _lost(was: Service, now: Service) -> Iterator[tuple[Mount, str]]:
    by_target = {mount.target: mount for mount in now.mounts}
    by_source = {mount.source: mount for mount in now.mounts if mount.source}
    for mount in was.mounts:
        if (
            mount.is_read_only
            or not (mount.is_volume or _keeps_data(was))
            or "$" in mount.source
            or _is_made_anew(mount)
        ):
            continue
        same = by_target.get(mount.target)
        if same is not None and same.source != mount.source and "$" not in same.source:
            start = f"`{same.source}`" if same.source else "a new volume"
            yield (
                mount,
                f"begins with {start} at `{mount.target}`: what it has stored is in `{_name(mount)}`, and stays there",
            )
        elif same is None and mount.source and mount.source in by_source:
            if now.image == was.image and not by_source[mount.source].target.startswith(mount.target):
                yield (
                    mount,
                    f"finds `{mount.source}` at `{by_source[mount.source].target}` and not at `{mount.target}`, where it keeps what it stores",
                )
        elif same is None and not any(mount.target.startswith(f"{target}/") for target in by_target):
            yield (
                mount,
                f"keeps what it stores at `{mount.target}` in its own container: it is gone when that is made anew, and `{_name(mount)}` is not looked at",
            )


def _renamed(before: Composed, after: Composed) -> Iterator[tuple[str, Mount, str]]:
    """The volumes that keep their key and are called otherwise on the machine, each with the first service that has it where it had it."""
    told: set[str] = set()
    for name, was in before.services.items():
        now = after.services.get(name)
        kept = {(mount.source, mount.target) for mount in now.mounts} if now is not None else set[tuple[str, str]]()
        for mount in was.mounts:
            old, new = before.names.get(mount.source), after.names.get(mount.source)
            is_kept = (mount.source, mount.target) in kept and mount.source not in told
            if old is None or new is None or not is_kept or mount.is_read_only or _is_made_anew(mount):
                continue
            if old != new and "$" not in f"{old}{new}":
                told.add(mount.source)
                yield (
                    name,
                    mount,
                    f"begins with the volume `{new}` at `{mount.target}`: what it has stored is in `{old}`, and stays there",
                )


def _severity_of_name(before: Composed, after: Composed, *, mount: Mount) -> Severity:
    """One that is there already was made by somebody; and where nobody says what the project is called, two names may be one."""
    if is_for_oneself(after.path):
        return Severity.LOW
    old, new = before.names[mount.source], after.names[mount.source]
    is_there = "external: " in after.volumes[mount.source]
    unsaid = [each for each in (old, new) if each.startswith(UNSAID)]
    may_be_same = unsaid and all(each.endswith(f"_{mount.source}") for each in (old, new))
    return Severity.MEDIUM if is_there or may_be_same else Severity.HIGH


def _is_same(mount: Mount, now: Service, *, before: Composed, after: Composed) -> bool | None:
    """Whether what lies there now is the same volume by another key; None where nobody says what the project is called."""
    same = next((each for each in now.mounts if each.target == mount.target), None)
    old, new = before.names.get(mount.source), after.names.get(same.source) if same is not None else None
    if old is None or new is None:
        return False
    for one, other in ((old, new), (new, old)):
        if one.startswith(UNSAID) and not other.startswith(UNSAID) and other.endswith(one.removeprefix(UNSAID)):
            return None
    return old == new


def _is_taken_over(mount: Mount, was: Service, *, now: Service, before: Composed, after: Composed) -> bool:
    """Whether a service that is new has a volume at the same place now, while the one that had it keeps another: the work is split."""
    kept = {(each.source, each.target) for each in was.mounts} & {(each.source, each.target) for each in now.mounts}
    fresh = (service for name, service in after.services.items() if name not in before.services)
    takers = (each for service in fresh for each in service.mounts)
    is_volume = any(each.is_volume and (each.source, each.target) in kept for each in now.mounts)
    return is_volume and any((each.source, each.target) == (mount.source, mount.target) for each in takers)


def _severity(was: Service, mount: Mount, *, is_own: bool) -> Severity:
    if is_own:
        return Severity.LOW
    return Severity.HIGH if mount.source or _keeps_data(was) else Severity.MEDIUM


def _keeps_data(service: Service) -> bool:
    return kind_of_image(service.image) is not None


def _is_made_anew(mount: Mount) -> bool:
    """Whether what lies there is made anew, or missed by nobody: packages, caches, logs."""
    return any(
        each in mount.target.lower()
        for each in ("node_modules", "cache", "tmp", "venv", "__pycache__", "vendor", "bundle", "/log")
    )


def _name(mount: Mount) -> str:
    return mount.source or "its volume"
