"""Probes that are gone, or ask nothing any more."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import part, table, texts

_PROBES: Final = (
    ("readinessProbe", "it gets requests before it can answer them, at every rollout", Severity.HIGH),
    ("livenessProbe", "nobody restarts it when it hangs", Severity.MEDIUM),
    ("startupProbe", "it is restarted while it still starts", Severity.MEDIUM),
)
_SAYS_YES: Final = frozenset({"true", "/bin/true", "/usr/bin/true", ":", "echo", "exit 0", "sleep"})
_SLACK: Final = 4
"""How many times as long a failure may stay unnoticed before it is said."""


def probe_lapses(
    name: str, here: tuple[str, ...], *, was: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[Lapse]:
    """What a container's probes no longer notice."""
    for probe, words, severity in _PROBES:
        old, new = table(was.get(probe)), table(now.get(probe))
        if not old or (probe == "startupProbe" and not now.get("livenessProbe")):
            continue
        if not new:
            yield Lapse(steps=here, words=f"`{probe}` of `{name}` is gone: {words}", severity=severity)
        elif _always_passes(new) and not _always_passes(old):
            yield Lapse(
                steps=(*here, probe), words=f"`{probe}` of `{name}` asks nothing of it: {words}", severity=severity
            )
        elif probe != "startupProbe" and _patience(new) > _SLACK * _patience(old):
            late = f"fails after {_patience(new)} s and no longer after {_patience(old)}"
            yield Lapse(steps=(*here, probe), words=f"`{probe}` of `{name}` {late}", anchor=f"{probe} {name}")


def _always_passes(probe: Mapping[str, Any]) -> bool:
    command = texts(part(probe, "exec", "command"))
    if command and command[0].rpartition("/")[2] in ("sh", "bash", "ash") and len(command) > 1:
        command = [command[-1].strip()]
    return bool(command) and (command[0] in _SAYS_YES or command[0].split(" ")[0] in ("true", "echo", ":"))


def _patience(probe: Mapping[str, Any]) -> int:
    """For how long failures are borne, in seconds."""
    period, times = (
        found if isinstance(found := probe.get(key), int) else usual
        for key, usual in (("periodSeconds", 10), ("failureThreshold", 3))
    )
    return int(period) * int(times)
