"""A page is served once, to whoever knows its path, on this machine alone; anything else is refused and changes nothing."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from tests.integration.signing.shown import ANSWER, Headers, shown
from tests.samples.ports import free_port

from weighbridge.adapters.signing.browser import open_in_browser
from weighbridge.adapters.signing.loopback import LARGEST_ANSWER, Loopback, Page
from weighbridge.app.signing import SigningError

if TYPE_CHECKING:
    from _typeshed import TraceFunction


def test_the_page_is_shown_and_takes_its_answer() -> None:
    with shown() as page:
        status, text, headers = page.ask("GET")
        answered, words, _ = page.ask("POST", body=ANSWER)
        assert page.is_done.wait(10)

    assert (status, text, answered) == (200, "<p>page</p>", 200)
    assert '"ok":true,"words":"Done."' in words
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert page.accepted == [b'{"id":"x"}']
    assert page.problem == []


def test_nobody_listens_any_more_afterwards() -> None:
    with shown() as page:
        page.post()
        assert page.is_done.wait(10)

        with pytest.raises(ConnectionRefusedError):
            page.ask("GET")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{port}", "localhost", "evil.example:{port}", "localhost:{port}.evil", None]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_host_is_refused(method: str, host: str | None) -> None:
    with shown() as page:
        named = host and host.format(port=page.port)

        assert page.ask(method, body=ANSWER if method == "POST" else None, headers={"Host": named})[0] == 421
        assert page.is_waiting


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/index.html", "/{token}", "/{token}/x", "/{short}/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_path_is_refused(method: str, path: str) -> None:
    with shown() as page:
        token = page.path.strip("/")
        other = path.format(token=token, short=token[:-1])

        assert page.ask(method, other, body=ANSWER if method == "POST" else None)[0] == 404
        assert page.is_waiting


@pytest.mark.parametrize(
    "origin", [None, "null", "http://localhost:1", "http://127.0.0.1:{port}", "https://localhost:{port}"]
)
def test_an_answer_from_another_page_is_refused(origin: str | None) -> None:
    with shown() as page:
        assert page.post(headers={"Origin": origin and origin.format(port=page.port)}) == 403
        assert page.is_waiting


def test_a_second_answer_is_refused() -> None:
    with shown(follows=True) as page:
        assert page.post() == 200
        assert page.is_done.wait(10)

        assert page.post() == 410
        assert page.ask("GET")[0] == 410
    assert len(page.accepted) == 1


def test_a_huge_answer_is_refused_unread() -> None:
    with shown() as page:
        assert page.post(b"", {"Content-Length": str(LARGEST_ANSWER + 1)}) == 413
        assert page.post(b"", {"Content-Length": "9" * 4000}) == 411
        assert page.is_waiting


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Length": None}, 411),
        ({"Content-Length": "-1"}, 411),
        ({"Content-Length": "1e3"}, 411),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": None}, 415),
        ({"Transfer-Encoding": "chunked"}, 415),
    ],
)
def test_an_answer_of_another_form_is_refused(headers: Headers, status: int) -> None:
    with shown() as page:
        assert page.post(headers=headers) == status
        assert page.is_waiting


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "NONSENSE"])
def test_nothing_else_is_answered_and_no_other_origin_is_let_in(method: str) -> None:
    with shown() as page:
        status, _, headers = page.ask(method, headers={"Origin": "https://evil.example"})

        assert status == 501
        assert not [name for name in headers if name.lower().startswith("access-control")]
        assert page.is_waiting


def test_an_answer_that_is_cut_short_does_not_count() -> None:
    with shown() as page:
        head = f"POST {page.path} HTTP/1.1\r\nHost: localhost:{page.port}\r\nOrigin: {page.origin}\r\n"
        with socket.create_connection(("127.0.0.1", page.port)) as cut:
            cut.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
            cut.shutdown(socket.SHUT_WR)
            assert b" 400 " in cut.recv(4000)

        assert page.is_waiting


def test_connections_that_say_nothing_keep_nobody_waiting() -> None:
    with shown() as page:
        silent = [socket.create_connection(("127.0.0.1", page.port)) for _ in range(5)] if page.path else []
        try:
            assert page.is_waiting
        finally:
            for each in silent:
                each.close()


@contextmanager
def dripping(port: int, *, count: int, line: bytes = b"GET /x HTTP/1.1\r\nX: ") -> Iterator[list[socket.socket]]:
    """Connections that never come to an end of what they ask, and say a letter more again and again."""
    opened: list[socket.socket] = []
    is_over = threading.Event()

    def drip() -> None:
        while not is_over.wait(0.1):
            for each in opened:
                with suppress(OSError):
                    each.send(b"x")

    for _ in range(count):
        opened.append(socket.create_connection(("127.0.0.1", port), timeout=5))
        opened[-1].sendall(line)
    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield opened
    finally:
        is_over.set()
        thread.join()
        for each in opened:
            each.close()


def test_however_many_connections_drip_the_browser_gets_through_at_once() -> None:
    with shown() as page, dripping(page.port if page.path else 0, count=200):
        began = time.monotonic()
        assert page.ask("GET")[0] == 200
        assert page.post() == 200
        took = time.monotonic() - began
        assert page.is_done.wait(5)

    assert page.accepted == [b'{"id":"x"}']
    assert took < 1


def test_who_drips_is_hung_up_on_after_a_while() -> None:
    with shown() as page:
        page.loopback.patience = 0.5
        with dripping(page.port if page.path else 0, count=3) as slow:
            began = time.monotonic()
            for each in slow:
                with suppress(ConnectionError):
                    assert each.recv(1) == b""
            took = time.monotonic() - began

        assert page.is_waiting
    assert took < 4


def test_an_answer_on_its_way_is_not_dropped_for_others() -> None:
    with shown() as page:
        head = f"POST {page.path} HTTP/1.1\r\nHost: localhost:{page.port}\r\nOrigin: {page.origin}\r\n"
        with socket.create_connection(("127.0.0.1", page.port), timeout=5) as browser:
            length = f"Content-Type: application/json\r\nContent-Length: {len(ANSWER)}\r\n\r\n"
            browser.sendall((head + length).encode() + ANSWER[:5])
            time.sleep(0.1)
            with dripping(page.port, count=100):
                browser.sendall(ANSWER[5:])
                assert b" 200 " in browser.recv(4000)
        assert page.is_done.wait(5)

    assert page.accepted == [b'{"id":"x"}']


def test_it_listens_on_the_loopback_interface_alone() -> None:
    with shown() as page:
        assert page.path
        addresses = {server.server_address[0] for server in page.loopback._servers}

        assert "127.0.0.1" in addresses
        assert addresses <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "what the page sent cannot be read"),
        (b"[]", "what the page sent cannot be read"),
        (b"[" * 30_000, "what the page sent cannot be read"),
        (b"\xff", "what the page sent cannot be read"),
        (b"{}", "it was refused on the page"),
        (b'{"refused":"by whoever looked"}', "it was refused on the page: by whoever looked"),
    ],
)
def test_why_nothing_was_signed_is_said(body: bytes, words: str) -> None:
    with shown() as page:
        assert page.post(body) == 200
        assert page.is_done.wait(10)

    assert page.problem == [f"nothing was signed: {words}"]


def test_an_answer_that_cannot_be_used_is_told_on_both_sides() -> None:
    def refuse(_: bytes) -> str:
        raise SigningError("it is another's")

    with shown(refuse) as page:
        _, words, _ = page.ask("POST", body=ANSWER)
        assert page.is_done.wait(10)

    assert '"ok":false,"words":"it is another\'s"' in words
    assert page.problem == ["nothing was signed: it is another's"]


def test_nobody_waits_for_ever() -> None:
    with shown(timeout=0.2) as page:
        assert page.is_done.wait(10)

        assert page.problem == ["nothing was signed: the page was not answered within 0.2 s; run the command again"]
        with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", page.port)):
            pass


def test_a_page_that_follows_waits_for_its_turn() -> None:
    with shown(follows=True) as page:
        _, words, _ = page.ask("POST", body=ANSWER)
        following = words.split('"next":"')[1].split('"')[0]
        assert page.is_done.wait(10)
        seen: list[tuple[int, str]] = []
        early = threading.Thread(target=lambda: seen.append(page.ask("GET", following)[:2]))
        early.start()

        second = threading.Thread(
            target=lambda: page.loopback.show(Page(html=b"second", policy="", accept=lambda _: "Done."))
        )
        second.start()
        early.join(10)
        page.ask("POST", following, body=ANSWER)
        second.join(10)

    assert seen == [(200, "second")]
    assert len([line for line in page.told if line.startswith("http")]) == 1


def test_a_page_that_follows_is_known_whenever_it_is_asked_for() -> None:
    with shown(follows=True) as page:
        _, words, _ = page.ask("POST", body=ANSWER)
        following = words.split('"next":"')[1].split('"')[0]
        assert page.is_done.wait(10)
        known: list[bool] = []

        def look(frame: FrameType, *told: object) -> "TraceFunction | None":
            if frame.f_code is not Loopback.show.__code__:
                return None
            if told[0] == "line":
                known.append(page.loopback.knows(following))
            return look

        def work() -> None:
            sys.settrace(look)  # of this thread alone
            page.loopback.show(Page(html=b"second", policy="", accept=lambda _: "Done."))

        second = threading.Thread(target=work)
        second.start()
        page.ask("POST", following, body=ANSWER)
        second.join(10)

    assert len(known) > 5
    assert all(known)


def test_a_port_that_is_taken_is_said_and_the_next_is_used() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy, told = taken.getsockname()[1], list[str]()
        page = Page(html=b"", policy="", accept=lambda _: "Done.")
        with pytest.raises(
            SigningError, match=rf"no page can be shown at http://localhost:{busy} \(Address already in use\)"
        ):
            Loopback((f"http://localhost:{busy}",), notify=told.append, timeout=0.1).show(page)
        assert told == []

        free = free_port()
        two = (f"http://localhost:{busy}", f"http://localhost:{free}")
        with pytest.raises(SigningError, match="was not answered"):
            Loopback(two, notify=told.append, browse=lambda _: True, timeout=0.1, environment={}).show(page)

    assert told[0].startswith("go on in the browser that opens")
    assert told[1].startswith(f"http://localhost:{free}/")


def test_over_ssh_the_way_to_the_page_is_said_and_no_browser_opens() -> None:
    with shown(environment={"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}) as page:
        assert page.path
        until = time.monotonic() + 5
        while len(page.told) < 3 and time.monotonic() < until:
            time.sleep(0.005)

    assert "at this address" in page.told[0]
    assert f"`ssh -L {page.port}:localhost:{page.port}`" in page.told[2]


def test_no_browser_opens_where_there_is_no_screen_or_none_is_wanted() -> None:
    assert not open_in_browser("http://localhost:1/", {})
    assert not open_in_browser("http://localhost:1/", {"BROWSER": "none", "DISPLAY": ":0"})


def test_nothing_is_written_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with shown() as page:
        page.ask("GET")
        page.ask("GET", "/nowhere")
        with socket.create_connection(("127.0.0.1", page.port)) as odd:
            odd.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
            odd.recv(1000)
        page.post()
        assert page.is_done.wait(10)

    assert capfd.readouterr() == ("", "")


def test_an_answer_that_nobody_could_take_counts_for_nothing() -> None:
    def break_down(_: bytes) -> str:
        raise RuntimeError("a defect")

    with shown(break_down) as page:
        with pytest.raises(http.client.HTTPException):
            page.post()
        assert page.is_done.wait(10)

    assert page.problem == ["nothing was signed: what the page sent cannot be used"]


def test_whoever_cannot_serve_ends_and_frees_the_port() -> None:
    port = free_port()
    code = (
        "import threading\n"
        "from weighbridge.adapters.signing.loopback import Loopback, Page\n"
        f"loopback = Loopback(('http://localhost:{port}',), notify=print, browse=lambda _: False)\n"
        "threading.stack_size(1 << 46)\n"
        "try:\n"
        "    loopback.show(Page(html=b'', policy='', accept=str))\n"
        "except RuntimeError as problem:\n"
        "    print(problem)\n"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False)

    assert "can't start new thread" in ran.stdout, ran


def browsed(browser: str, place: Path, *, path: str = "") -> tuple[str, float]:
    """What opening an address by this program comes to, in a process of its own, and how long it took."""
    code = (
        "import time\n"
        "from weighbridge.adapters.signing.browser import open_in_browser\n"
        "began = time.monotonic()\n"
        "print(open_in_browser('http://localhost:1/x/'), time.monotonic() - began, flush=True)\n"
    )
    environment = {"PATH": path or os.environ["PATH"], "BROWSER": browser, "TERM": "xterm", "DISPLAY": ":0"}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=place, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    words = ran.stdout.split()
    return words[0], float(words[1])


def program(place: Path, name: str, *, does: str) -> Path:
    place.mkdir(exist_ok=True)
    (place / name).write_text(f"#!/bin/sh\n{does}\n")
    (place / name).chmod(0o755)
    return place / name


def test_nobody_waits_for_a_browser_to_be_closed(tmp_path: Path) -> None:
    slow = program(tmp_path, "slow", does='echo "$1" >opened; exec sleep 15 >/dev/null 2>&1')

    is_open, seconds = browsed(str(slow), tmp_path)

    assert (is_open, seconds < 10) == ("True", True)
    assert (tmp_path / "opened").read_text() == "http://localhost:1/x/\n"


@pytest.mark.parametrize("name", ["w3m", "lynx", "links", "elinks", "www-browser"])
def test_no_browser_takes_over_the_terminal(tmp_path: Path, name: str) -> None:
    there = program(tmp_path / "bin", name, does="touch opened")

    for chosen in (str(there), f"{there} %s", name):
        assert browsed(chosen, tmp_path, path=f"{there.parent}:{os.environ['PATH']}")[0] == "False"
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize("beginning", [".", "", "bin"])
def test_no_program_of_a_repository_is_taken_for_a_browser(tmp_path: Path, beginning: str) -> None:
    for name in ("xdg-settings", "xdg-open", "firefox"):
        program(tmp_path, name, does="touch opened")
        program(tmp_path / "bin", name, does="touch opened")

    assert browsed("", tmp_path, path=f"{beginning}:{os.environ['PATH']}")[0] == "False"
    assert not (tmp_path / "opened").exists()
