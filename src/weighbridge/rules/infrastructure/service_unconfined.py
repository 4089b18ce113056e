"""A container can leave its confines."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.images.changed import COMPOSE, DOCKERFILE, Images, is_for_oneself
from weighbridge.landscape.infrastructure.images.composed import Service
from weighbridge.landscape.infrastructure.images.powers import powers_of_options
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.model import Job, Pipeline

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Images, Pipelines),
    roles=(COMPOSE, DOCKERFILE, ROLE),
    weaknesses=(250,),
    tags=("image", "pipeline", "exposure"),
)
_SEEN: Final = {"pid": "processes", "ipc": "memory", "network_mode": "network", "userns_mode": "users"}
_WHOLE: Final = frozenset({"/", "/etc", "/root", "/proc", "/sys", "/dev", "/boot", "/var/lib/docker"})
_DANGEROUS: Final = frozenset({"ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "SYS_RAWIO", "BPF"})
_DAEMON: Final = re.compile(r"(?:^|/)docker:(?:[\w.-]*-)?dind\b")


def check(case: Case) -> Iterable[Finding]:
    """One finding for each way that a service, a build or a job did not have."""
    olds = [old for old, _ in case[Images].composed if old is not None]
    for before, after in case[Images].composed:
        for name, service in after.services.items() if after is not None else ():
            assert after is not None
            known = {words for each in olds if (former := each.services.get(name)) for words, _ in _powers(former)}
            for words, line in _powers(service):
                if words not in known:
                    yield RULE.finding(
                        f"`{name}` {words}",
                        after.at(line),
                        anchor=f"{name} {words}",
                        severity=Severity.MEDIUM
                        if _is_less(words, after.path, is_new=before is None)
                        else Severity.HIGH,
                    )
    for old, new in case[Images].built:
        if new is not None:
            had = old is not None and any(
                _is_insecure(each.flags) for stage in old.said.stages for each in stage.instructions
            )
            for each in (each for stage in new.said.stages for each in stage.instructions if not had):
                if _is_insecure(each.flags):
                    words = "this step of the build has the machine that builds: `--security=insecure`"
                    yield RULE.finding(words, new.at(each.line), anchor="insecure")
                    break
    for pair in case[Pipelines].pairs:
        if pair.new is not None:
            held = {(name, words) for name, words, _ in _of_jobs(pair.old)} if pair.old is not None else set()
            for name, words, line in _of_jobs(pair.new):
                if (name, words) not in held:
                    yield RULE.finding(
                        f"`{name}` {words}", pair.new.at(line), anchor=f"{name} {words}", severity=Severity.MEDIUM
                    )


def _is_less(words: str, path: RepoPath, *, is_new: bool) -> bool:
    """Whether it opens less than the machine, or nobody but who develops starts it, or it never was otherwise."""
    return is_new or "ipc: host" in words or is_for_oneself(path)


def _powers(service: Service) -> Iterator[tuple[str, int]]:
    if service.is_privileged:
        yield "is privileged: whoever gets into it has the machine", service.line_of("privileged")
    for setting, words in _SEEN.items():
        if service.settings.get(setting) == "host":
            yield f"sees the {words} of the machine (`{setting}: host`)", service.line_of(setting)
    for each in service.added:
        if each.upper().removeprefix("CAP_") in _DANGEROUS:
            yield f"has the capability {each}", service.line_of("cap_add")
    if "unconfined" in service.settings.get("security_opt", ""):
        yield "may ask the kernel for anything: its profile is off", service.line_of("security_opt")
    for mount in service.mounts:
        if mount.source.endswith(("docker.sock", "containerd.sock", "podman.sock")):
            yield f"has `{mount.source}`, by which it starts any container with any right", mount.line
        elif (mount.source.rstrip("/") or "/") in _WHOLE and mount.source.startswith("/") and not mount.is_read_only:
            yield f"may change `{mount.source}` of the machine", mount.line


def _is_insecure(flags: object) -> bool:
    return isinstance(flags, dict) and flags.get("security") == "insecure"


def _of_jobs(pipeline: Pipeline) -> Iterator[tuple[str, str, int]]:
    for job in pipeline.jobs.values():
        yield from _of_daemon(job, pipeline)
        if job.options is not None:
            for words in powers_of_options(job.options.value):
                yield job.name, words, job.options.line
        for step in job.steps:
            if step.script is not None and "run" in step.script.value:
                for number, line in enumerate(step.script.value.splitlines()):
                    for words in powers_of_options(line) if "docker run" in line or "podman run" in line else ():
                        yield job.name, words, step.script.line_at(number)


def _of_daemon(job: Job, pipeline: Pipeline) -> Iterator[tuple[str, str, int]]:
    """What is told of a Docker daemon beside a job, which runs only where runners give their jobs the machine, and asks nobody who they are without TLS."""
    daemon = next((image for image in job.images if _DAEMON.search(image.value)), None)
    if daemon is None or pipeline.triggers:
        return
    given = {**pipeline.env, **job.env}
    is_off = "DOCKER_TLS_CERTDIR" in given and not given["DOCKER_TLS_CERTDIR"].value.strip()
    host = given["DOCKER_HOST"].value if "DOCKER_HOST" in given else ""
    if is_off or host.endswith(":2375"):
        words = "has a Docker daemon beside it that is privileged and, without TLS, obeys whoever reaches it: from there they have the machine of the runner"
        yield job.name, words, daemon.line
