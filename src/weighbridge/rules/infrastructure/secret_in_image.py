"""A secret stays in an image."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.dockerfile import filled
from weighbridge.landscape.infrastructure.images.changed import DOCKERFILE, Built, Images
from weighbridge.landscape.infrastructure.secrets import is_given_away, is_secret_name

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    reads=(Images,),
    roles=(DOCKERFILE,),
    weaknesses=(522, 798),
    tags=("image", "secrets"),
)
_KEPT_SECRET: Final = re.compile(
    r"(?:^|/)(?:\.env(?:\.(?!example|sample|template|dist|test|defaults?)[\w-]+)?|\.ssh(?:/.*)?|id_(?:rsa|dsa|ecdsa|ed25519)|\.aws(?:/.*)?|\.netrc|\.npmrc"
    r"|\.pypirc|\.dockercfg|\.docker/config\.json|\.git-credentials|\.kube(?:/.*)?|credentials(?:\.json)?|service-account[\w-]*\.json|[\w-]+\.(?:pem|p12|pfx|jks))$"
)
_PUBLIC: Final = re.compile(
    r"\.pub$|(?:^|[/_.-])(?:ca|cert|public|chain|bundle|known_hosts|root|truststore)[\w.-]*$", re.IGNORECASE
)

Found = tuple[str, int, str, Severity]


def check(case: Case) -> Iterable[Finding]:
    """One finding for each secret that a Dockerfile puts in and did not."""
    for old, new in case[Images].built:
        known = {key for key, *_ in _found(old)} if old is not None else set()
        for key, line, words, severity in _found(new) if new is not None else ():
            if key not in known:
                assert new is not None
                known.add(key)
                yield RULE.finding(words, new.at(line), anchor=key, severity=severity)


def _found(built: Built) -> Iterator[Found]:
    shipped = {stage.number for stage in built.said.shipped}
    for stage in built.said.stages:
        is_shipped = stage.number in shipped
        for each in stage.instructions:
            if each.name in ("ENV", "ARG"):
                for name, value in each.pairs:
                    if is_given_away(name, value):
                        words = f"whoever has the image, or may read the repository, has what `{name}` is set to"
                        yield f"value {name}", each.line, words, Severity.HIGH
                    elif is_shipped and is_secret_name(name) and each.name == "ARG":
                        if any(
                            name in pair[1] and _is_argument(pair[1], stage.values)
                            for other in stage.of("ENV")
                            for pair in other.pairs
                        ):
                            continue  # it is told where it is kept
                        words = f"what a build gives as `{name}` stays in the image's history: whoever has the image reads it"
                        yield f"{each.name} {name}", each.line, words, Severity.MEDIUM
                    elif is_shipped and is_secret_name(name) and "$" in value and _is_argument(value, stage.values):
                        words = f"`{name}` keeps in the image what the build was given: whoever has the image reads it"
                        yield f"{each.name} {name}", each.line, words, Severity.HIGH
            elif each.name in ("COPY", "ADD") and "from" not in each.flags:
                for source in each.words[:-1]:
                    path = filled(source, stage.values).rstrip("/")
                    if _KEPT_SECRET.search(path) and not _PUBLIC.search(path):
                        words = f"`{path}` is in a layer of the image, also where it is deleted afterwards"
                        is_grave = is_shipped and not path.endswith(".npmrc")  # most hold settings alone
                        yield f"copy {path}", each.line, words, Severity.HIGH if is_grave else Severity.MEDIUM


def _is_argument(value: str, values: object) -> bool:
    """Whether a value is only that of one argument which the build is given."""
    name = value.strip("\"'").removeprefix("${").removeprefix("$").removesuffix("}")
    return name.isidentifier() and isinstance(values, dict) and name in values
