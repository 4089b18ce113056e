"""A service is up less surely, or open to more, than before."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.images.changed import COMPOSE, Images, is_for_oneself
from weighbridge.landscape.infrastructure.images.composed import Service
from weighbridge.landscape.infrastructure.images.serving import COMES_BACK, serves_others
from weighbridge.landscape.manifests.images import kind_of_image

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Images,),
    roles=(COMPOSE,),
    weaknesses=(668,),
    tags=("compose", "availability", "exposure"),
)
_TRUE: Final = ("true", "yes", "1", "on")
_UNASKED: Final = {
    "POSTGRES_HOST_AUTH_METHOD": ("trust",),
    "MYSQL_ALLOW_EMPTY_PASSWORD": _TRUE,
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": _TRUE,
    "ALLOW_EMPTY_PASSWORD": _TRUE,
    "ALLOW_ANONYMOUS_LOGIN": _TRUE,
    "xpack.security.enabled": ("false",),
    "DISABLE_SECURITY_PLUGIN": _TRUE,
    "NEO4J_AUTH": ("none",),
}
"""Variables by which a store asks nobody for a password, as the pages of the images have them (https://hub.docker.com/_/postgres and its like)."""
_VARIABLE: Final = re.compile(r"(?:^|[\[{]|, )([\w.]+)(?:: |=)([^,\]}]*)")


def check(case: Case) -> Iterable[Finding]:
    """One finding for each thing that is worse."""
    for before, after in case[Images].composed:
        if before is None or after is None:
            continue
        beneath = case[Images].beneath(after)
        for name, was in before.services.items():
            now = after.services.get(name)
            if now is None:
                continue
            under = beneath.services.get(name) if beneath is not None else None
            for words, line, severity in (
                *_worse(was, now),
                *_reached(was, now, under=under, serves=serves_others(after)),
            ):
                yield RULE.finding(
                    f"`{name}` {words}",
                    after.at(line),
                    anchor=f"{name} {words}",
                    severity=Severity.LOW if is_for_oneself(after.path) else severity,
                )


def _worse(was: Service, now: Service) -> Iterator[tuple[str, int, Severity]]:
    is_extended = "extends" in now.settings
    if (
        was.restart.partition(":")[0] in COMES_BACK
        and now.restart.partition(":")[0] not in COMES_BACK
        and not is_extended
    ):
        words = "stays down once it has stopped, after a crash as after a restart of the machine"
        yield words, now.line_of("restart"), Severity.MEDIUM
    if (
        "healthcheck" in was.settings
        and "healthcheck" not in now.settings
        and was.image == now.image
        and not is_extended
    ):
        yield "counts as healthy whatever its state: `healthcheck` is gone", now.line, Severity.MEDIUM
    had = set(_unasked(was))
    for name in _unasked(now):
        if name not in had:
            yield f"asks nobody for a password any more (`{name}`)", now.line_of("environment"), Severity.HIGH


def _reached(was: Service, now: Service, *, under: Service | None, serves: bool) -> Iterator[tuple[str, int, Severity]]:
    """The ports at which whoever reaches the machine is answered, and was not; of the file beneath, an image is the service's, and ports are its too."""
    ports = (*was.ports, *(under.ports if under is not None else ()))
    image = now.image or (under.image if under is not None else "")
    closed = [port for port in ports if not port.is_for_all]
    opened = [port for port in ports if port.is_for_all]
    for port in now.ports:
        if not port.is_for_all or any(map(port.meets, opened)):
            continue
        if any(map(port.meets, closed)):
            words = (
                f"answers at port {port.target} to whoever reaches the machine, and only to the machine itself before"
            )
            yield words, port.line, Severity.HIGH
        elif kind_of_image(image) is not None:
            words = f"is a store, and answers at port {port.target} to whoever reaches the machine"
            yield words, port.line, Severity.HIGH if serves else Severity.MEDIUM


def _unasked(service: Service) -> Iterator[str]:
    """The variables by which whoever reaches a service is let in."""
    for name, value in _VARIABLE.findall(service.settings.get("environment", "")):
        if value.strip().strip("'\"").lower() in _UNASKED.get(name, ()):
            yield name
