"""Diagnose a repository: what is configured, what cannot be looked at here, and how to mend it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.app.build_trust import is_read
from weighbridge.app.ports import RepositoryError
from weighbridge.app.sight import Sight
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.paths import suffix_of
from weighbridge.domain.rule import LoadedRule
from weighbridge.domain.trust import Trust
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.components.placing import is_code
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.owners.read import PLACES, read_owners
from weighbridge.landscape.system_file import load_system
from weighbridge.review.sentences import count

SYSTEM_PATHS: Final = (RepoPath(".weighbridge/system.yaml"), RepoPath(".weighbridge/system.yml"))
_READ: Final = CODE | {"sql", "terraform"}
_BY_RULES: Final = (".graphql", ".graphqls", ".gql", ".proto")
"""What no extractor reads, and the rules about contracts do."""
_SHOWN: Final = 5


class Health(StrEnum):
    """How one thing stands: as it should, worth knowing, or keeping something from being seen."""

    GOOD = "ok"
    NOTE = "note"
    BLIND = "blind"


class Diagnosis(Struct, frozen=True, kw_only=True):
    """One thing that was looked at, how it stands, and how to mend it."""

    subject: str
    health: Health
    detail: str
    remedy: str = ""


def good(subject: str, detail: str) -> Diagnosis:
    """It is as it should be."""
    return Diagnosis(subject=subject, health=Health.GOOD, detail=detail)


def note(subject: str, detail: str, *, remedy: str = "") -> Diagnosis:
    """It is worth knowing."""
    return Diagnosis(subject=subject, health=Health.NOTE, detail=detail, remedy=remedy)


def blind(subject: str, detail: str, *, remedy: str) -> Diagnosis:
    """It keeps something from being seen."""
    return Diagnosis(subject=subject, health=Health.BLIND, detail=detail, remedy=remedy)


def diagnose_trust(trust: Trust) -> Iterator[Diagnosis]:
    """What is trusted here, and whether it can be read."""
    if trust.target is None:
        yield note(
            "trust",
            f"nothing of this repository is trusted: {trust.target_reason}",
            remedy="name a branch with --target",
        )
    else:
        yield good("trust", f"{trust.target_name} at {trust.target[:12]}: {trust.target_reason}")
    for path, document in sorted(trust.documents.items()):
        if is_read(path):
            yield good("trusted", f"{path}, {document.digest[:19]}, from the {document.source}")
        else:
            yield note(
                "trusted",
                f"{path} is trusted, but this version reads no such document: it decides nothing",
                remedy="docs/reference/policy.md says what can be set; read are system.yaml, provenance.yaml, baseline.json",
            )
    yield _system(trust)
    yield from _owners(trust)


def _system(trust: Trust) -> Diagnosis:
    document = trust.document(*SYSTEM_PATHS)
    if document is None:
        return note(
            "system",
            "no system.yaml on the protected branch: components, tiers and areas are inferred",
            remedy="weighbridge init writes one",
        )
    return _described(document.path, document.data)


def _described(path: RepoPath, data: bytes) -> Diagnosis:
    try:
        system = load_system(data, path)
    except ConfigurationError as error:
        return blind("system", str(error).replace("\n", "; "), remedy="mend it: nothing is weighed while it is wrong")
    mode = ", report only: nothing is blocked" if system.report_only else ""
    newer = f"; {', '.join(system.newer)} is of a newer version and not understood" if system.newer else ""
    holds = f"{count(len(system.components), 'component')}, {count(len(system.architecture), 'rule')}"
    return good("system", f"{path}: {holds}{mode}{newer}")


def _owners(trust: Trust) -> Iterator[Diagnosis]:
    document = trust.document(*PLACES)
    if document is None:
        yield note(
            "owners",
            "no CODEOWNERS on the protected branch: owners come from components, where they are declared",
            remedy="add one",
        )
        return
    owners = read_owners(document.data, document.path)
    if isinstance(owners, CouldNotLook):
        yield blind("owners", owners.detail, remedy=owners.remedy)
        return
    rules = sum(len(section.rules) for section in owners.sections)
    yield good("owners", f"{document.path}: {rules} rules, read as {owners.forge} reads it")
    for skipped in owners.skipped[:_SHOWN]:
        yield blind(
            "owners", f"{document.path}:{skipped.line}: {skipped.reason}", remedy="the forge skips the line: mend it"
        )


def diagnose_tree(sight: Sight) -> Iterator[Diagnosis]:
    """What the tree holds, and how much of it can be read."""
    paths = list(sight.head_tree.blobs)
    roles = Counter(role_of(path) for path in paths)
    known = sum(files for role, files in roles.items() if role in _READ)
    unknown = (suffix_of(p) for p in paths if is_code(p) and role_of(p) not in _READ)
    others = Counter(suffix for suffix in unknown if suffix not in _BY_RULES)
    total = known + others.total()
    languages = ", ".join(f"{role} {files:,}" for role, files in roles.most_common() if role in _READ)
    yield good("languages", f"{known:,} of {total:,} code files can be read{f' ({languages})' if languages else ''}")
    if others:
        listed = ", ".join(f"{suffix} {files:,}" for suffix, files in others.most_common(_SHOWN))
        share = others.total() / total
        yield note("languages", f"{share:.0%} of the code is in languages that Weighbridge cannot read yet: {listed}")
    yield from _present_system(sight)
    yield from _components(sight)
    yield _index(sight)


def _present_system(sight: Sight) -> Iterator[Diagnosis]:
    """The description as it stands in the tree, where it is not the trusted one: wrong, it would stop what comes after."""
    path = next((p for p in SYSTEM_PATHS if p in sight.head_tree), None)
    trusted = sight.trust.document(*SYSTEM_PATHS)
    data = sight.repository.read(sight.head_tree.blobs[path].oid, 4 << 20) if path else None
    if path and isinstance(data, bytes) and (trusted is None or trusted.data != data):
        found = _described(path, data)
        here = f"{found.detail} (as it stands here, not yet trusted)"
        yield Diagnosis(subject=found.subject, health=found.health, detail=here, remedy=found.remedy)


def _components(sight: Sight) -> Iterator[Diagnosis]:
    components = sight.components
    tiers = Counter(component.tier.value for component in components.components)
    words = ", ".join(f"{number} of tier {tier}" for tier, number in sorted(tiers.items()))
    yield good("components", f"{len(components.components):,}: {words}")
    for unread in components.unread[:_SHOWN]:
        yield blind(
            "components", f"{unread.path}: {unread.missing.detail}", remedy=unread.missing.remedy or "mend the manifest"
        )


def _index(sight: Sight) -> Diagnosis:
    missing = len(sight.source.unindexed(sight.head_tree.blobs.values()))
    if missing:
        return note(
            "index", f"never read here: {count(missing, 'code file')}", remedy="weighbridge review reads them once"
        )
    return good("index", "every code file was read before: checks are quick")


def diagnose_rules(load: Callable[[], Sequence[LoadedRule]], packs: Sequence[str]) -> Diagnosis:
    """The rules there are."""
    words = f", packs: {', '.join(packs)}" if packs else ", no packs installed"
    return good("rules", f"{count(len(load()), 'rule')}{words}")


def diagnosed(subject: str, look: Callable[[], Iterator[Diagnosis]]) -> Iterator[Diagnosis]:
    """What `look` finds; that it cannot look is a finding too."""
    try:
        yield from look()
    except (RepositoryError, ConfigurationError) as error:
        yield blind(subject, str(error).replace("\n", "; "), remedy="mend what it names")
