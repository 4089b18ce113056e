"""The diagnosis of this machine and one repository."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

from msgspec import Struct

from weighbridge import __version__
from weighbridge.adapters.facts.housekeeping import CacheLimits
from weighbridge.adapters.facts.location import cache_folder
from weighbridge.adapters.git.repository import GitRepository
from weighbridge.adapters.scanners.installed import installed
from weighbridge.adapters.scanners.on_copies import OFF
from weighbridge.adapters.surroundings import folder_size, version_of, why_not_writable
from weighbridge.app.build_trust import Given, build_trust
from weighbridge.app.diagnose import (
    Diagnosis,
    blind,
    diagnose_rules,
    diagnose_tree,
    diagnose_trust,
    diagnosed,
    good,
    note,
)
from weighbridge.app.ledger_desk import BY_SYNC, absence_of
from weighbridge.app.ports import ChangeRequest
from weighbridge.assembly.bench import Bench, organisation_folder
from weighbridge.assembly.ledgers import OpenLedger, ledger_in
from weighbridge.assembly.rules import bundled_rules
from weighbridge.domain.ids import digest
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.trust import Trust
from weighbridge.engine.discover import PACKS_GROUP
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.files import LedgerFilesError
from weighbridge.ledger.settings_file import LEDGER_PATH, LedgerSettings
from weighbridge.ledger.trusted_ledger import read_head

_OLDEST_GIT: Final = (2, 30)


def diagnose_machine(environment: Mapping[str, str] = os.environ) -> Iterator[Diagnosis]:
    """What is the same for every repository."""
    yield good("weighbridge", __version__)
    yield _git(environment)
    yield _cache(cache_folder(environment))
    yield from diagnosed("organisation", lambda: _organisation(environment))
    if version_of("ssh-keygen", ["-?"], environment=environment) is None:
        yield note("signatures", "ssh-keygen is not installed: no commit can be attested", remedy="install OpenSSH")
    else:
        yield good("signatures", "ssh-keygen checks SSH signatures of enrolled people")
    yield from (_program(each, environment) for each in _PROGRAMS)
    packs = sorted(entry.name for entry in entry_points(group=PACKS_GROUP))
    yield diagnose_rules(bundled_rules, packs)


class _Program(Struct, frozen=True):
    """A program that adds what it finds, where it is installed; `variable` names it, or says `off`."""

    name: str
    variable: str
    looks_at: str
    remedy: str


_PROGRAMS: Final = (
    _Program("squawk", "WEIGHBRIDGE_SQUAWK", "scripts of PostgreSQL", "pip install squawk-cli"),
    _Program("zizmor", "WEIGHBRIDGE_ZIZMOR", "GitHub's workflows", "pip install zizmor"),
    _Program("buf", "", "Protocol Buffers", "npm install -g @bufbuild/buf"),
)


def _program(program: _Program, environment: Mapping[str, str]) -> Diagnosis:
    """Whether a program is at hand that some rules lean on: without it they say less, and nothing that is wrong."""
    named = environment.get(program.variable, "") if program.variable else ""
    if named.lower() in OFF:
        return note(program.name, f"{program.variable} is {named}: it does not look at {program.looks_at}")
    found = shutil.which(named) if named else installed(program.name, environment)
    if found is None and named:
        return blind(
            program.name, f"`{named}` is not installed", remedy=f"mend {program.variable}, or {program.remedy}"
        )
    if found is None:
        return note(
            program.name,
            f"not installed: {program.looks_at} are looked at by the rules here alone",
            remedy=program.remedy,
        )
    return good(program.name, f"{found} looks at {program.looks_at} too")


def diagnose_repository(bench: Bench) -> Iterator[Diagnosis]:
    """What is particular to one."""
    yield from _clone(bench.repository)
    if bench.facts.trouble:
        yield blind(
            "cache",
            bench.facts.trouble,
            remedy="nothing is kept between runs: free the folder, or set WEIGHBRIDGE_CACHE",
        )

    def trust() -> Iterator[Diagnosis]:
        has_files = bench.repository.location.top is not None
        request = ChangeRequest(worktree=has_files, range_text="" if has_files else "HEAD")
        change = bench.repository.change(request)
        found = build_trust(bench.repository, change, request=request, organisation=organisation_folder())
        yield from diagnose_trust(found)
        yield from diagnosed("ledger", lambda: _ledger(bench.repository, found))

    yield from diagnosed("trust", trust)
    yield from diagnosed("tree", lambda: diagnose_tree(bench.see_now()))


def _ledger(repository: GitRepository, trust: Trust) -> Iterator[Diagnosis]:
    """Whether the ledger that is trusted is here; what it holds is `ledger verify`'s to say."""
    try:
        with ledger_in(repository, trust) as opened:
            settings, way, missing = opened.settings, opened.way, opened.anchors.missing
            absence = absence_of(settings, opened.files, way=way)
            where = opened.files.place
            if settings.quorum and not absence:
                missing = (*missing, *_lacking(opened))
    except LedgerFilesError as problem:
        yield blind("ledger", str(problem), remedy="mend what it names")
        return
    if absence:
        yield note("ledger", absence, remedy="weighbridge ledger sync" if way == BY_SYNC else way)
    elif trust.document(LEDGER_PATH) is not None:
        yield good("ledger", f"{where}: weighbridge ledger verify looks at all of it")
        yield from _anchoring(settings, missing)


def _lacking(opened: OpenLedger) -> Iterator[CouldNotLook]:
    """That too few witnesses signed; of a ledger that cannot be believed it is `ledger verify` that says why."""
    try:
        found = read_head(opened.files, opened.reading.trust(opened.files))
    except LedgerError:
        return
    if found is not None and found.witnessed.lacking is not None:
        yield found.witnessed.lacking


def _anchoring(settings: LedgerSettings, missing: Sequence[CouldNotLook]) -> Iterator[Diagnosis]:
    """Whether somebody besides its writers remembers the ledger: where one who is named does not, nothing is decided by it."""
    for each in missing:
        yield blind("ledger", f"{each.detail}: no gate is satisfied, and nothing is let in", remedy=each.remedy)
    if not settings.is_anchored:
        idle = ", and asks for the signature of no witness (`quorum`)" if settings.witnesses else ""
        yield note(
            "ledger",
            f"nothing anchors it: {LEDGER_PATH} names no anchor{idle}, so whoever may push it could shorten it, and its key"
            " holder rewrite it",
            remedy="weighbridge ledger anchor, onto a protected branch, and name it under anchors",
        )


def _git(environment: Mapping[str, str]) -> Diagnosis:
    said = version_of("git", ["--version"], environment=environment)
    found = re.search(r"(\d+)\.(\d+)", said or "")
    if said is None or found is None:
        return blind("git", "there is no git program on PATH", remedy="install git 2.30 or newer")
    if (int(found[1]), int(found[2])) < _OLDEST_GIT:
        return blind("git", f"{said} is too old", remedy="install git 2.30 or newer")
    return good("git", said)


def _organisation(environment: Mapping[str, str]) -> Iterator[Diagnosis]:
    given = organisation_folder(environment)
    if given is None:
        yield note(
            "organisation",
            "no configuration is given",
            remedy="WEIGHBRIDGE_ORGANISATION names it: a folder, a URL with its digest, or a repository with a commit",
        )
    elif isinstance(given, Given):
        named = ", ".join(f"{name} {digest(data)[:19]}" for name, data in sorted(given.files.items()))
        yield good("organisation", f"{given}, kept here and checked: {named or 'nothing that is known'}")
    elif given.exists():
        yield good("organisation", str(given))
    else:
        yield blind("organisation", f"{given}: there is nothing there", remedy="mend WEIGHBRIDGE_ORGANISATION")


def _cache(folder: Path) -> Diagnosis:
    if why := why_not_writable(folder):
        return blind(
            "cache", f"{folder}: {why}", remedy="every run reads everything anew: free it, or set WEIGHBRIDGE_CACHE"
        )
    held, most = folder_size(folder) / 1e6, CacheLimits().size / 1e6
    kept = f"once a day what was unused for longest goes where its facts take more than {most:,.0f} MB"
    return good("cache", f"{folder}, {held:,.0f} MB; {kept}")


def _clone(repository: GitRepository) -> Iterator[Diagnosis]:
    location = repository.location
    bare = ", bare" if location.top is None else ""
    yield good("repository", f"{location.name}, objects named by {location.object_format}{bare}")
    if location.is_shallow:
        yield blind(
            "clone",
            "history was cut off when this was cloned: bases and the past may be missing",
            remedy="git fetch --unshallow",
        )
    yield from diagnosed("clone", lambda: _unfetched(repository))


def _unfetched(repository: GitRepository) -> Iterator[Diagnosis]:
    if repository.lacks_objects():
        yield blind(
            "clone",
            "a partial clone: what was not fetched cannot be read, and a gate that needs it cannot decide",
            remedy="git fetch --refetch --no-filter",
        )
