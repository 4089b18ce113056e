"""Whom the scripts of a pipeline send a secret to, by the host that the address names."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.landscape.infrastructure.commands import joined
from weighbridge.landscape.infrastructure.pipelines.model import Job, Pipeline, Step

_SENDS: Final = LatePattern(
    r"(?<![\w./-])(?:curl|wget|http|https|xh|Invoke-WebRequest|Invoke-RestMethod|iwr|irm)(?=\s)"
)
_HOST: Final = LatePattern(
    r"https?://(?:[^\s/\"'@<>|)$]{1,200}@)?([A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24})(?![\w.-]*\$)"
)
_SECRET: Final = LatePattern(r"\bsecrets(?:\.(\w{1,100})|\[\s*['\"](\w{1,100})['\"]\s*\])|\bgithub\.token\b")
_SET: Final = LatePattern(r"(?<!\w)(\w{1,100})=[\"']?\$\{\{\s*([^}]{1,200})\}\}")
_USED: Final = LatePattern(r"\$(?:env:)?\{?(\w{1,100})")
_OF_THE_RUN: Final = "GITHUB_TOKEN"
_ANY: Final = frozenset({
    *("access", "account", "api", "app", "auth", "bot", "cd", "ci", "client", "cloud", "deploy", "dev", "github", "hook", "http", "id"),
    *("io", "key", "login", "org", "pass", "password", "pat", "private", "prod", "production", "public", "read", "repo", "secret"),
    *("service", "staging", "test", "token", "url", "user", "username", "web", "webhook", "write"),
})  # fmt: skip
"""Words of names that say nothing of whose they are."""
_SHARED: Final = (
    *("amazonaws.com", "azurewebsites.net", "cloudfront.net", "github.io", "herokuapp.com", "netlify.app", "ngrok.io"),
    *("ngrok-free.app", "pages.dev", "run.app", "vercel.app", "windows.net", "workers.dev"),
)
"""Domains under which anybody may have a host."""


class Sent(Struct, frozen=True, kw_only=True):
    """A secret that a command sends to a host."""

    secret: str
    host: str
    place: Place


def sent(pipeline: Pipeline) -> Iterator[Sent]:
    """Every secret that a command of the pipeline sends to a host which is written out."""
    for job, step in pipeline.steps:
        if step.script is None or not _SENDS.search(step.script.value):
            continue
        text, lines = joined(step.script.value)
        variables, at = _variables(pipeline, job, step=step), 0
        for line in text.splitlines(keepends=True):
            command = _SENDS.search(line)
            found = _HOST.finditer(line, command.end()) if command is not None else ()
            hosts = [each[1].lower() for each in found]
            for secret in sorted(_in(line, variables)) if hosts else ():
                place = pipeline.at(step.script.line_at(lines(at)))
                yield from (Sent(secret=secret, host=host, place=place) for host in hosts)
            at += len(line)


def secrets_of(pipeline: Pipeline) -> frozenset[str]:
    """The secrets that a pipeline names; the run's own token is always there."""
    return frozenset({_OF_THE_RUN}.union(*(_named(text) for text in _texts(pipeline))))


def domains_of(pipeline: Pipeline) -> frozenset[str]:
    """Whose hosts a pipeline names, in whatever it says."""
    return frozenset(domain(host) for text in _texts(pipeline) for host in _HOST.findall(text))


def domain(host: str) -> str:
    """The part of a host's name that one owner has: `api.example.com` is `example.com`, `a.example.co.uk` is `example.co.uk`."""
    labels = host.lower().split(".")
    if host.lower().endswith(_SHARED):
        return host.lower()
    is_of_country = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if is_of_country else labels[-2:])


def is_named_for(secret: str, host: str) -> bool:
    """Whether a secret is called after who has the host: `SONAR_TOKEN` goes to `sonar.example`."""
    if secret == _OF_THE_RUN:
        return domain(host) in ("github.com", "githubusercontent.com", "ghcr.io")
    words = {each for each in secret.lower().split("_") if len(each) > 2} - _ANY
    owner = domain(host).partition(".")[0]
    return any(each in host for each in words) or (len(owner) > 2 and owner in secret.lower().replace("_", ""))


def _texts(pipeline: Pipeline) -> Iterator[str]:
    given = [pipeline.env]
    for job in pipeline.jobs.values():
        given += [job.env, job.settings, job.passed]
    for _, step in pipeline.steps:
        given += [step.env, step.settings]
        if step.script is not None:
            yield step.script.value
    for values in given:
        yield from (text.value for text in values.values())


def _variables(pipeline: Pipeline, job: Job, *, step: Step) -> Mapping[str, frozenset[str]]:
    """The variables that hold secrets where a step runs, each with which."""
    given = {name: text.value for values in (pipeline.env, job.env, step.env) for name, text in values.items()}
    if step.script is not None:
        given |= {each[1]: each[2] for each in _SET.finditer(step.script.value)}
    return {name: secrets for name, value in given.items() if (secrets := _named(value))}


def _in(line: str, variables: Mapping[str, frozenset[str]]) -> frozenset[str]:
    used = (variables.get(name, frozenset[str]()) for name in _USED.findall(line))
    return _named(line).union(*used)


def _named(text: str) -> frozenset[str]:
    return frozenset(each[1] or each[2] or _OF_THE_RUN for each in _SECRET.finditer(text))
