"""A witness of its own, written after the page of C2SP's tlog-witness and from nothing of ours but a key: a real HTTP server.

It knows logs by their name and keys, keeps of each the size and root of the last checkpoint it signed, and signs no other than
one that is proven to begin with it. The proof is checked by the steps of RFC 9162, 2.1.4.2, in another spelling than ours.
"""

import base64
import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Log:
    """A log that the witness knows: whose signatures it takes, and what it signed last."""

    keys: list[str]
    size: int = 0
    root: bytes = b""


@dataclass
class Witnessing:
    """A witness, its state, and what it was asked; `instead` answers in its place."""

    name: str = "witness.example.org/w1"
    seed: int = 77
    logs: dict[str, Log] = field(default_factory=dict)
    clock: Callable[[], float] = time.time
    asked: list[bytes] = field(default_factory=list)
    instead: Callable[[bytes], Reply | None] = lambda _: None
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def key(self) -> str:
        """Its verifier key."""
        data = b"\x04" + self._private.public_key().public_bytes_raw()
        return f"{self.name}+{self._id.hex()}+{base64.b64encode(data).decode()}"

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed.to_bytes(32))

    @property
    def _id(self) -> bytes:
        public = self._private.public_key().public_bytes_raw()
        return hashlib.sha256(self.name.encode() + b"\n\x04" + public).digest()[:4]

    def knows(self, origin: str, *keys: str) -> None:
        """Take checkpoints of a log that one of these keys signed."""
        self.logs.setdefault(origin, Log([])).keys += keys

    def line(self, body: bytes, at: int | None = None) -> bytes:
        """Its signature over a checkpoint's body."""
        moment = int(self.clock()) if at is None else at
        signature = self._private.sign(b"cosignature/v1\ntime %d\n" % moment + body)
        data = base64.b64encode(self._id + moment.to_bytes(8, "big") + signature).decode()
        return f"\u2014 {self.name} {data}\n".encode()

    def answer(self, asked: bytes) -> Reply:
        """What it says to a question."""
        with self.lock:
            self.asked.append(asked)
            return self.instead(asked) or self._add_checkpoint(asked)

    def _add_checkpoint(self, asked: bytes) -> Reply:
        head, _, note = asked.partition(b"\n\n")
        first, *proof = head.decode().split("\n")
        body, _, lines = note.partition(b"\n\n")
        body += b"\n"
        origin, size_line, root_line = body.decode().split("\n")[:3]
        old, size, root = int(first.removeprefix("old ")), int(size_line), base64.b64decode(root_line, validate=True)
        if first != f"old {old}" or len(proof) > 63 or not lines.endswith(b"\n") or old > size:
            return 400, {}, b"bad request\n"
        log = self.logs.get(origin)
        if log is None or not any(_signed(key, body, lines=lines.decode()) for key in log.keys):
            return (404 if log is None else 403), {}, b"unknown log or key\n"
        if old != log.size:
            return 409, {"Content-Type": "text/x.tlog.size"}, b"%d\n" % log.size
        if old == size and root != log.root:
            return 409, {}, b""
        hashes = [base64.b64decode(each, validate=True) for each in proof]
        if not hashes if old in (0, size) else _consistent((old, log.root), (size, root), proof=hashes):
            log.size, log.root = size, root
            return 200, {}, self.line(body)
        return 422, {}, b"bad proof\n"


def _signed(key: str, body: bytes, *, lines: str) -> bool:
    name, keyid, encoded = key.split("+", 2)
    for line in lines.splitlines():
        _, by, data = line.split(" ")
        raw = base64.b64decode(data)
        if by == name and raw[:4].hex() == keyid:
            try:
                Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[1:]).verify(raw[4:], body)
            except InvalidSignature:
                return False
            return True
    return False


def _consistent(one: tuple[int, bytes], other: tuple[int, bytes], *, proof: Sequence[bytes]) -> bool:
    (old, old_root), (new, new_root) = one, other
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn % 2:
        fn, sn = fn // 2, sn // 2
    fr = sr = path[0]
    for each in path[1:]:
        if sn == 0:
            return False
        if fn % 2 or fn == sn:
            fr, sr = (hashlib.sha256(b"\1" + each + node).digest() for node in (fr, sr))
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn // 2, sn // 2
        else:
            sr = hashlib.sha256(b"\1" + sr + each).digest()
        fn, sn = fn // 2, sn // 2
    return (fr, sr, sn) == (old_root, new_root, 0)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    witness: Witnessing


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, _Server)
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        is_meant = self.path == "/add-checkpoint"
        status, headers, data = self.server.witness.answer(asked) if is_meant else (404, {}, b"")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Transfer-Encoding" not in headers and "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Nobody reads it."""


@contextmanager
def at_work(witness: Witnessing) -> Iterator[Witnessing]:
    """The witness, reachable at its `url` while the block runs."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.witness = witness
        witness.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield witness
        finally:
            server.shutdown()
            thread.join()
