"""A repository opened for work, with what looks into it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.adapters.facts.cached import CachedFacts
from weighbridge.adapters.facts.database import Database
from weighbridge.adapters.facts.location import cache_folder
from weighbridge.adapters.facts.pool import ExtractionPool
from weighbridge.adapters.facts.store import FactStore
from weighbridge.adapters.git.repository import GitRepository, open_repository
from weighbridge.app.build_trust import Organisation, build_trust
from weighbridge.app.ports import ChangeRequest, Progress
from weighbridge.app.sight import Sight
from weighbridge.domain.change import Change
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.inputs import NO_INPUTS, Inputs
from weighbridge.domain.provenance import Provenance
from weighbridge.domain.trust import Trust
from weighbridge.landscape.description import SystemDescription
from weighbridge.landscape.infrastructure.pipelines.scans import Scan
from weighbridge.landscape.sql.scans import SqlScan

SYSTEM_PATHS: Final = (".weighbridge/system.yaml", ".weighbridge/system.yml")


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current time in UTC."""
        return datetime.now(UTC)


if TYPE_CHECKING:
    from weighbridge.adapters.scanners.buf import Buf


class Bench(Struct, frozen=True, dict=True):
    """A repository opened for work, with everything that looks into it."""

    repository: GitRepository
    facts: CachedFacts
    progress: Progress

    def see(self, request: ChangeRequest, *, most_unread: int | None = None, inputs: Inputs = NO_INPUTS) -> Sight:
        """The change that was asked for, with what can be seen of it.

        Raises:
            RepositoryError: git could not give the change.
            ConfigurationError: the trusted description of the system is wrong.
        """
        change = self.repository.change(request)
        trust = build_trust(self.repository, change, request=request, organisation=organisation_folder())
        return replace(self.look(change, trust, most_unread=most_unread), inputs=inputs)

    def see_now(self) -> Sight:
        """The tree as it is now, the work tree's or HEAD's, with no change in it. Raises as `see` does."""
        has_files = self.repository.location.top is not None
        request = ChangeRequest(worktree=has_files, range_text="" if has_files else "HEAD")
        now = self.repository.change(request)
        trust = build_trust(self.repository, now, request=request, organisation=organisation_folder())
        nothing = replace(now, base_tree=now.head_tree, base_commit=now.head_commit, files=(), commits=())
        return self.look(nothing, trust)

    def see_at(self, commit: ObjectId, trust: Trust) -> Sight:
        """The tree of a commit with no change in it, by what is trusted. Raises as `see` does."""
        then = self.repository.change(ChangeRequest(range_text=commit))
        return self.look(replace(then, base_tree=then.head_tree, base_commit=commit, files=(), commits=()), trust)

    def see_current(self, text: str) -> Sight:
        """The change that `text` names; without it the work tree's, or the branch's where that has none."""
        if not text and self.repository.location.top is not None:
            sight = self.see(ChangeRequest(worktree=True))
            if sight.change.files:
                return sight
        return self.see(ChangeRequest(range_text=text))

    def below_top(self, folder: Path) -> str:
        """`folder` as a path inside the work tree, empty for its top and in a bare repository."""
        top = self.repository.location.top
        here = folder.resolve()
        return (
            "" if top is None or not here.is_relative_to(top.resolve()) else here.relative_to(top.resolve()).as_posix()
        )

    def look(self, change: Change, trust: Trust, *, most_unread: int | None = None) -> Sight:
        """What can be seen of a change, given who is trusted. Raises `ConfigurationError`."""
        return Sight(
            repository=self.repository,
            change=change,
            trust=trust,
            source=self.facts,
            system=described(trust),
            progress=self.progress,
            trace=lambda: _trace(self.repository, change, trust=trust),
            most_unread=most_unread,
            scan=lambda: _scanner(self.repository.location.top),
            scan_sql=lambda: _sql_scanner(self.repository.location.top),
            buf=lambda: _buf(self.repository.location.top),
        )


def organisation_folder(environment: Mapping[str, str] = os.environ) -> Organisation:
    """The organisation's configuration, if this process was told of one: where it lies, or what was brought from elsewhere.

    Raises:
        UnreadableTrustError: it is named in a way that says nothing, or what is there is not what was named.
        UnreachableTrustError: it lies elsewhere, is not kept here, and could not be fetched.
    """
    named = environment.get("WEIGHBRIDGE_ORGANISATION")
    if not named:
        return None
    if "://" not in named and not named.startswith("git+"):
        return Path(named)
    from weighbridge.assembly.organisation import given_by  # noqa: PLC0415 - most name a folder, and a hook counts milliseconds

    return given_by(named, environment)


def described(trust: Trust) -> SystemDescription:
    """The trusted description of the system. Raises `ConfigurationError`."""
    document = trust.document(*SYSTEM_PATHS)
    if document is None:
        return SystemDescription()
    from weighbridge.landscape.system_file import load_system  # noqa: PLC0415 - a hook need not import a YAML reader

    return load_system(document.data, document.path)


@contextmanager
def open_bench(folder: Path, *, progress: Progress, environment: Mapping[str, str] = os.environ) -> Iterator[Bench]:
    """The repository at or above `folder` with its cached facts; closed again whatever happens.

    Raises:
        NotARepositoryError: there is none.
    """
    with open_repository(folder) as repository:
        pool = ExtractionPool(repository.read)
        facts = CachedFacts(
            FactStore(Database(cache_folder(environment)), repository.identity), pool, progress=progress
        )
        try:
            yield Bench(repository, facts, progress)
        finally:
            facts.close()


def _scanner(repository: Path | None) -> Scan | None:
    from weighbridge.adapters.scanners.on_copies import scanner_of  # noqa: PLC0415 - few changes touch a workflow
    from weighbridge.adapters.scanners.zizmor import ZIZMOR  # noqa: PLC0415 - the same

    return scanner_of(ZIZMOR, os.environ, outside=repository)


def _sql_scanner(repository: Path | None) -> SqlScan | None:
    from weighbridge.adapters.scanners.on_copies import scanner_of  # noqa: PLC0415 - few changes touch a script
    from weighbridge.adapters.scanners.squawk import SQUAWK  # noqa: PLC0415 - the same

    return scanner_of(SQUAWK, os.environ, outside=repository)


def _buf(repository: Path | None) -> "Buf | None":
    from weighbridge.adapters.scanners.buf import find_buf  # noqa: PLC0415 - few changes hold Protocol Buffers

    return find_buf(os.environ, outside=repository)


def _trace(repository: GitRepository, change: Change, *, trust: Trust) -> Provenance:
    from weighbridge.assembly.tracing import trace  # noqa: PLC0415 - costs as much as all else a hook imports

    return trace(repository, change, trust=trust)
