"""A secret stays in an image."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from weighbridge.domain.change import FileChange
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.dockerfile import filled
from weighbridge.landscape.infrastructure.images.changed import DOCKERFILE, IGNORED, Built, Images
from weighbridge.landscape.infrastructure.secrets import is_given_away, is_secret_name

if TYPE_CHECKING:
    from weighbridge.landscape.infrastructure.images.left_out import LetIn

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    reads=(Images,),
    roles=(DOCKERFILE, IGNORED),
    weaknesses=(522, 798),
    tags=("image", "secrets"),
)
_KEPT_SECRET: Final = re.compile(
    r"(?:^|/)(?:\.env(?:\.(?!example|sample|template|dist|test|defaults?)[\w-]+)?|\.ssh(?:/.*)?|id_(?:rsa|dsa|ecdsa|ed25519)|\.aws(?:/.*)?|\.netrc|\.npmrc"
    r"|\.pypirc|\.dockercfg|\.docker/config\.json|\.git-credentials|\.kube(?:/.*)?|credentials(?:\.json)?|service-account[\w-]*\.json|[\w-]+\.(?:pem|p12|pfx|jks))$"
)
_CALLED_SECRET: Final = LatePattern(
    r"(?:^|/)(?:\.env(?:\.(?!example|sample|template|dist|defaults?)[\w.-]+)?|\.secrets?|(?:sa|gcloud|gcp|firebase|service[-_]?account|client[-_]?secret|credentials?|secrets?)(?:[._-][\w.-]+)?"
    r"\.(?:json|ya?ml|toml|ini|txt|env)|secrets?|credentials?|[\w.-]*\.(?:key|p8|keystore|kdbx|tfvars|tfstate))$"
)
"""What more a `.dockerignore` leaves out because it is secret; the lines of it are chosen, so that a name says enough."""
_PUBLIC: Final = re.compile(
    r"\.pub$|(?:^|[/_.-])(?:ca|cert|public|chain|bundle|known_hosts|root|truststore)[\w.-]*$", re.IGNORECASE
)

Found = tuple[str, int, str, Severity]


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each secret that a Dockerfile puts in and did not, and each list of what is left out that lets some in."""
    yield from _let_in(case[Images])
    for old, new in case[Images].built:
        known = {key for key, *_ in _found(old)} if old is not None else set()
        for key, line, words, severity in _found(new) if new is not None else ():
            if key not in known:
                assert new is not None
                known.add(key)
                yield RULE.finding(words, new.at(line), anchor=key, severity=severity)


def _let_in(images: Images) -> Iterable[Finding | CouldNotLook]:
    if not any(role == IGNORED for role in images.roles.values()):
        return
    from weighbridge.landscape.infrastructure.images.left_out import HISTORY, MOST_LINES, taken_in, within_allowance  # noqa: PLC0415 - few changes have such a list

    for file, *texts in images.ignored:
        if any(len(text.splitlines()) > MOST_LINES for text in texts):
            yield CouldNotLook(
                reason=Reason.LIMIT,
                detail=f"{file.path} has more than {MOST_LINES} lines: what those behind them leave out is not known",
                remedy="leave out whole folders, by fewer patterns",
            )
    for file in within_allowance(images)[1]:
        yield NotRead(
            path=file.path,
            reason=Reason.LIMIT,
            detail=f"{file.path} was not compared: the lists of ignored files of this change are too long together",
            remedy="change fewer of them at once",
        )
    for file, each in taken_in(images, lambda path: path == HISTORY or _is_secret(path)):
        shown = [one for one in each.found if one.example != HISTORY] or list(each.found)
        is_history = shown[0].example == HISTORY
        has = "all that ever was in the repository, and what a checkout leaves in its settings" if is_history else "it"
        yield RULE.finding(
            f"{_named(shown)} left out no longer, and `{each.built.path}` takes the folder as it is (line {each.by.line}): whoever has the image has {has}",
            _place(file, shown[0]),
            anchor=f"let in {each.built.path}",
            severity=Severity.MEDIUM if is_history or each.built.is_for_oneself else Severity.HIGH,
            confidence=Confidence.MEDIUM if is_history or each.is_there else Confidence.LOW,
        )


def _named(shown: "Sequence[LetIn]") -> str:
    more = f" and {len(shown) - 3} more are" if len(shown) > 3 else " is" if len(shown) == 1 else " are"
    return ", ".join(f"`{one.called}`" for one in shown[:3]) + more


def _is_secret(path: str) -> bool:
    return bool(_KEPT_SECRET.search(path) or _CALLED_SECRET.search(path)) and not _PUBLIC.search(path)


def _place(file: FileChange, shown: "LetIn") -> Place:
    side = shown.side if file.on(shown.side) is not None else Side.BASE
    blob = file.on(side)
    line = shown.line if side is shown.side else 1
    return Place(path=blob.path if blob is not None else file.path, line=line, end_line=line, side=side)


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
