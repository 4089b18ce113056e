"""Turns the names people say into commits, refusing what could mean two things."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from weighbridge.adapters.git.objects import line_answers
from weighbridge.adapters.git.process import Git, GitFailedError, lines_of
from weighbridge.adapters.git.tracking import Tracking, tracking_of
from weighbridge.app.ports import RepositoryError, UnknownRevisionError, UnreadableObjectError
from weighbridge.domain.ids import ObjectId

_LONGEST_NAME = 1000
_NEARBY = 3
_GLOBS = "*?[\\"
_FORMS = ("{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD")
"""What a name is looked up as: whoever may push a tag must not decide what the name of a branch means."""


class Ref(Struct, frozen=True, kw_only=True):
    """One ref: its full name, the commit it leads to, and the ref it stands for when it is symbolic."""

    name: str
    commit: ObjectId
    stands_for: str = ""

    @property
    def short(self) -> str:
        """The name without `refs/heads/` or `refs/remotes/`."""
        return self.name.removeprefix("refs/heads/").removeprefix("refs/remotes/")


class Revisions:
    """Names looked up in the repository itself; nothing here reads more than refs and commits."""

    def __init__(self, git: Git, common: Path) -> None:
        self._git = git
        self._common = common
        self._is_broken = False

    @cached_property
    def tracking(self) -> Tracking:
        """Which refs here are branches by the names that they have where they are protected."""
        return tracking_of(self._git, self._common)

    def commits(self, *names: str) -> tuple[ObjectId, ...]:
        """The commits these names stand for.

        Raises:
            UnknownRevisionError: a name leads nowhere, or to something that is no commit.
            RepositoryError: a name means two things that differ: a branch and a tag, or a branch called like an id.
        """
        for name in names:
            _refuse_malformed(name)
        answers = line_answers(self._git, [f"{form.format(name)}^{{commit}}" for name in names for form in _FORMS])
        count = len(_FORMS)
        return tuple(self._one(name, answers[at * count : (at + 1) * count]) for at, name in enumerate(names))

    def of_remotes(self, name: str) -> ObjectId | None:
        """The commit that the branch of this name is at in whichever remote has one, as it was last fetched.

        Raises:
            RepositoryError: remotes differ in it.
        """
        if not name or any(c in _GLOBS for c in name) or not self.tracking.remotes:
            return None
        found = {ref.commit: ref for ref in self.refs(f"refs/remotes/*/{name}")}
        if len(found) > 1:
            places = " or ".join(sorted(ref.short for ref in found.values()))
            raise RepositoryError(f"{name!r} is a branch of several remotes, and another commit in each: say {places}")
        return next(iter(found), None)

    def first_of(self, *names: str) -> tuple[str, ObjectId] | None:
        """The first of these full names that exists, with its commit."""
        answers = line_answers(self._git, [f"{name}^{{commit}}" for name in names])
        return next(((n, a) for n, a in zip(names, answers, strict=True) if a is not None), None)

    def refs(self, *patterns: str) -> Sequence[Ref]:
        """The refs below these prefixes that lead to a commit."""
        layout = "%(refname)%00%(symref)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"
        try:
            told = self._git.run("for-each-ref", f"--format={layout}", *patterns)
        except GitFailedError:  # one ref without its object keeps git from telling of any
            self._is_broken = True
            return self._readable_refs(*patterns)
        return [ref for line in lines_of(told) if (ref := _ref(line))]

    def whole_refs(self, *patterns: str) -> Sequence[Ref]:
        """The same, for refs that decide: one whose commit is not at hand must not read as one that is not there.

        Raises:
            UnreadableObjectError: there is such a ref.
        """
        found = self.refs(*patterns)
        if self._is_broken:
            self.require_whole(*(name for name, _, _ in self._listed(*patterns)))
        return found

    def require_whole(self, *names: str) -> None:
        """Refuse refs, by full name or `HEAD`, that exist and lead to a commit which is not at hand.

        Raises:
            UnreadableObjectError: one of them does.
        """
        listed = self._listed(*(name for name in names if name.startswith("refs/")))
        led = {name: oid for name, _, oid in listed if name in names}
        if "HEAD" in names and (head := self._head()):
            led["HEAD"] = head
        answers = line_answers(self._git, [f"{oid}^{{commit}}" for oid in led.values()]) if led else []
        for (name, oid), answer in zip(led.items(), answers, strict=True):
            if answer is None:
                raise UnreadableObjectError(
                    f"{name} leads to {oid[:12]}, which is no commit that can be read: git fetch may bring it, "
                    "git fsck says what is broken"
                )

    def branch_of_head(self) -> str:
        """The full name of the branch that is checked out, empty when HEAD is a commit."""
        try:
            return self._git.run("symbolic-ref", "-q", "HEAD").decode("utf-8", "surrogateescape").strip()
        except GitFailedError:
            return ""

    def is_bare(self) -> bool:
        """Whether nothing is checked out here, so that HEAD is the branch that this repository itself calls its own."""
        return self._git.run("rev-parse", "--is-bare-repository").strip() == b"true"

    def objects_below(self, prefix: str, limit: int) -> Mapping[str, ObjectId]:
        """At most `limit` refs below a prefix, by their full names, with the objects they point at."""
        if not prefix.startswith("refs/") or limit < 1:
            return {}
        lines = self._git.run("for-each-ref", f"--count={limit}", "--format=%(objectname) %(refname)", prefix)
        pairs = (line.split(" ", 1) for line in lines_of(lines))
        return {name: ObjectId(oid) for oid, name in pairs}

    def _readable_refs(self, *patterns: str) -> Sequence[Ref]:
        listed = self._listed(*patterns)
        answers = line_answers(self._git, [f"{oid}^{{commit}}" for _, _, oid in listed])
        return [
            Ref(name=name, commit=commit, stands_for=stands_for)
            for (name, stands_for, _), commit in zip(listed, answers, strict=True)
            if commit is not None
        ]

    def _listed(self, *patterns: str) -> list[tuple[str, str, str]]:
        """Name, what it stands for, and id of the refs below these prefixes, whether their objects are at hand or not."""
        if not patterns:
            return []
        told = self._git.run("for-each-ref", "--format=%(refname)%00%(symref)%00%(objectname)", *patterns)
        fields = (line.split("\0") for line in lines_of(told))
        return [(name, stands_for, oid) for name, stands_for, oid in fields]

    def _head(self) -> str:
        """The id HEAD leads to, empty before the first commit."""
        try:
            return self._git.run("rev-parse", "--verify", "-q", "HEAD").decode().strip()
        except GitFailedError:
            return ""

    def _one(self, name: str, answers: Sequence[ObjectId | None]) -> ObjectId:
        found, tag, branch, *_ = answers
        for form, commit in zip(_FORMS[2:], answers[2:], strict=True):
            if commit and tag and commit != tag:
                raise RepositoryError(f"{name!r} is a branch and a tag: say {form.format(name)} or refs/tags/{name}")
        if branch and found and branch != found:
            raise RepositoryError(
                f"{name!r} is a branch, and what git itself calls so is another commit: say refs/heads/{name}, or the "
                "commit's id in full; whoever named a branch like an id may want to be mistaken"
            )
        if found is None:
            self.require_whole(name, f"refs/heads/{name}", f"refs/tags/{name}", f"refs/remotes/{name}")
            raise UnknownRevisionError(f"no commit is called {name!r} here{self._nearby(name)}{self._cut_off()}")
        return branch or found

    def _nearby(self, name: str) -> str:
        names = sorted({ref.short for ref in self.refs("refs/heads", "refs/remotes")})
        near = get_close_matches(name, names[:5000], n=_NEARBY, cutoff=0.5) or names[:_NEARBY]
        return f"; there is {', '.join(near)}" if near else "; this repository has no branch with a commit yet"

    def _cut_off(self) -> str:
        """What to say of a clone that may lack what was asked for."""
        is_shallow = self._git.run("rev-parse", "--is-shallow-repository").strip() == b"true"
        return "; this clone is shallow: git fetch --unshallow brings older commits" if is_shallow else ""


def _refuse_malformed(name: str) -> None:
    if not name or len(name) > _LONGEST_NAME or name.startswith("-") or any(ord(c) < 32 or c == "\x7f" for c in name):
        raise UnknownRevisionError(f"{name[:80]!r} is not a revision: give a branch, a tag or a commit id")


def _ref(line: str) -> Ref | None:
    name, stands_for, kind, oid, peeled_kind, peeled = line.split("\0")
    commit = oid if kind == "commit" else peeled if peeled_kind == "commit" else None
    return Ref(name=name, commit=ObjectId(commit), stands_for=stands_for) if commit else None
