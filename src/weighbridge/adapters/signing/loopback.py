"""A page that this process serves to the browser in front of the person, for one answer, and then no more.

It listens on the loopback interface only, and answers nobody who does not name the host exactly and know the path, which
nobody can guess. The first answer with the page's own origin is the only one. Nothing is written to the terminal but what
the person has to know.
"""

import http.server
import io
import os
import secrets
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec
from msgspec import Struct

from weighbridge.adapters.signing.browser import open_in_browser
from weighbridge.app.signing import SigningError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LARGEST_ANSWER: Final = 64_000
"""Bytes of what a page may send."""
MINUTES: Final = 5
"""A person has so long for one page."""
_LONGEST_REQUEST: Final = 10.0
"""Seconds in which a connection must have said all that it asks, however it drips."""
_MOST_CONNECTIONS: Final = 64
_MOST_WAITING: Final = 128
"""Connections that the system holds until they are taken: with fewer, a browser's is tried again after a second."""
_POLL: Final = 0.02

Open: TypeAlias = Callable[[str], bool]
"""Opens an address in the person's browser, and says whether it could."""


class Page(Struct, frozen=True, kw_only=True):
    """What is shown, under which policy, and what becomes of the answer.

    `accept` gives the words that the page ends with, and raises `SigningError` where the answer is none that can be used.
    `follows` says that another page of the same matter comes next, which this one goes on to.
    """

    html: bytes
    policy: str
    accept: Callable[[bytes], str]
    follows: bool = False


class _Answer(Struct, frozen=True):
    made: msgspec.Raw = msgspec.Raw()
    refused: str = ""


class _Turn:
    """One page until it was answered."""

    def __init__(self, page: Page, path: str, *, then: str) -> None:
        self.page = page
        self.path = path
        self.then = then
        self.is_taken = False
        self.done = threading.Event()
        self.problem: str | None = None

    def answered(self, body: bytes) -> dict[str, object]:
        """What the page is told of its answer."""
        try:
            answer = msgspec.json.decode(body, type=_Answer)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            self.problem = "what the page sent cannot be read"
            return {"ok": False, "words": self.problem}
        if not answer.made:
            self.problem = f"it was refused on the page{f': {answer.refused[:200]}' if answer.refused else ''}"
            return {"ok": False, "words": "Nothing was signed."}
        self.problem = "what the page sent cannot be used"  # whatever happens: no answer counts that was not accepted
        try:
            words = self.page.accept(bytes(answer.made))
        except SigningError as problem:
            self.problem = str(problem)
            return {"ok": False, "words": self.problem}
        self.problem = None
        return {"ok": True, "words": words, "next": self.then}


class Loopback:
    """Shows pages one after the other at the first of `origins` whose port is free; `timeout` is in seconds, for each.

    `notify` is told what the person has to know, line by line. Nobody else may listen at that port meanwhile.
    """

    def __init__(
        self,
        origins: Sequence[str],
        *,
        notify: Callable[[str], None],
        browse: Open | None = None,
        timeout: float = MINUTES * 60.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._origins = tuple(origins)
        self._notify = notify
        self._browse = browse or open_in_browser
        self.timeout = timeout
        self._environment = os.environ if environment is None else environment
        self._servers: list[_Server] = []
        self._next = ""
        self._changed = threading.Condition()
        self.origin = ""
        self.patience = _LONGEST_REQUEST
        self.turn: _Turn | None = None

    def show(self, page: Page) -> None:
        """Serve the page until it was answered.

        Raises:
            SigningError: no port is free, nobody answered in time, the person refused, or the answer cannot be used.
        """
        try:
            if not self._servers:
                self._listen()
            path, goes_on = self._next or _unguessable(), bool(self._next)
            turn = _Turn(page, path, then=_unguessable() if page.follows else "")
            with self._changed:  # both at once: who asks for the page that follows must find it awaited or there
                self.turn, self._next = turn, turn.then
                self._changed.notify_all()
            if not goes_on:
                self._tell(f"{self.origin}{path}")
            if not turn.done.wait(self.timeout):
                turn.is_taken = True
                raise SigningError(
                    f"nothing was signed: the page was not answered within {_span(self.timeout)}; run the command again"
                )
            if turn.problem is not None:
                raise SigningError(f"nothing was signed: {turn.problem}")
        except BaseException:
            self.close()
            raise
        if not page.follows:
            self.close()

    def close(self) -> None:
        """Listen no more."""
        with self._changed:
            self.turn, self._next = None, ""
            self._changed.notify_all()
        for server in self._servers:
            if server.thread.ident is not None:  # what never began to serve would be waited for for ever
                server.shutdown()
            server.server_close()
            server.hang_up()
        self._servers = []

    def turn_at(self, path: str) -> _Turn | None:
        """The page at this path, once it is its turn."""
        with self._changed:
            coming = self._next if self.turn is None or self.turn.is_taken else ""
            if coming and secrets.compare_digest(path.encode(), coming.encode()):
                self._changed.wait_for(lambda: self.turn is None or self.turn.path == path, timeout=self.timeout)
            turn = self.turn
        return turn if turn and secrets.compare_digest(path.encode(), turn.path.encode()) else None

    def knows(self, path: str) -> bool:
        """Whether it is the path of the page that is shown, or of the one that follows."""
        with self._changed:
            there = [self._next, *([self.turn.path] if self.turn else [])]
        return any(each and secrets.compare_digest(path.encode(), each.encode()) for each in there)

    def take(self, turn: _Turn) -> bool:
        """Whether this answer is the first."""
        with self._changed:
            is_first = not turn.is_taken
            turn.is_taken = True
        return is_first

    def _tell(self, address: str) -> None:
        port = _port(self.origin)
        is_far = bool(self._environment.get("SSH_CONNECTION"))
        is_open = not is_far and self._browse(address)
        what = "in the browser that opens" if is_open else "in your browser, at this address"
        self._notify(f"go on {what}, within {_span(self.timeout)} (Ctrl-C leaves, and nothing is signed):")
        self._notify(address)
        if is_far:
            self._notify(
                f"you are here over SSH: `ssh -L {port}:localhost:{port}` from the machine in front of you brings the page there"
            )

    def _listen(self) -> None:
        busy = []
        for origin in self._origins:
            port = _port(origin)
            try:
                self._servers = list(_servers(self, port))
            except OSError as problem:
                busy.append(f"{origin} ({problem.strerror or problem})")
                continue
            self.origin = origin
            for server in self._servers:
                server.thread.start()
            return
        raise SigningError(
            f"nothing was signed: no page can be shown at {', '.join(busy)}: end what listens there, or name another origin"
            " in `passkeys.origins` of .weighbridge/ledger.yaml"
        )


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = _MOST_WAITING
    allow_reuse_address = os.name == "posix"  # elsewhere it would let others listen at the same port

    def __init__(self, loopback: Loopback, address: str, *, port: int, family: socket.AddressFamily) -> None:
        self.address_family = family
        self.loopback = loopback
        self._connections: dict[socket.socket, bool] = {}
        self._counting = threading.Lock()
        self.thread = threading.Thread(target=self.serve_forever, args=(_POLL,), daemon=True)
        super().__init__((address, port), _Handler)

    def server_bind(self) -> None:
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if exclusive := getattr(socket, "SO_EXCLUSIVEADDRUSE", None):
            self.socket.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        super().server_bind()

    def verify_request(self, request: object, client_address: object) -> bool:  # noqa: ARG002 - the library's own form
        """Whether it is taken: where there are many, in the place of the one that has longest not said what it asks."""
        assert isinstance(request, socket.socket)
        with self._counting:
            if len(self._connections) >= _MOST_CONNECTIONS:
                oldest = next((each for each, is_heard in self._connections.items() if not is_heard), None)
                if oldest is None:
                    return False
                del self._connections[oldest]
                _hang_up(oldest)
            self._connections[request] = False
        return True

    def heard(self, request: socket.socket) -> None:
        """It knows the page's path, which nobody can guess: it is the browser's, and keeps its place."""
        with self._counting:
            if request in self._connections:
                self._connections[request] = True

    def process_request_thread(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._counting:
                self._connections.pop(request, None)

    def hang_up(self) -> None:
        """End connections that browsers keep for later: the next command's page is another process's."""
        with self._counting:
            for connection in self._connections:
                _hang_up(connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """Who went away, or said nothing, is no concern of the person at the terminal."""


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # it ended meanwhile
        connection.shutdown(socket.SHUT_RDWR)


class _Timely(io.RawIOBase):
    """What a connection says until a time, which is that of the whole; `TimeoutError` afterwards."""

    def __init__(self, connection: socket.socket, *, until: float) -> None:
        super().__init__()
        self._connection = connection
        self._until = until

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """As much as comes at once."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        try:
            return self._connection.recv_into(buffer)
        finally:
            self._connection.settimeout(_LONGEST_REQUEST)


class _Handler(http.server.BaseHTTPRequestHandler):
    timeout = _LONGEST_REQUEST
    server: _Server
    server_version = "weighbridge"
    sys_version = ""
    error_message_format = "That cannot be answered.\n"
    error_content_type = "text/plain; charset=utf-8"

    def setup(self) -> None:
        """What it says must come in time."""
        super().setup()
        self.rfile.close()
        until = time.monotonic() + self.server.loopback.patience
        self.rfile = io.BufferedReader(_Timely(self.connection, until=until))

    def do_GET(self) -> None:
        turn = self._turn()
        if turn is None:
            return
        if turn.is_taken:
            self._refuse(410, "This page was answered already: look at the terminal.")
            return
        self._send(200, turn.page.html, kind="text/html; charset=utf-8", policy=turn.page.policy)

    def do_POST(self) -> None:
        loopback = self.server.loopback
        turn = self._turn()
        if turn is None:
            return
        if self.headers.get_all("Origin") != [loopback.origin]:
            self._refuse(403, "This answer comes from another page.")
            return
        body = self._body()
        if body is None:
            return
        if not loopback.take(turn):
            self._refuse(410, "This page was answered already: look at the terminal.")
            return
        try:
            told = msgspec.json.encode(turn.answered(body))
            self._send(200, told, kind="application/json")
        finally:
            turn.done.set()

    def _turn(self) -> _Turn | None:
        loopback = self.server.loopback
        if self.headers.get_all("Host") != [loopback.origin.removeprefix("http://")]:
            self._refuse(421, "No such page is here.")
            return None
        if loopback.knows(self.path):
            self.server.heard(self.connection)
        turn = loopback.turn_at(self.path)
        if turn is None:
            self._refuse(404, "No such page is here.")
        return turn

    def _body(self) -> bytes | None:
        """What was sent; None when that was refused."""
        stated = self.headers.get_all("Content-Length") or []
        if len(stated) != 1 or not stated[0].isascii() or not stated[0].isdigit() or len(stated[0]) > 9:
            self._refuse(411, "An answer says how long it is.")
            return None
        if self.headers.get("Content-Type") != "application/json" or "Transfer-Encoding" in self.headers:
            self._refuse(415, "An answer is JSON.")
            return None
        size = int(stated[0])
        if size > LARGEST_ANSWER:
            self._refuse(413, f"An answer has at most {LARGEST_ANSWER:,} bytes.")
            return None
        body = self.rfile.read(size)
        if len(body) != size:
            self._refuse(400, "The answer is cut short.")
            return None
        return body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own form
        """The terminal is the person's."""

    def end_headers(self) -> None:
        """Whatever is answered, it is kept nowhere, framed nowhere and read by no other origin."""
        for name, value in _STRICT:
            self.send_header(name, value)
        super().end_headers()

    def _refuse(self, code: int, words: str) -> None:
        self._send(code, f"{words}\n".encode(), kind="text/plain; charset=utf-8")

    def _send(self, code: int, body: bytes, *, kind: str, policy: str = "default-src 'none'") -> None:
        self.close_connection = True
        self.send_response(code)
        for name, value in (
            ("Connection", "close"),
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", f"{policy}; frame-ancestors 'none'"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


_STRICT: Final = (
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "publickey-credentials-create=(self), publickey-credentials-get=(self)"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)


def _servers(loopback: Loopback, port: int) -> Iterator[_Server]:
    """One for each loopback address that the machine has: what a browser takes `localhost` for is its own choice."""
    first = _Server(loopback, "127.0.0.1", port=port, family=socket.AF_INET)
    try:
        second = _Server(loopback, "::1", port=port, family=socket.AF_INET6) if _has_ipv6() else None
    except OSError:
        first.server_close()
        raise
    yield first
    if second is not None:
        yield second


def _has_ipv6() -> bool:
    if not socket.has_ipv6:
        return False
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


def _port(origin: str) -> int:
    return int(origin.rpartition(":")[2]) if origin.count(":") > 1 else 80


def _unguessable() -> str:
    return f"/{secrets.token_urlsafe(32)}/"


def _span(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds >= 60 else f"{seconds:g} s"
