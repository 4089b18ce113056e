"""Writers' keys: on disk, in the real ssh-agent, in a service; what each refuses."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import RequireTool

from weighbridge.adapters.keys.agent import SshAgent, agent_key
from weighbridge.adapters.keys.disk import DiskKey, key_folder, own_key
from weighbridge.adapters.keys.service import KeyService, MemoryKeyService, ServiceKey
from weighbridge.assembly.writers import WRITER, own_writer, writer_to_come
from weighbridge.ledger.verifier_keys import SigningError, WriterKey


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "config" / "keys" / "writer"


def test_a_key_is_made_when_it_is_first_needed_and_is_the_same_from_then_on(place: Path) -> None:
    first = own_key(place)

    again = own_key(place)

    assert again.verifier == first.verifier
    assert again.verifier.verifies(first.sign(b"words"), b"words")
    assert not again.verifier.verifies(first.sign(b"words"), b"other words")


def test_only_its_owner_can_read_it(place: Path) -> None:
    own_key(place)

    assert (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [path.name for path in place.parent.iterdir()] == ["writer"]


def test_many_who_make_it_at_once_have_the_same(place: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: own_key(place), range(16)))

    assert len({str(key.verifier) for key in made}) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_is_refused(place: Path, mode: int) -> None:
    own_key(place)
    place.chmod(mode)

    with pytest.raises(SigningError, match=f"can be read by others .mode {mode:04o}.*chmod 600"):
        own_key(place)


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o711])
def test_a_folder_that_is_open_to_others_is_refused(place: Path, mode: int) -> None:
    own_key(place)
    place.parent.chmod(mode)

    with pytest.raises(SigningError, match=r"is open to others.*chmod 700"):
        own_key(place)


def test_no_key_is_made_in_a_folder_that_is_open_to_others(place: Path) -> None:
    place.parent.mkdir(parents=True)
    place.parent.chmod(0o755)

    with pytest.raises(SigningError, match="is open to others"):
        own_key(place)

    assert list(place.parent.iterdir()) == []


def test_a_link_in_its_place_is_refused(place: Path, tmp_path: Path) -> None:
    other = own_key(tmp_path / "other" / "keys" / "writer").path
    place.parent.mkdir(parents=True, mode=0o700)
    place.symlink_to(other)

    with pytest.raises(SigningError, match="is a link"):
        own_key(place)


def test_a_pipe_or_a_folder_in_its_place_is_refused(place: Path) -> None:
    place.parent.mkdir(parents=True, mode=0o700)
    os.mkfifo(place, 0o600)
    with pytest.raises(SigningError, match="is no file"):
        own_key(place)
    place.unlink()
    place.mkdir()

    with pytest.raises(SigningError):
        own_key(place)


def test_a_folder_that_cannot_be_made_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file")

    with pytest.raises(SigningError, match="cannot be read or made"):
        own_key(tmp_path / "config" / "keys" / "writer")


@given(at=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_a_key_with_one_bit_changed_is_no_key(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    place = tmp_path_factory.mktemp("bits") / "keys" / "writer"
    own_key(place)
    data = bytearray(place.read_bytes())
    data[at % len(data)] ^= 1 << bit
    place.write_bytes(data)

    with pytest.raises(SigningError, match="is no key of Weighbridge's"):
        own_key(place)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\xff", b"PRIVATE+KEY+a", b"PRIVATE+KEY+a+b+c", b"PRIVATE+KEY+a+00000000+AQ=="]
)
def test_what_is_no_key_is_said_to_be_none(place: Path, data: bytes) -> None:
    own_key(place)
    place.write_bytes(data)

    with pytest.raises(SigningError, match="is no key of Weighbridge's"):
        own_key(place)


def test_where_keys_lie_is_the_users_own_choice() -> None:
    assert key_folder({"WEIGHBRIDGE_CONFIG": "/c", "XDG_CONFIG_HOME": "/x"}) == Path("/c/keys")
    assert key_folder({"XDG_CONFIG_HOME": "/x", "HOME": "/h"}) == Path("/x/weighbridge/keys")
    assert key_folder({"HOME": "/h"}) == Path("/h/.config/weighbridge/keys")


@pytest.fixture
def agent(tmp_path: Path, require_tool: RequireTool) -> Iterator[dict[str, str]]:
    """The environment of a real agent that holds two keys of kind Ed25519, and one of another kind."""
    listening = tmp_path / "agent"
    process = subprocess.Popen([require_tool("ssh-agent"), "-D", "-a", listening], stdout=subprocess.DEVNULL)
    while not listening.exists():
        pass
    environment = {"SSH_AUTH_SOCK": str(listening), "PATH": os.environ["PATH"]}
    for name, kind in (("ada", "ed25519"), ("bob", "ed25519"), ("eve", "ecdsa")):
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", name, "-f", tmp_path / name], check=True)
        subprocess.run(["ssh-add", "-q", tmp_path / name], env=environment, check=True)
    yield environment
    process.kill()
    process.wait()


def fingerprint(public: Path) -> str:
    return subprocess.run(["ssh-keygen", "-lf", public], capture_output=True, text=True, check=True).stdout.split()[1]


def test_a_key_in_the_agent_signs_as_one_on_disk_does(agent: dict[str, str], tmp_path: Path) -> None:
    key = agent_key(fingerprint(tmp_path / "ada.pub"), agent)

    signature = key.sign(b"words")

    assert len(signature) == 64
    assert key.verifier.verifies(signature, b"words")
    assert key.verifier == agent_key(fingerprint(tmp_path / "ada.pub"), agent).verifier
    assert key.verifier != agent_key(fingerprint(tmp_path / "bob.pub"), agent).verifier


def test_of_several_keys_one_must_be_named(agent: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SigningError, match=r"no key that is the only one.*SHA256:\S+ .ada., SHA256:\S+ .bob.$"):
        agent_key("", agent)
    subprocess.run(["ssh-add", "-q", "-d", tmp_path / "bob"], env=agent, check=True)

    assert agent_key("", agent).verifier == agent_key(fingerprint(tmp_path / "ada.pub"), agent).verifier


def test_a_key_of_another_kind_or_of_nobody_is_not_taken(agent: dict[str, str], tmp_path: Path) -> None:
    for wanted in (fingerprint(tmp_path / "eve.pub"), "SHA256:nobody"):
        with pytest.raises(SigningError, match=r"holds no key SHA256:.* of kind ssh-ed25519"):
            agent_key(wanted, agent)


def test_a_key_that_was_taken_out_does_not_sign(agent: dict[str, str], tmp_path: Path) -> None:
    key = agent_key(fingerprint(tmp_path / "ada.pub"), agent)
    subprocess.run(["ssh-add", "-q", "-D"], env=agent, check=True)

    with pytest.raises(SigningError, match="the SSH agent refused"):
        key.sign(b"words")


def test_without_an_agent_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match="SSH_AUTH_SOCK is not set"):
        agent_key("", {})
    with pytest.raises(SigningError, match=r"does not answer .*is it running"):
        agent_key("", {"SSH_AUTH_SOCK": str(tmp_path / "none")})
    with pytest.raises(SigningError, match="does not answer"):
        agent_key("", {"SSH_AUTH_SOCK": "/" + "a" * 200})


@given(answer=st.binary(max_size=60), framed=st.booleans())
def test_whatever_an_agent_answers_only_the_promised_error_escapes(
    tmp_path_factory: pytest.TempPathFactory, *, answer: bytes, framed: bool
) -> None:
    path = tmp_path_factory.mktemp("rogue") / "agent"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        listening.listen()
        rogue = threading.Thread(target=_answer, args=(listening, len(answer).to_bytes(4) * framed + answer))
        rogue.start()
        with suppress(SigningError):
            assert len(SshAgent(str(path)).identities()) <= 60
        rogue.join()


def _answer(listening: socket.socket, answer: bytes) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(5)
        connection.sendall(answer)


def test_an_agent_that_drips_is_given_up(tmp_path: Path) -> None:
    path, is_over = tmp_path / "agent", threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.sendall((1000).to_bytes(4))
            while not is_over.wait(0.1):
                connection.sendall(b"x")

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        began = time.monotonic()
        with pytest.raises(SigningError, match="does not answer"):
            SshAgent(str(path), patience=0.5).identities()
        is_over.set()
        thread.join(10)

    assert time.monotonic() - began < 5


def test_a_service_signs_with_the_key_that_it_is_asked_for() -> None:
    service = MemoryKeyService("ledger", "other")
    key = ServiceKey(service, "ledger")

    assert key.verifier.verifies(key.sign(b"words"), b"words")
    with pytest.raises(SigningError, match="there is no key 'lost'; there are ledger, other"):
        ServiceKey(service, "lost")


class _Swapped:
    """A service that signs with another key than the one asked for."""

    def __init__(self) -> None:
        self._inner = MemoryKeyService("one", "other")

    def public_key(self, key: str) -> bytes:
        return self._inner.public_key(key)

    def sign(self, key: str, message: bytes) -> bytes:
        del key
        return self._inner.sign("other", message)


def test_a_service_that_signs_with_another_key_is_found_out() -> None:
    service: KeyService = _Swapped()

    with pytest.raises(SigningError, match="does not verify"):
        ServiceKey(service, "one").sign(b"words")


def test_all_keep_to_the_port(place: Path) -> None:
    keys: list[WriterKey] = [own_key(place), ServiceKey(MemoryKeyService("one"), "one")]

    assert isinstance(keys[0], DiskKey)
    assert all(key.verifier.verifies(key.sign(b""), b"") for key in keys)


@pytest.mark.parametrize(
    "chosen",
    [
        " pkcs11:token=a;object=b?module-path=/usr/lib/m.so&pin-value=815572",
        "'pkcs11:token=a?pin-value=815572'",
        "pkcs-11:token=a?module-path=m.so",
        "pkcs:token=a?module-path=/usr/lib/m.so&pin-source=815572",
    ],
)
def test_a_uri_that_is_misspelt_is_no_file_to_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    monkeypatch.chdir(tmp_path)

    for make in (own_writer, writer_to_come):
        with pytest.raises(SigningError, match="begins with pkcs11:, without anything before it") as refused:
            make({WRITER: chosen})
        assert "8155" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []
