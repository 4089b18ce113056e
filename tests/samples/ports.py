"""Ports that no other test takes meanwhile, nor a connection that somebody opens."""

import itertools
import os
import socket
from typing import Final

_FIRST, _LAST = 10_000, 30_000
"""Below what systems give to connections."""
_NUMBERS: Final = itertools.count(os.getpid() * 997)


def free_port() -> int:
    """A port of the loopback interface at which nobody listens; each process begins somewhere else."""
    for number in _NUMBERS:
        port = _FIRST + number % (_LAST - _FIRST)
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("every port is taken")
