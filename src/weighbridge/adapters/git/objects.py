"""Reads objects through one long-lived `git cat-file --batch` and one `--batch-check`."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct

from weighbridge.adapters.git.conversation import TooMuchError
from weighbridge.adapters.git.process import Git, Pipes, end_when_forgotten, too_slow, words_of
from weighbridge.app.ports import RepositoryError, UnreadableObjectError
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook, Reason

_CHECKED_AT_ONCE = 200
_TAKEN_AT_ONCE: Final = 4_096
_WEIGHED_AT_ONCE: Final = 1_024
_MOST_TOLD: Final = 8 << 20
"""Bytes that so many small objects usually are much less than; where they are more, their sizes are asked for first."""
_BATCH_RESTART = 1 << 20
_SMALL: Final = 4_096
"""Bytes that cost less to copy than to hash in a second step."""


class ObjectHeader(Struct, frozen=True, kw_only=True):
    """What git says of an object before its bytes."""

    oid: ObjectId
    kind: str
    size: int


class _Pipe:
    """A git that answers questions line by line, with a limit on how long one answer may take."""

    def __init__(self, git: Git, *arguments: str) -> None:
        self._process = git.start(arguments, with_input=True)
        self._timeout = git.timeout
        self._buffer = bytearray()
        assert self._process.stdin is not None
        self._input = self._process.stdin
        self._pipes = Pipes(self._process)
        self.close = end_when_forgotten(self, self._process)

    def ask(self, question: bytes) -> None:
        """Sends the question; keep it small enough for the pipe."""
        try:
            self._input.write(question)
            self._input.flush()
        except BrokenPipeError as problem:
            raise self._dead() from problem

    def line(self) -> bytes:
        """The next line of the answer, without its end."""
        while (at := self._buffer.find(b"\n")) < 0:
            self._fill()
        found = bytes(self._buffer[:at])
        del self._buffer[: at + 1]
        return found

    def take(self, size: int) -> bytes:
        """The next `size` bytes of the answer."""
        while len(self._buffer) < size:
            self._fill()
        with memoryview(self._buffer) as there:
            found = bytes(there[:size])
        del self._buffer[:size]
        return found

    def skip(self, size: int) -> None:
        """Drops the next `size` bytes of the answer without keeping them."""
        while size:
            if not self._buffer:
                self._fill()
            gone = min(size, len(self._buffer))
            del self._buffer[:gone]
            size -= gone

    def _fill(self) -> None:
        try:
            chunk = self._pipes.read(self._timeout)
        except TimeoutError:
            self.close()
            raise too_slow("cat-file", self._timeout) from None
        if not chunk:
            raise self._dead()
        self._buffer += chunk

    def _dead(self) -> UnreadableObjectError:
        self.close()
        words = words_of(self._pipes.errors) or "it did not say why"
        return UnreadableObjectError(
            f"git stopped while reading objects ({words}): git fsck --full says what is broken"
        )


_ID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NO_OBJECT: Final = "0" * 40


class ObjectReader:
    """Sizes, kinds and bytes of objects; what git gives is held against its id."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._contents: _Pipe | None = None
        self._headers: _Pipe | None = None

    def headers(self, oids: Sequence[ObjectId]) -> Iterator[ObjectHeader | None]:
        """For each id its header, None where the object is not at hand; in the order asked."""
        for at in range(0, len(oids), _CHECKED_AT_ONCE):
            part = oids[at : at + _CHECKED_AT_ONCE]
            if self._headers is None:
                self._headers = _Pipe(self._git, "cat-file", "--batch-check")
            try:
                self._headers.ask(_questions(part))
                found = [_header(self._headers.line()) for _ in part]
            except RepositoryError:
                self._headers = None
                raise
            yield from found

    def read(self, oid: ObjectId, limit: int) -> tuple[ObjectHeader, bytes] | CouldNotLook:
        """An object's header and bytes, or why not."""
        taken = self._take(oid, limit)
        if taken is None:
            return CouldNotLook(
                reason=Reason.NO_HISTORY,
                detail=f"object {oid[:12]} is not in this clone, or is broken",
                remedy="clone without --filter and --depth, or git fetch --refetch; git fsck --full finds broken ones",
            )
        header, data = taken
        if data is None:
            return CouldNotLook(
                reason=Reason.LIMIT, detail=f"{header.size:,} bytes, more than the {limit:,} that are read"
            )
        if _digest(header, data) != oid:
            return CouldNotLook(
                reason=Reason.FAILED,
                detail=f"object {oid[:12]} holds bytes that do not match its id",
                remedy="the repository is damaged or was tampered with: git fsck --full says where",
            )
        return header, data

    def small(self, oids: Sequence[ObjectId], limit: int) -> Mapping[ObjectId, bytes]:
        """The bytes of those of at most `limit` bytes that are at hand and whole, by gits that are asked for many at once.

        Of what is left out `read` says why.
        """
        found: dict[ObjectId, bytes] = {}
        with suppress(RepositoryError):  # whoever reads them one by one learns which is broken
            for at in range(0, len(oids), _TAKEN_AT_ONCE):
                part = oids[at : at + _TAKEN_AT_ONCE]
                try:
                    told = self._git.run("cat-file", "--batch", "--buffer", given=_questions(part), most=_MOST_TOLD)
                    found.update((oid, data) for oid, data in _answers(told) if len(data) <= limit)
                except TooMuchError:
                    found.update(self._weighed(part, limit))
        return found

    def _weighed(self, oids: Sequence[ObjectId], limit: int) -> Iterator[tuple[ObjectId, bytes]]:
        """The same by asking for sizes before: what is too large is not printed at all."""
        for at in range(0, len(oids), _WEIGHED_AT_ONCE):
            part = oids[at : at + _WEIGHED_AT_ONCE]
            told = self._git.run("cat-file", "--batch-check", "--buffer", given=_questions(part))
            known = zip(part, map(_header, told.split(b"\n")), strict=False)
            wanted = [oid for oid, header in known if header is not None and header.size <= limit]
            yield from _answers(self._git.run("cat-file", "--batch", "--buffer", given=_questions(wanted)))

    def beginning(self, oid: ObjectId, size: int) -> tuple[ObjectHeader, bytes] | None:
        """An object's header and at most its first `size` bytes, None when it is not at hand."""
        pipe, header = self._open(oid)
        if header is None:
            return None
        taken = min(size, header.size)
        data = pipe.take(taken)
        pipe.skip(header.size - taken + 1)
        if taken == header.size and _digest(header, data) != oid:
            raise UnreadableObjectError(f"object {oid} holds bytes that do not match its id: run git fsck --full")
        return header, data

    def close(self) -> None:
        """Ends both gits."""
        for pipe in (self._contents, self._headers):
            if pipe is not None:
                pipe.close()
        self._contents = self._headers = None

    def _open(self, oid: ObjectId) -> tuple[_Pipe, ObjectHeader | None]:
        if self._contents is None:
            self._contents = _Pipe(self._git, "cat-file", "--batch")
        pipe = self._contents
        try:
            pipe.ask(f"{_asked(oid)}\n".encode())
            return pipe, _header(pipe.line())
        except RepositoryError:
            self._contents = None
            raise

    def _take(self, oid: ObjectId, limit: int) -> tuple[ObjectHeader, bytes | None] | None:
        pipe, header = self._open(oid)
        if header is None:
            return None
        if header.size <= limit:
            data = pipe.take(header.size)
            pipe.skip(1)
            return header, data
        if header.size > _BATCH_RESTART:
            # Starting git anew costs less than letting it print what nobody reads.
            pipe.close()
            self._contents = None
        else:
            pipe.skip(header.size + 1)
        return header, None


def _answers(told: bytes) -> Iterator[tuple[ObjectId, bytes]]:
    """Each object that git printed and whose bytes match its id."""
    at = 0
    while (end := told.find(b"\n", at)) >= 0:
        line, at = told[at:end], end + 1
        oid, _, words = line.partition(b" ")
        kind, _, size = words.partition(b" ")
        if size.isdigit():
            data = told[at : at + int(size)]
            at += len(data) + 1
            found = ObjectId(oid.decode())
            if _digest_of(found, b"%b %b\0" % (kind, size), data=data) == found:
                yield found, data


def _questions(oids: Sequence[ObjectId]) -> bytes:
    return "".join(f"{_asked(oid)}\n" for oid in oids).encode()


def _asked(oid: ObjectId) -> str:
    """An id as git is asked for it. What is none, which a statement by anybody may hold, stands for no object."""
    return oid if _ID.fullmatch(oid) else _NO_OBJECT


def _header(line: bytes) -> ObjectHeader | None:
    words = line.split(b" ")
    if len(words) != 3 or not words[2].isdigit():
        return None
    return ObjectHeader(oid=ObjectId(words[0].decode()), kind=words[1].decode(), size=int(words[2]))


def _digest(header: ObjectHeader, data: bytes) -> str:
    return _digest_of(header.oid, f"{header.kind} {header.size}\0".encode(), data=data)


def _digest_of(oid: ObjectId, head: bytes, *, data: bytes) -> str:
    """What an object of these bytes is called where another is called `oid`."""
    is_small = len(data) <= _SMALL
    begun = head + data if is_small else head
    state = hashlib.sha256(begun) if len(oid) == 64 else hashlib.sha1(begun, usedforsecurity=False)
    if not is_small:
        state.update(data)
    return state.hexdigest()


def line_answers(git: Git, questions: Sequence[str]) -> list[ObjectId | None]:
    """The ids these expressions stand for, None where they stand for nothing or for more than one object."""
    given = "".join(f"{question}\n" for question in questions).encode("utf-8", "surrogateescape")
    lines = git.run("cat-file", "--batch-check", given=given).split(b"\n")
    headers = [_header(line) for line in lines[: len(questions)]]
    return [header.oid if header else None for header in headers]
