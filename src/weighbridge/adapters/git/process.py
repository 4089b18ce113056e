"""Runs git so that nothing the repository brings is executed, fetched or obeyed.

Two things make that so. The environment is built from nothing: variables that a hook or a shell left behind are
dropped, replace refs, grafts, prompts, lazy fetching and every transport are off. And all but the few questions about
names are asked in a shadow git folder (see `shadow`), so the repository's own configuration is not even read.
"""

import os
import resource
import select
import shutil
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.adapters.git.conversation import converse
from weighbridge.app.ports import RepositoryError

BIG_FILE = 32 << 20
"""Bytes above which git takes a file for binary instead of loading it to compare lines."""

_KEPT = ("HOME", "XDG_CONFIG_HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE")

_FIXED = {
    "LC_ALL": "C",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    # An empty list allows no transport at all: git before 2.44 does not know GIT_NO_LAZY_FETCH.
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_PROTOCOL_FROM_USER": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_PAGER": "cat",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_FLUSH": "1",
}

HARDENED = (
    "advice.graftFileDeprecated=false",  # told by every git that looks for parents, in eight lines that it writes one by one
    "core.hooksPath=" + os.devnull,
    "core.fsmonitor=false",
    "core.attributesFile=" + os.devnull,
    "core.commitGraph=false",
    "core.untrackedCache=false",
    "core.splitIndex=false",
    f"core.bigFileThreshold={BIG_FILE}",
    "core.quotePath=true",
    "core.alternateRefsCommand=true",
    "core.useReplaceRefs=false",
    "core.pager=cat",
    "credential.helper=",
    "diff.external=",
    "diff.submodule=short",
    "diff.suppressBlankEmpty=false",
    "gc.auto=0",
    "gpg.program=false",
    "log.showSignature=false",
    "maintenance.auto=false",
    "protocol.allow=never",
    "submodule.recurse=false",
)

_CHUNK = 1 << 18
_MOST_MEMORY = 2 << 30


class GitFailedError(RepositoryError):
    """Git said no: `words` are its own, without the prefix; `output` is what it had printed by then, where that was read."""

    def __init__(self, arguments: Sequence[str], *, code: int, words: str, output: bytes = b"") -> None:
        super().__init__(f"git {arguments[0]} failed: {words or f'exit code {code}'}")
        self.code = code
        self.words = words
        self.output = output


class GitMissingError(RepositoryError):
    """There is no git program to run: install git 2.30 or newer and have it on PATH."""


def clean_environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """What git is given of the world: where home and temporary files are, a PATH of absolute folders, and our own."""
    folders = [p for p in inherited.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(p)]
    kept = {name: inherited[name] for name in _KEPT if name in inherited}
    return kept | {"PATH": os.pathsep.join(folders)} | _FIXED


def find_git(environment: Mapping[str, str]) -> str:
    """The absolute path of the git program.

    Raises:
        GitMissingError: none of PATH's absolute folders has one.
    """
    program = shutil.which("git", path=environment["PATH"])
    if program is None:
        raise GitMissingError("git was not found on PATH: install git 2.30 or newer")
    return program


def lines_of(told: bytes) -> list[str]:
    """What git prints line by line: names of refs may hold what Python takes for the end of a line, and git does not."""
    return [line for line in told.decode("utf-8", "replace").split("\n") if line]


class Git(Struct, frozen=True, kw_only=True):
    """The git program, ready to be run in one folder with one environment; times are in seconds."""

    program: str
    folder: Path
    environment: Mapping[str, str]
    timeout: float = 120.0
    settings: tuple[str, ...] = field(default=HARDENED)

    def with_environment(self, **extra: str) -> "Git":
        """The same git with more variables set."""
        return replace(self, environment={**self.environment, **extra})

    def with_settings(self, *more: str) -> "Git":
        """The same git with more settings, `name=value`."""
        return replace(self, settings=(*self.settings, *more))

    def command(self, arguments: Sequence[str]) -> list[str]:
        """The whole command line."""
        settings = [word for setting in self.settings for word in ("-c", setting)]
        return [self.program, "--no-pager", *settings, *arguments]

    def start(
        self, arguments: Sequence[str], *, with_input: bool = False, inherits: Sequence[int] = (), buffer: int = -1
    ) -> "subprocess.Popen[bytes]":
        """A running git whose output is a pipe, holding these open files; whoever starts it must end it.

        Without a `buffer` the pipes are read and written by their numbers alone.
        """
        try:
            process = subprocess.Popen(  # noqa: S603 - a fixed program, a fixed environment, arguments never parsed by a shell
                self.command(arguments),
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.PIPE if with_input else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=inherits,
                bufsize=buffer,
            )
        except OSError as problem:
            raise GitMissingError(f"git could not be started in {self.folder}: {problem.strerror}") from problem
        _limit_memory(process.pid)
        return process

    def run(
        self, *arguments: str, given: bytes | None = None, inherits: Sequence[int] = (), most: int | None = None
    ) -> bytes:
        """Everything git prints; it holds the open files `inherits` while it runs.

        Raises:
            GitFailedError: git ended with an error.
            RepositoryError: git did not end in time.
            TooMuchError: it printed more than `most` bytes, and was ended.
        """
        process = self.start(arguments, with_input=given is not None, inherits=inherits, buffer=0)
        try:
            output, errors = converse(process, given or b"", seconds=self.timeout, most=most)
        except TimeoutError:
            raise too_slow(arguments[0], self.timeout) from None
        finally:
            end(process)
        if process.returncode:
            raise GitFailedError(arguments, code=process.returncode, words=words_of(errors), output=output)
        return output

    @contextmanager
    def stream(self, *arguments: str, given: bytes | None = None) -> Iterator[Iterator[bytes]]:
        """What git prints, in chunks; git is ended when the block is left, however it is left.

        `given` is written at once, so only for commands that read all of it before they print.

        Raises:
            GitFailedError: git ended with an error; raised when the last chunk was read.
            RepositoryError: git printed nothing for too long.
        """
        process = self.start(arguments, with_input=given is not None)
        try:
            if process.stdin is not None:
                _write_all(process.stdin, given or b"")
            yield self._chunks(process, arguments)
        finally:
            end(process)

    def _chunks(self, process: "subprocess.Popen[bytes]", arguments: Sequence[str]) -> Iterator[bytes]:
        pipes = Pipes(process)
        try:
            while chunk := pipes.read(self.timeout):
                yield chunk
        except TimeoutError:
            raise too_slow(arguments[0], self.timeout) from None
        if process.wait():
            raise GitFailedError(arguments, code=process.returncode, words=words_of(pipes.errors))


class Pipes:
    """Both outputs of one process read together, so that neither fills up while the other is waited for."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self._output = process.stdout.fileno()
        self._open = {self._output, process.stderr.fileno()}
        self._poll = select.poll()
        for pipe in self._open:
            self._poll.register(pipe, select.POLLIN)
        self.errors = b""
        """The last words on standard error."""

    def read(self, seconds: float) -> bytes:
        """The next bytes of standard output, empty at its end.

        Raises:
            TimeoutError: nothing came within `seconds`.
        """
        while self._open:
            ready = self._poll.poll(max(0.0, seconds) * 1000)
            if not ready:
                raise TimeoutError
            for pipe, _ in ready:
                chunk = os.read(pipe, _CHUNK)
                if not chunk:
                    self._open.discard(pipe)
                    self._poll.unregister(pipe)
                elif pipe == self._output:
                    return chunk
                else:
                    self.errors = (self.errors + chunk)[-4096:]
        return b""


def end_when_forgotten(owner: object, process: "subprocess.Popen[bytes]") -> Callable[[], object]:
    """A call that ends the process; it is also made when `owner` is collected or Python exits.

    A forked child holds copies of both and must not end what its parent uses.
    """
    started_by = os.getpid()

    def end_own() -> None:
        if os.getpid() == started_by:
            end(process)

    return weakref.finalize(owner, end_own)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Makes sure the process is gone and its pipes are closed."""
    if process.poll() is None:
        process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None and not pipe.closed:
            with suppress(BrokenPipeError):
                pipe.close()
    process.wait()


def split_records(chunks: Iterator[bytes], separator: bytes = b"\n") -> Iterator[bytes]:
    """The records of a stream, without their separators."""
    for records in split_chunks(chunks, separator):
        yield from records.split(separator)


def split_chunks(chunks: Iterator[bytes], separator: bytes) -> Iterator[bytes]:
    """A stream in pieces of whole records, each without the separator that ends it."""
    rest = b""
    for chunk in chunks:
        whole, found, after = chunk.rpartition(separator)
        if found:
            yield rest + whole
            rest = after
        else:
            rest += chunk
    if rest:
        yield rest


def _limit_memory(pid: int) -> None:
    """Where the system can, bounds what a hostile tree makes git hold; mapped packs do not count."""
    if sys.platform == "linux":
        with suppress(ProcessLookupError, PermissionError, ValueError):
            resource.prlimit(pid, resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))


def _write_all(pipe: IO[bytes], data: bytes) -> None:
    """Hands over the input; a git that ended early says why on standard error."""
    with suppress(BrokenPipeError):
        pipe.write(data)
        pipe.close()


def words_of(errors: bytes) -> str:
    """What git said on standard error, in one line and without its prefixes."""
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    said = [line.removeprefix("fatal: ").removeprefix("error: ") for line in lines if not line.startswith("hint:")]
    return "; ".join(dict.fromkeys(said))[:600]


def too_slow(command: str, seconds: float) -> RepositoryError:
    """The error for a git that hangs."""
    return RepositoryError(f"git {command} did not answer within {seconds:.0f} seconds and was stopped")
