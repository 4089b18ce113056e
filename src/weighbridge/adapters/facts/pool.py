"""A pool of extracting processes: each blob has a time limit, and a process that breaks is replaced.

Small blobs are sent several at a time, for a question and its answer cost as much as reading a small file. Where that breaks
the process or takes too long, each is asked for alone.
"""

import os
import queue
import selectors
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Final

from msgspec import Struct

from weighbridge.adapters.facts.process import Process, start
from weighbridge.adapters.facts.records import missing_record
from weighbridge.adapters.facts.worker import ANSWER, COUNT, REQUEST
from weighbridge.domain.change import Blob
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.roles import role_of

ALONE: Final = 24
"""Up to this many blobs are read by one process: starting a second would cost more than it saves."""

TOGETHER: Final = 8
TOGETHER_BYTES: Final = 1 << 16
"""At most so many blobs, of at most so many bytes but for one, are sent at a time."""

GRACE: Final = 10.0
"""Seconds that a process without its parent lives longer than the parent would have let it."""

PATIENCE: Final = 10.0
"""Seconds that closing waits for a thread, which only a git that hangs can keep."""


LOOK: Final = 0.5
"""Seconds without an answer after which whoever waits is told what is being read, again and again."""

_AT_ONCE: Final = 1 << 16
"""Bytes that are read from a process at a time, at least."""


class ExtractionLimits(Struct, frozen=True, kw_only=True):
    """What one blob may take: `size` bytes of source, `seconds` of time, `memory` bytes of address space.

    Where blobs that were not read in time have taken `lost` seconds together, each further one may take `hurried`: a change
    of many such files must not hold its reader up for an hour.
    """

    size: int = 4_000_000
    seconds: float = 20.0
    lost: float = 40.0
    hurried: float = 4.0
    memory: int = 2_000_000_000


class Extracted(Struct, frozen=True):
    """What came of one blob: its sealed record and its terms, separated by newlines."""

    record: bytes
    terms: str = ""


_Request = tuple[Blob, bytes]
"""A blob and its data."""


class WorkerBrokeError(Exception):
    """An extracting process ended or did not answer in time; `missing` says which."""

    def __init__(self, missing: CouldNotLook) -> None:
        super().__init__(missing.detail)
        self.missing = missing


class PoolClosedError(Exception):
    """The pool was closed while somebody still extracted."""


class _Worker:
    """One extracting process and the pipes to it."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._arrived = bytearray()
        """What was read of the answers and not yet asked for."""
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._pipe(self._process.stdout), selectors.EVENT_READ)

    def ask(self, requests: Sequence[_Request], *, in_detail: bool, seconds: float) -> list[Extracted]:
        """The extraction of each within `seconds` for all. Raises `WorkerBrokeError`."""
        deadline = time.monotonic() + seconds
        parts = [COUNT.pack(len(requests))]
        for blob, data in requests:
            role = role_of(blob.path).encode("utf-8")
            parts += [REQUEST.pack(len(role), len(data), in_detail), role, data]
        try:
            stdin = self._pipe(self._process.stdin)
            stdin.write(b"".join(parts))
            stdin.flush()
        except OSError as error:  # a broken pipe, by different names on different systems
            raise WorkerBrokeError(_CRASHED) from error
        try:
            return [self._answer(deadline) for _ in requests]
        except TimeoutError as error:
            detail = f"reading it took more than {seconds:g} s"
            raise WorkerBrokeError(CouldNotLook(reason=Reason.TIMED_OUT, detail=detail)) from error

    def _answer(self, deadline: float) -> Extracted:
        record_size, terms_size = ANSWER.unpack(self._read(ANSWER.size, deadline))
        body = self._read(record_size + terms_size, deadline)
        return Extracted(body[:record_size], body[record_size:].decode("utf-8"))

    def kill(self) -> None:
        """Kill the process; whoever waits for its answer is told that it broke."""
        self._process.kill()

    def end(self) -> None:
        """Kill the process and close the pipes."""
        self._process.kill()
        self._process.wait()
        self._selector.close()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close_quietly(pipe)

    def _read(self, size: int, deadline: float) -> bytes:
        pipe = self._pipe(self._process.stdout)
        while len(self._arrived) < size:
            if not self._selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            part = os.read(pipe.fileno(), max(size - len(self._arrived), _AT_ONCE))
            if not part:
                raise WorkerBrokeError(_CRASHED)
            self._arrived += part
        found = bytes(self._arrived[:size])
        del self._arrived[:size]
        return found

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None, "both pipes were asked for"
        return pipe


_CRASHED: Final = CouldNotLook(
    reason=Reason.LIMIT, detail="the reader of this language broke on it or ran out of memory"
)

_Done = queue.SimpleQueue[tuple[Blob, Extracted] | BaseException]
"""What came of each blob, or what ended the thread that was at it."""

ReadBlob = Callable[[ObjectId, int], bytes | CouldNotLook]


def _nobody(blobs: Sequence[Blob]) -> None:
    """Takes what is being read, where nobody waits for it."""


class ExtractionPool:
    """Extracts blobs with as many processes as there are cores, started when first needed, ended by `close`."""

    def __init__(
        self,
        read: ReadBlob,
        *,
        limits: ExtractionLimits | None = None,
        processes: int = 0,
        start: Callable[[int, float], Process] = start,
    ) -> None:
        self._read = read
        self._start_process = start
        self._reading = threading.Lock()
        self._limits = limits or ExtractionLimits()
        self._processes = processes or os.cpu_count() or 1
        self._starting = threading.Lock()
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._threads: list[threading.Thread] = []
        self._is_closed = False
        self._asked: dict[_Worker, Sequence[_Request]] = {}
        """What each process is at, the one that is at it longest first."""
        self._lost = 0.0
        """Seconds that blobs took which were not read in time."""

    def extract(
        self, blobs: Sequence[Blob], waiting: Callable[[Sequence[Blob]], None] = _nobody, *, in_detail: bool = False
    ) -> Iterator[tuple[Blob, Extracted]]:
        """Each blob with its extraction, in no particular order; `waiting` is told what some process is long at."""
        todo: queue.SimpleQueue[Sequence[Blob]] = queue.SimpleQueue()
        done: _Done = queue.SimpleQueue()
        for first in range(0, len(blobs), TOGETHER):
            todo.put(blobs[first : first + TOGETHER])
        stop = threading.Event()
        processes = 1 if len(blobs) <= ALONE else self._processes
        self._make_ready(processes)  # before the threads: a process is started for less where there is none
        started = [
            threading.Thread(
                target=self._work, args=(todo, done), kwargs={"stop": stop, "in_detail": in_detail}, daemon=True
            )
            for _ in range(processes)
        ]
        # one that was given up may still be at its last blob
        self._threads = [*(thread for thread in self._threads if thread.is_alive()), *started]
        try:
            for thread in started:
                thread.start()
            for _ in blobs:
                yield self._next(done, waiting)
        finally:
            stop.set()

    def _next(self, done: _Done, waiting: Callable[[Sequence[Blob]], None]) -> tuple[Blob, Extracted]:
        while True:
            try:
                result = done.get(timeout=LOOK)
            except queue.Empty:
                for requests in tuple(self._asked.values())[:1]:
                    waiting([blob for blob, _ in requests])
                continue
            if isinstance(result, BaseException):
                raise result
            return result

    def close(self) -> None:
        """End all processes, whatever they are at."""
        with self._starting:
            self._is_closed = True
            for worker in self._all:
                worker.kill()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(PATIENCE)
        with self._starting:
            left = tuple(self._all)
            self._all.clear()
            self._idle.clear()
        for worker in left:
            worker.end()

    def _work(
        self, todo: queue.SimpleQueue[Sequence[Blob]], done: _Done, *, stop: threading.Event, in_detail: bool
    ) -> None:
        worker: _Worker | None = None
        try:
            while not stop.is_set():
                for requests in self._requests(todo.get_nowait(), done):
                    worker = self._ask(worker, requests, done=done, in_detail=in_detail)
        except queue.Empty:
            pass
        except BaseException as error:  # noqa: BLE001 - carried to the caller's thread, which raises it
            done.put(error)
        if worker is not None:
            self._idle.append(worker)

    def _requests(self, blobs: Sequence[Blob], done: _Done) -> Iterator[list[_Request]]:
        """The blobs with their data, in parts that may be sent together; those without data are done at once."""
        part: list[_Request] = []
        size = 0
        for blob in blobs:
            with self._reading:
                data = self._read(blob.oid, self._limits.size)
            if isinstance(data, CouldNotLook):
                done.put((blob, Extracted(missing_record(data))))
                continue
            if part and size + len(data) > TOGETHER_BYTES:
                yield part
                part, size = [], 0
            part.append((blob, data))
            size += len(data)
        if part:
            yield part

    def _ask(
        self, worker: _Worker | None, requests: Sequence[_Request], *, done: _Done, in_detail: bool
    ) -> _Worker | None:
        """Let a process answer, and give back the one that works then."""
        worker = worker or self._start()
        seconds = self._limits.seconds if self._lost < self._limits.lost else self._limits.hurried
        self._asked[worker] = requests
        try:
            answers = worker.ask(requests, in_detail=in_detail, seconds=seconds)
            for (blob, _), extracted in zip(requests, answers, strict=True):
                done.put((blob, extracted))
        except WorkerBrokeError as broke:
            self._discard(worker)
            worker = None
            if broke.missing.reason is Reason.TIMED_OUT:
                self._lost += seconds
            if len(requests) == 1:
                done.put((requests[0][0], Extracted(missing_record(broke.missing))))
            else:
                for request in requests:
                    worker = self._ask(worker, [request], done=done, in_detail=in_detail)
        else:
            self._asked.pop(worker)
        return worker

    def _make_ready(self, processes: int) -> None:
        """Let so many processes wait for work."""
        with self._starting:
            while len(self._idle) < processes:
                self._idle.append(self._new())

    def _start(self) -> _Worker:
        """A process that waits for work, or a new one."""
        with self._starting:
            return self._idle.pop() if self._idle and not self._is_closed else self._new()

    def _new(self) -> _Worker:
        if self._is_closed:
            raise PoolClosedError
        worker = _Worker(self._start_process(self._limits.memory, self._limits.seconds + GRACE))
        self._all.add(worker)
        return worker

    def _discard(self, worker: _Worker) -> None:
        self._asked.pop(worker)
        with self._starting:
            self._all.discard(worker)
        worker.end()


def _close_quietly(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return
