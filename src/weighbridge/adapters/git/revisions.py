"""Turns the names people say into commits, refusing what could mean two things."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weighbridge.adapters.git.objects import line_answers
from weighbridge.adapters.git.process import Git, GitFailedError
from weighbridge.app.ports import RepositoryError, UnknownRevisionError
from weighbridge.domain.ids import ObjectId

_LONGEST_NAME = 1000
_NEARBY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
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

    def __init__(self, git: Git) -> None:
        self._git = git

    def commits(self, *names: str) -> tuple[ObjectId, ...]:
        """The commits these names stand for.

        Raises:
            UnknownRevisionError: a name leads nowhere, or to something that is no commit.
            RepositoryError: a name is both a branch and a tag, and they differ.
        """
        for name in names:
            _refuse_malformed(name)
        questions = [f"{form}^{{commit}}" for n in names for form in (n, f"refs/heads/{n}", f"refs/tags/{n}")]
        answers = line_answers(self._git, questions)
        return tuple(self._one(name, answers[at * 3 : at * 3 + 3]) for at, name in enumerate(names))

    def first_of(self, *names: str) -> tuple[str, ObjectId] | None:
        """The first of these full names that exists, with its commit."""
        answers = line_answers(self._git, [f"{name}^{{commit}}" for name in names])
        return next(((n, a) for n, a in zip(names, answers, strict=True) if a is not None), None)

    def refs(self, *patterns: str) -> Sequence[Ref]:
        """The refs below these prefixes that lead to a commit."""
        layout = "%(refname)%00%(symref)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"
        lines = self._git.run("for-each-ref", f"--format={layout}", *patterns).decode("utf-8", "replace").splitlines()
        return [ref for line in lines if (ref := _ref(line))]

    def branch_of_head(self) -> str:
        """The full name of the branch that is checked out, empty when HEAD is a commit."""
        try:
            return self._git.run("symbolic-ref", "-q", "HEAD").decode("utf-8", "surrogateescape").strip()
        except GitFailedError:
            return ""

    def objects_below(self, prefix: str, limit: int) -> Mapping[str, ObjectId]:
        """At most `limit` refs below a prefix, by their full names, with the objects they point at."""
        if not prefix.startswith("refs/") or limit < 1:
            return {}
        lines = self._git.run("for-each-ref", f"--count={limit}", "--format=%(objectname) %(refname)", prefix)
        pairs = (line.split(" ", 1) for line in lines.decode("utf-8", "replace").splitlines())
        return {name: ObjectId(oid) for oid, name in pairs}

    def _one(self, name: str, answers: Sequence[ObjectId | None]) -> ObjectId:
        found, branch, tag = answers
        if branch and tag and branch != tag:
            raise RepositoryError(f"{name!r} is a branch and a tag: say refs/heads/{name} or refs/tags/{name}")
        if found is None:
            raise UnknownRevisionError(f"no commit is called {name!r} here{self._nearby(name)}")
        return branch or found

    def _nearby(self, name: str) -> str:
        names = sorted({ref.short for ref in self.refs("refs/heads", "refs/remotes")})
        near = difflib.get_close_matches(name, names[:5000], n=_NEARBY, cutoff=0.5) or names[:_NEARBY]
        return f"; there is {', '.join(near)}" if near else "; this repository has no branch with a commit yet"


def _refuse_malformed(name: str) -> None:
    if not name or len(name) > _LONGEST_NAME or name.startswith("-") or any(ord(c) < 32 or c == "\x7f" for c in name):
        raise UnknownRevisionError(f"{name[:80]!r} is not a revision: give a branch, a tag or a commit id")


def _ref(line: str) -> Ref | None:
    name, stands_for, kind, oid, peeled_kind, peeled = line.split("\0")
    commit = oid if kind == "commit" else peeled if peeled_kind == "commit" else None
    return Ref(name=name, commit=ObjectId(commit), stands_for=stands_for) if commit else None
