"""A page that this process serves while a test asks for it, as the browser would."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.samples.ports import free_port

from weighbridge.adapters.signing.loopback import Loopback, Page
from weighbridge.app.signing import SigningError

ANSWER = b'{"made":{"id":"x"}}'
JSON = {"Content-Type": "application/json"}
Headers = Mapping[str, str | None]
"""Of a request; one that is None is left out."""


@dataclass
class Shown:
    """A page that is shown, what the person was told meanwhile, and what came of it."""

    port: int
    loopback: Loopback
    told: list[str]
    accepted: list[bytes] = field(default_factory=list)
    problem: list[str] = field(default_factory=list)
    is_done: threading.Event = field(default_factory=threading.Event)

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def path(self) -> str:
        """The page's own, once it is told."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            for line in self.told:
                if line.startswith(self.origin):
                    return line.removeprefix(self.origin)
            time.sleep(0.005)
        raise AssertionError(self.told)

    def ask(
        self, method: str, path: str = "", *, body: bytes | None = None, headers: Headers | None = None
    ) -> tuple[int, str, http.client.HTTPMessage]:
        """One request, by default as the page itself would make it."""
        usual: dict[str, str | None] = {"Host": f"localhost:{self.port}"}
        if method == "POST":
            usual |= {"Origin": self.origin, "Content-Length": str(len(body or b"")), **JSON}
        usual |= headers or {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest(method, path or self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in usual.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        found = answer.status, answer.read().decode(), answer.headers
        connection.close()
        return found

    def post(self, body: bytes = ANSWER, headers: Headers | None = None) -> int:
        return self.ask("POST", body=body, headers=headers)[0]

    @property
    def is_waiting(self) -> bool:
        """Whether the page still waits for its one answer."""
        return self.ask("GET")[0] == 200 and not self.is_done.is_set()


@contextmanager
def shown(
    accept: Callable[[bytes], str] | None = None,
    *,
    timeout: float = 20,
    follows: bool = False,
    environment: dict[str, str] | None = None,
) -> Iterator[Shown]:
    port, told = free_port(), list[str]()
    loopback = Loopback(
        (f"http://localhost:{port}",),
        notify=told.append,
        browse=lambda _: False,
        timeout=timeout,
        environment=environment or {},
    )
    made = Shown(port, loopback, told)

    def usual(answer: bytes) -> str:
        made.accepted.append(answer)
        return "Done."

    def work() -> None:
        try:
            loopback.show(
                Page(html=b"<p>page</p>", policy="default-src 'none'", accept=accept or usual, follows=follows)
            )
        except SigningError as problem:
            made.problem.append(str(problem))
        made.is_done.set()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield made
    finally:
        loopback.close() if made.is_done.is_set() else made.post(b'{"refused":"the test is over"}')
        thread.join(10)
        loopback.close()
