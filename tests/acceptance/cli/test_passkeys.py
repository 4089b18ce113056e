"""People make passkeys and sign with them in a real browser, on pages that the program serves, and the gate counts them so."""

import json
import re
import signal
import socket
import subprocess
import threading
import time
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, ClassVar

import cbor2
import pytest
from tests.acceptance.cli.parlour import COL, SUE, Parlour
from tests.acceptance.cli.program import Ran
from tests.acceptance.page.devtools import Tab, tab_of
from tests.conftest import RequireTool
from tests.samples.passkeys import decoded
from tests.samples.ports import free_port
from tests.samples.ssh_agent import agent_of
from tests.samples.ssh_keys import security_key

from weighbridge.adapters.signing.loopback import Loopback
from weighbridge.adapters.signing.passkey import Ceremonies, NewPasskey
from weighbridge.ledger.passkey_terms import PasskeyTerms

EVE = "eve@example.org"
ADDRESS = re.compile(r"http://localhost:\d+/\S+/")
POLICY = """\
version: 1
name: by-passkey
extends: starter
rules:
  - name: by-passkey
    because: somebody has to be there
    require:
      - approval: {count: 1, assurance: ASSURANCE}
"""
SUES = security_key()
PORT = free_port()


class Room(Parlour):
    """A parlour whose ledger takes passkeys of pages on this machine, and where Sue has a security key."""

    more: ClassVar[str] = f'passkeys: {{site: localhost, origins: ["http://localhost:{PORT}"]}}\n'

    def make_key(self, who: str, passphrase: str = "") -> None:
        if who == SUE:
            self.key(who).with_suffix(".pub").write_text(SUES.line + "\n")
        else:
            super().make_key(who, passphrase)


@dataclass
class Talking:
    """The program at work, and what it has said so far."""

    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list)

    def address(self, number: int = 1) -> str:
        """The page that it told last, once there is the so many-th."""
        while len(found := ADDRESS.findall("".join(self.said))) < number:
            line = self._stream.readline()
            assert line, "".join(self.said)
            self.said.append(line)
        last: str = found[-1]
        return last

    def ended(self) -> Ran:
        """How it ended."""
        out, err = self.process.communicate(timeout=60)
        return Ran(status=self.process.returncode, out=out, err="".join(self.said) + err)

    @property
    def _stream(self) -> IO[str]:
        assert self.process.stderr is not None
        return self.process.stderr


@contextmanager
def talking(room: Parlour, *arguments: str) -> Iterator[Talking]:
    # A shell may have had its children pass over Ctrl-C, which the program then does too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            room.program.command(*arguments),
            cwd=room.scratch.folder,
            env=room.program.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            yield Talking(process)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, require_tool: RequireTool) -> Iterator[Tab]:
    with tab_of(require_tool("chromium", "google-chrome"), tmp_path_factory.mktemp("browser")) as tab:
        yield tab


@pytest.fixture
def tab(browser: Tab) -> Iterator[Tab]:
    """The browser with one authenticator, which is nobody else's."""
    name = browser.add_authenticator()
    yield browser
    browser.call("WebAuthn.removeVirtualAuthenticator", authenticatorId=name)


@pytest.fixture
def open_room(tmp_path: Path, require_tool: RequireTool) -> Callable[..., Room]:
    require_tool("ssh-keygen")

    def made(assurance: str = "passkey", *, kind: type[Room] = Room) -> Room:
        return kind.open(tmp_path / "room", policy=POLICY.replace("ASSURANCE", assurance))

    return made


def make_passkey(room: Room, tab: Tab) -> Ran:
    """Somebody makes a passkey, which signs the request for its enrolment."""
    with talking(room, "people", "request", EVE, "--key", "passkey", "-o", str(room.keys / "request")) as told:
        tab.open(told.address())
        tab.press("go")
        tab.wait_for("document.querySelector('.digest') && document.readyState == 'complete'")
        tab.press("go")
        assert "Signed." in tab.told()
        return told.ended()


def vouch(room: Room, *, agent: str = "", by: str = SUE) -> Ran:
    """Somebody enrolled vouches for it."""
    key = room.key(by).with_suffix(".pub") if agent else room.key(by)
    command = room.program.command("people", "enrol", str(room.keys / "request"), "--yes", "--key", str(key))
    done = subprocess.run(
        command,
        cwd=room.scratch.folder,
        env={**room.program.environment(), "SSH_AUTH_SOCK": agent},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done
    return Ran(status=done.returncode, out=done.stdout, err=done.stderr)


def vouch_with_security_key(room: Room, folder: Path) -> Ran:
    with agent_of(SUES, socket=folder / "agent") as agent:
        return vouch(room, agent=agent)


def approve(room: Room, tab: Tab, *more: str) -> Ran:
    with talking(room, "approve", "fix", "--yes", "--target", "main", "--key", f"passkey:{EVE}", *more) as told:
        tab.open(told.address())
        tab.press("go")
        assert tab.told() == "Signed. The terminal says whether it is on record. You can close this page."
        return told.ended()


def test_a_passkey_is_enrolled_and_approves_what_asks_for_one(
    open_room: Callable[..., Room], tab: Tab, tmp_path: Path
) -> None:
    room = open_room()
    made = make_passkey(room, tab)
    enrolled = vouch_with_security_key(room, tmp_path)
    assert room.says(COL, "approve", "fix").status == 0
    before = room.weigh()

    approved = approve(room, tab)
    after = room.weigh()

    assert (made.status, approved.status) == (0, 0), (made, approved)
    assert f"{EVE} is enrolled with" in enrolled.out
    assert before.status == 1, before.out
    assert "signed by key, and at least passkey is asked for" in " ".join(before.out.split())
    assert after.status == 0, after.out
    assert f"{EVE}, by passkey" in " ".join(after.out.split())
    statement = approved.out.split("Statement  sha256:")[1].split()[0]
    assert statement in approved.err.replace(" ", "").replace("\n", "")  # the digits that the page shows


def test_what_a_plain_key_vouched_for_satisfies_nothing_that_asks_for_a_passkey(
    open_room: Callable[..., Room], tab: Tab
) -> None:
    room = open_room()
    make_passkey(room, tab)
    vouch(room, by=COL)

    approved = approve(room, tab)

    assert "signed by key, and at least passkey is asked for" in " ".join(approved.err.split())
    assert room.weigh().status == 1


def test_a_maker_that_trust_names_makes_it_an_attested_authenticator(
    open_room: Callable[..., Room], tab: Tab, tmp_path: Path
) -> None:
    model, certificate = make_of(tab)
    named = f"models: [{{aaguid: {model}, certificates: [{b64encode(certificate).decode()}]}}]"

    class Attesting(Room):
        more: ClassVar[str] = Room.more.replace("}\n", f", {named}}}\n")

    room = open_room("attested-authenticator", kind=Attesting)
    made = make_passkey(room, tab)
    vouched = vouch_with_security_key(room, tmp_path)
    approve(room, tab)
    after = room.weigh()

    assert f"of the model {model}" in made.err
    assert f"of the model {model}" in vouched.out
    assert after.status == 0, after.out
    assert f"{EVE}, by attested-authenticator" in " ".join(after.out.split())


def make_of(tab: Tab) -> tuple[str, bytes]:
    """The model of the browser's authenticators, and the certificate by which their maker vouches for them."""
    origin, told = f"http://localhost:{PORT}", list[str]()
    terms = PasskeyTerms(site="localhost", origins=frozenset({origin}), models={"any": ()})
    pages = Loopback((origin,), notify=told.append, browse=lambda _: False, timeout=30, environment={})
    found: list[str] = []
    made = NewPasskey(EVE, Ceremonies(terms, pages, notify=told.append))
    thread = threading.Thread(target=lambda: found.append(made.public_key()))
    thread.start()
    while not (addresses := ADDRESS.findall(" ".join(told))):
        time.sleep(0.01)
    tab.open(addresses[0])
    tab.press("go")
    thread.join(30)
    pages.close()
    tab.wait_for("!document.getElementById('go')")  # it goes on to a second page, which nobody shows
    tab.open("about:blank")
    attestation = cbor2.loads(decoded(json.loads(found[0])["response"]["attestationObject"]))
    return str(uuid.UUID(bytes=attestation["authData"][37:53])), attestation["attStmt"]["x5c"][0]


def test_whoever_refuses_on_the_page_signs_nothing(open_room: Callable[..., Room], tab: Tab) -> None:
    room = open_room()

    with talking(room, "people", "request", EVE, "--key", "passkey", "-o", str(room.keys / "request")) as told:
        tab.open(told.address())
        tab.press("refuse")
        assert tab.told() == "Nothing was signed. You can close this page."
        ended = told.ended()

    assert ended.status == 2
    assert "weighbridge: nothing was signed: it was refused on the page" in ended.err
    assert not (room.keys / "request").exists()


def test_a_ceremony_that_fails_is_told_and_may_be_tried_again(open_room: Callable[..., Room], browser: Tab) -> None:
    room, name = open_room(), browser.add_authenticator(isUserVerified=False)
    try:
        with talking(room, "people", "request", EVE, "--key", "passkey", "-o", str(room.keys / "request")) as told:
            browser.open(told.address())
            browser.press("go")
            browser.wait_for("document.getElementById('told').className == 'bad'")
            failed = browser.told()
            browser.call("WebAuthn.setUserVerified", authenticatorId=name, isUserVerified=True)
            browser.press("go")
            browser.wait_for("document.querySelector('.digest') && document.readyState == 'complete'")
            browser.press("go")
            assert "Signed." in browser.told()
            ended = told.ended()
    finally:
        browser.call("WebAuthn.removeVirtualAuthenticator", authenticatorId=name)

    assert "it was cancelled, took too long, or no passkey of yours is at hand" in failed
    assert ended.status == 0, ended


def test_an_interrupt_leaves_nothing_behind(open_room: Callable[..., Room]) -> None:
    room = open_room()

    with talking(room, "people", "request", EVE, "--key", "passkey", "-o", str(room.keys / "request")) as told:
        assert told.address()
        told.process.send_signal(signal.SIGINT)
        ended = told.ended()

    assert ended.status == 130
    assert ended.err.endswith("weighbridge: interrupted\n")
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", PORT)):
        pass


def test_a_keyboard_is_enough_and_one_s_own_git_may_name_the_passkey(
    open_room: Callable[..., Room], tab: Tab, tmp_path: Path
) -> None:
    room = open_room()
    configuration = f"[user]\n\temail = {EVE}\n[weighbridge]\n\tsigningkey = passkey\n"
    (room.program.home / ".gitconfig").write_text(configuration)
    make_passkey(room, tab)
    vouch_with_security_key(room, tmp_path)

    with talking(room, "reject", "fix", "--yes", "--target", "main", "--reason", "it loses money") as told:
        tab.open(told.address())
        shown = tab.evaluate("document.querySelector('h1').innerText")
        for _ in range(2):  # what it says besides, then the button
            tab.type_key("Tab")
        assert tab.evaluate("document.activeElement.id") == "go"
        tab.type_key("Enter")
        tab.told()
        assert tab.wait_for("document.activeElement.id == 'told'")
        ended = told.ended()

    assert shown == "Reject a change"
    assert ended.status == 0, ended
    assert "it loses money" in room.weigh().out


def test_where_trust_says_nothing_of_passkeys_it_is_said_what_to_write(
    tmp_path: Path, require_tool: RequireTool
) -> None:
    require_tool("ssh-keygen")
    parlour = Parlour.open(tmp_path)

    asked = parlour.run("people", "request", EVE, "--key", "passkey", "-o", str(tmp_path / "request"))

    assert asked.status == 2
    assert "no setting says where passkeys of this ledger are used: put `passkeys: {site: localhost" in asked.err
