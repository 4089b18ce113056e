"""The pipelines of a change, before and after: the fact that rules ask for."""

from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from weighbridge.domain.change import Change, FileChange, Mode
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.changed_bytes import ChangedBytes

if TYPE_CHECKING:  # what a check of other files need not import
    from weighbridge.landscape.infrastructure.around import Surroundings
    from weighbridge.landscape.infrastructure.pipelines.gitlab_templates import Read
    from weighbridge.landscape.infrastructure.pipelines.model import Job, Pair, Pipeline

ROLE: Final = "pipeline"
_WORKFLOW: Final = LatePattern(r"\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml")
_ACTION: Final = LatePattern(r"(?:.*/)?action\.ya?ml")
_GITLAB: Final = LatePattern(
    r"(?:.*/)?(?:[^/]*\.)?gitlab-ci\.ya?ml|\.gitlab/(?:ci|pipelines)/.+\.ya?ml|(?:.*/)?gitlab-ci/[^/]+\.ya?ml"
)
_ROOT: Final = RepoPath(".gitlab-ci.yml")
_FOLDERS: Final = (".github/", ".gitea/", ".forgejo/")
_MOST_FILES: Final = 200
_MOST_BYTES: Final = 300_000
_OF_ITSELF: Final = (
    *("go.mod", "package.json", "Cargo.toml", "pyproject.toml", "setup.py", "composer.json", "pom.xml"),
    *("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"),
)
"""Files that say where a project lives, or who looks at its changes."""
_PROSE: Final = (".md", ".rst", ".txt")
_ENDINGS: Final = (".yml", ".yaml")
_TOO_MUCH: Final = CouldNotLook(
    reason=Reason.LIMIT,
    detail="what it calls of this repository is too much, calls on too deep, or cannot be read: not all of it was put together",
    remedy="call fewer workflows and actions from one file, or hand shorter texts to them",
)
_TOO_MANY: Final = CouldNotLook(
    reason=Reason.LIMIT,
    detail=f"not all workflows were looked at for who calls it: there are more than {_MOST_FILES}, or one is too large",
    remedy="read by hand which workflows that outsiders can start call it",
)
_SEEN_IN: Final = ("github/", "action.y", "gitlab", "gitea/", "forgejo/")


class Pipelines:
    """The pipelines of a change."""

    def __init__(self, change: Change, contents: ChangedBytes, *, around: "Surroundings | None" = None) -> None:
        self._change = change
        self._contents = contents
        self._around = around
        self._unsearched: set[RepoPath] = set()
        """The changed files of which not every workflow was asked whether it calls them."""

    @cached_property
    def roles(self) -> Mapping[RepoPath, str]:
        """The role of each changed file that is a pipeline on either side."""
        found = {file.path: ROLE for file in self._change.files if any(_kind(file, side) for side in Side)}
        return found | {file.path: ROLE for file in self._included}

    @cached_property
    def pairs(self) -> "tuple[Pair, ...]":
        """Each changed pipeline, before and after; the root's of GitLab too, where it only includes what is changed."""
        from weighbridge.landscape.infrastructure.pipelines.model import Pair  # noqa: PLC0415 - few changes hold any

        files = (file for file in self._change.files if file.path in self.roles)
        read = ((file, self._read(file, Side.BASE), self._read(file, Side.HEAD)) for file in files)
        found = [Pair(old=old, new=new, is_unread=new is None and file.head is not None) for file, old, new in read]
        kept = (Pair(old=old, new=new) for old, new in self._kept_root())
        return _told_once([*found, *kept]) if self._included else tuple(found)

    @cached_property
    def _included(self) -> tuple[FileChange, ...]:
        """The changed files that make one pipeline with the root's of GitLab, wherever they lie."""
        files = [file for file in self._change.files if file.path.endswith(_ENDINGS) and file.path != _ROOT]
        if not files or self._around is None or _ROOT not in self._around()[0]:
            return ()
        from weighbridge.landscape.infrastructure.pipelines.gitlab_templates import included_by_root  # noqa: PLC0415 - the same

        known = included_by_root(self._reader(Side.HEAD))
        return tuple(file for file in files if file.path in known)

    def _kept_root(self) -> "Iterator[tuple[Pipeline, Pipeline]]":
        """The pipeline of GitLab that is otherwise by what it includes alone, before and after."""
        data = self._other(_ROOT, Side.HEAD)
        if data is None or any(file.path == _ROOT for file in self._change.files):
            return
        sides = [
            _parsed(data, _ROOT, kind="gitlab", side=side, read=self._reader(side)) for side in (Side.BASE, Side.HEAD)
        ]
        if all(each is not None for each in sides):
            old, new = (replace(each, told_at=_first(self._included[0])) for each in sides if each is not None)
            yield old, new

    @cached_property
    def unread(self) -> Mapping[RepoPath, CouldNotLook]:
        """The pipelines that call too much, and those of GitLab of which jobs that are otherwise take what is not in the repository."""
        found: dict[RepoPath, CouldNotLook] = dict.fromkeys(self._whole[1], _TOO_MUCH)
        found |= dict.fromkeys(self._unsearched, _TOO_MANY)
        pairs = self.pairs if any("gitlab" in path for path in self.roles) else ()
        for old, new in ((each.old, each.new) for each in pairs if each.new is not None):
            for name, taken in new.lacking.items():
                if old is None or new.jobs.get(name) != old.jobs.get(name):
                    found[new.path] = (
                        _TOO_MUCH
                        if not taken
                        else CouldNotLook(
                            reason=Reason.UNSUPPORTED,
                            detail=f"what `{name}` takes from `{taken}` is not in the repository: an include from elsewhere brings it",
                            remedy="read what is brought there, or include it from a file of this repository (`include: local`)",
                        )
                    )
        return found

    @property
    def of_head(self) -> "Iterator[tuple[Pipeline | None, Pipeline]]":
        """Those of head, each with what it was."""
        for pair in self.pairs:
            if pair.new is not None:
                yield pair.old, pair.new

    @property
    def whole_of_head(self) -> "tuple[tuple[Pipeline | None, Pipeline], ...]":
        """Those of head, each with what it was, and with what the files of the repository do that it calls; callers of changed ones too."""
        return self._whole[0]

    @cached_property
    def _whole(self) -> "tuple[tuple[tuple[Pipeline | None, Pipeline], ...], frozenset[RepoPath]]":
        """The same, and where those are told that call too much to be put together."""
        from weighbridge.landscape.infrastructure.pipelines.called import Calls  # noqa: PLC0415 - few changes hold any

        calls = [Calls(partial(self._called, side=side)) for side in (Side.BASE, Side.HEAD)]
        before, after = (each.whole for each in calls)
        changed = [(before(old) if old is not None else None, after(new)) for old, new in self.of_head]
        kept = [(before(old), replace(after(new), told_at=place)) for old, new, place in self._callers()]
        found = (*changed, *kept)
        cut = calls[0].cut | calls[1].cut
        return found, frozenset(new.at(1).path for _, new in found if new.path in cut)

    def _callers(self) -> "Iterator[tuple[Pipeline, Pipeline, Place]]":
        """The workflows that outsiders start, that a change leaves as they are, and that call one that it touches."""
        called = {file.path: file for file in self._change.files if file.path in self.roles and self._is_called(file)}
        if not called or self._around is None:
            return
        names = {path: _called_as(path) for path in called}
        tree, read = self._around()
        changed = {file.path for file in self._change.files}
        paths = sorted(path for path in tree.blobs if path.startswith(_FOLDERS) and _WORKFLOW.fullmatch(path))
        if len(paths) > _MOST_FILES:
            self._unsearched.update(called)
        for path in paths[:_MOST_FILES]:
            data = read(tree.blobs[path].oid, _MOST_BYTES) if path not in changed else None
            if isinstance(data, CouldNotLook):
                self._unsearched.update(called)
            if not isinstance(data, bytes):
                continue
            by = next((callee for callee, name in names.items() if name in data), None)
            new = _parsed(data, path, kind="workflow", side=Side.HEAD) if by is not None else None
            if by is not None and new is not None and new.is_for_outsiders:
                yield replace(new, side=Side.BASE), new, _first(called[by])

    def _is_called(self, file: FileChange) -> bool:
        kind = _kind(file, Side.HEAD)
        data = self._contents.of(file.path) if kind == "workflow" else None
        return kind == "action" or (isinstance(data, bytes) and b"workflow_call" in data)

    def _called(self, path: RepoPath, kind: str, *, side: Side) -> "Pipeline | CouldNotLook | None":
        data = self._other(path, side)
        found = _parsed(data, path, kind=kind, side=side) if data is not None else None
        is_there = self._around is not None and path in self._around()[0]
        return _TOO_MUCH if found is None and (data is not None or is_there) else found

    @property
    def before(self) -> "Iterator[Pipeline]":
        """Those of the base: what stood in one of them is not new where it moved to another."""
        return (pair.old for pair in self.pairs if pair.old is not None)

    @cached_property
    def removes_code(self) -> bool:
        """Whether other files are gone, too: what checked them may go with them."""
        gone = (file.path for file in self._change.files if file.head is None)
        return any(path not in self.roles and not path.endswith(_PROSE) for path in gone)

    def counterpart(self, job: "Job", old: "Pipeline | None") -> "Job | None":
        """What a job was: the one of its name in the same file, else in one that the change touches and that has it no more."""
        if old is not None and job.name in old.jobs:
            return old.jobs[job.name]
        return next((gone for pair in self.pairs for gone in self._gone(pair) if gone.name == job.name), None)

    def successor(self, job: "Job", new: "Pipeline | None") -> "Job | None":
        """What a job has become, in its own file or another that the change touches."""
        if new is not None and job.name in new.jobs:
            return new.jobs[job.name]
        commands = _does(job)
        every = [each for pair in self.pairs if pair.new is not None for each in pair.new.jobs.values()]
        named = next((each for each in every if each.name == job.name), None)
        return named or next((each for each in every if commands and commands <= _does(each)), None)

    def is_for_outsiders(self, pipeline: "Pipeline") -> bool:
        """Whether outsiders can start a workflow; one that only follows others that no proposal starts, they cannot."""
        if not pipeline.is_only_following:
            return pipeline.is_for_outsiders
        names = pipeline.follows
        known = [each for each in self._all if each.name in names]
        return not names <= {each.name for each in known} or any(each.is_for_proposals for each in known)

    def is_ours(self, owner: str) -> bool:
        """Whether somebody of the forge owns this repository too, as what it says of itself, or who must look at changes, tells."""
        return f"github.com/{owner}/".lower() in self._said_of_itself or f"@{owner}/".lower() in self._said_of_itself

    @cached_property
    def _said_of_itself(self) -> str:
        found = (self._other(RepoPath(path), Side.HEAD) for path in _OF_ITSELF)
        return "\n".join(data[:_MOST_BYTES].decode("utf-8", "replace").lower() for data in found if data is not None)

    @property
    def kept(self) -> "Iterator[Pipeline]":
        """The workflows that a change leaves as they are."""
        return (each for each in self._all if each.path not in self.roles)

    @cached_property
    def _all(self) -> "tuple[Pipeline, ...]":
        """Every workflow after the change."""
        if self._around is None:
            return ()
        tree, read = self._around()
        paths = sorted(path for path in tree.blobs if path.startswith(_FOLDERS) and _WORKFLOW.fullmatch(path))
        files = [(path, read(tree.blobs[path].oid, _MOST_BYTES)) for path in paths[:_MOST_FILES]]
        found = (
            _parsed(data, path, kind="workflow", side=Side.HEAD) for path, data in files if isinstance(data, bytes)
        )
        return tuple(each for each in found if each is not None)

    def _other(self, path: RepoPath, side: Side) -> bytes | None:
        """Another file of the same tree; one that the change leaves alone is the same in both."""
        if any(path in (file.path, blob.path if (blob := file.on(side)) else "") for file in self._change.files):
            data = self._contents.of(path, side)
        else:
            found = self._around() if self._around is not None else None
            data = found[1](found[0].blobs[path].oid, _MOST_BYTES) if found is not None and path in found[0] else None
        return data if isinstance(data, bytes) else None

    def _reader(self, side: Side) -> "Read":
        from weighbridge.landscape.infrastructure.pipelines.gitlab_templates import Read  # noqa: PLC0415 - few changes hold any

        return Read(partial(self._other, side=side), partial(self._paths, side))

    def _paths(self, side: Side) -> "Iterator[RepoPath]":
        """All files of one side."""
        touched = {blob.path for file in self._change.files for each in Side if (blob := file.on(each)) is not None}
        yield from (blob.path for file in self._change.files if (blob := file.on(side)) is not None)
        found = self._around()[0].blobs if self._around is not None else {}
        yield from (path for path in found if path not in touched)

    @staticmethod
    def _gone(pair: "Pair") -> "Iterator[Job]":
        for name, job in pair.old.jobs.items() if pair.old is not None else ():
            if pair.new is None or name not in pair.new.jobs:
                yield job

    def _read(self, file: FileChange, side: Side) -> "Pipeline | None":
        blob, kind = file.on(side), _kind(file, side) or ("gitlab" if file in self._included else "")
        data = self._contents.of(blob.path, side) if blob is not None and kind else None
        if blob is None or not isinstance(data, bytes):
            return None
        return _parsed(data, blob.path, kind=kind, side=side, read=self._reader(side))


def _parsed(data: bytes, path: RepoPath, *, kind: str, side: Side, read: "Read | None" = None) -> "Pipeline | None":
    from weighbridge.landscape.infrastructure.pipelines.reading import read_pipeline  # noqa: PLC0415 - few changes hold any

    return read_pipeline(data, path, kind=kind, side=side, read=read)


def _kind(file: FileChange, side: Side) -> str:
    blob = file.on(side)
    if blob is None or blob.mode in (Mode.SYMLINK, Mode.SUBMODULE):
        return ""
    path = blob.path
    if not path.endswith(_ENDINGS) or not any(each in path for each in _SEEN_IN):
        return ""
    if _WORKFLOW.fullmatch(path):
        return "workflow"
    if _ACTION.fullmatch(path):
        return "action"
    return "gitlab" if _GITLAB.fullmatch(path) else ""


def _called_as(path: RepoPath) -> bytes:
    """How who calls a workflow or an action of the same repository names it."""
    return f"./{path.rpartition('/')[0] if _ACTION.fullmatch(path) else path}".encode()


def _told_once(pairs: "list[Pair]") -> "tuple[Pair, ...]":
    """The same without the jobs that are there for others to take from, and that one of these pipelines takes: it is told of that."""
    taken = {name for pair in pairs for each in (pair.old, pair.new) if each is not None for name in each.taken}

    def told(pipeline: "Pipeline | None") -> "Pipeline | None":
        if pipeline is None or not any(name.startswith(".") for name in pipeline.jobs):
            return pipeline
        jobs = {name: job for name, job in pipeline.jobs.items() if not (name.startswith(".") and name in taken)}
        return replace(pipeline, jobs=jobs)

    return tuple(replace(pair, old=told(pair.old), new=told(pair.new)) for pair in pairs)


def _first(file: FileChange) -> Place:
    """Where a file begins to be otherwise."""
    line = min((each.start for each in file.added), default=1)
    side = Side.HEAD if file.head is not None else Side.BASE
    return Place(path=file.path, line=line, end_line=line, side=side)


def _does(job: "Job") -> frozenset[str]:
    scripts = {each.script.value.strip() for each in job.steps if each.script is not None}
    return frozenset(scripts | {each.action for each in job.steps if each.action and "checkout" not in each.action})
