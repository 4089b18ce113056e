"""An SSH agent that holds keys in memory, so that `ssh-keygen` signs with a security key that is no device."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.samples.ssh_keys import SshKey

from weighbridge.domain.ssh_signature import string

_FAILURE, _ASKED_KEYS, _KEYS, _ASKED_SIGNATURE, _SIGNATURE = 5, 11, 12, 13, 14


@contextmanager
def agent_of(*keys: SshKey, socket: Path) -> Iterator[str]:
    """Listens at `socket`, which is what `SSH_AUTH_SOCK` names."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while head := self.rfile.read(4):
                answer = answer_to(self.rfile.read(int.from_bytes(head, "big")), keys)
                self.wfile.write(string(answer))

    with socketserver.ThreadingUnixStreamServer(str(socket), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield str(socket)
        finally:
            server.shutdown()


def answer_to(message: bytes, keys: tuple[SshKey, ...]) -> bytes:
    """What the agent's protocol says to it."""
    if message[0] == _ASKED_KEYS:
        listed = b"".join(string(key.blob) + string(b"a key") for key in keys)
        return bytes([_KEYS]) + len(keys).to_bytes(4, "big") + listed
    if message[0] == _ASKED_SIGNATURE:
        blob, rest = _string(message[1:])
        data, _ = _string(rest)
        for key in keys:
            if key.blob == blob:
                return bytes([_SIGNATURE]) + string(key.signature_over(data))
    return bytes([_FAILURE])


def _string(data: bytes) -> tuple[bytes, bytes]:
    end = 4 + int.from_bytes(data[:4], "big")
    return data[4:end], data[end:]
