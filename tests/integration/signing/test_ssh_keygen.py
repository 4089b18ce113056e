"""What is signed with a person's own keys is believed of them, and what cannot be signed is said."""

import os
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import RequireTool

from weighbridge.adapters.signing.ssh_keygen import SshKeygenSigner, default_key
from weighbridge.app.signing import SigningError
from weighbridge.domain.ssh_signature import read_blob
from weighbridge.ledger.ssh_keys import problem_of_signature

PAYLOAD = b"DSSEv1 28 application/vnd.in-toto+json 2 {}"


def make(folder: Path, kind: str = "ed25519", *, passphrase: str = "", name: str = "key") -> Path:
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", path], check=True)
    return path


@pytest.fixture
def folder(tmp_path: Path, require_tool: RequireTool) -> Path:
    require_tool("ssh-keygen")
    return tmp_path


@pytest.fixture
def agent(folder: Path, require_tool: RequireTool) -> Iterator[str]:
    program = require_tool("ssh-agent")
    socket = str(folder / "agent")
    process = subprocess.Popen([program, "-D", "-a", socket], stdout=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while not Path(socket).exists() and time.monotonic() < until:
        time.sleep(0.01)
    yield socket
    process.send_signal(signal.SIGTERM)
    process.wait()


def check(signed: bytes) -> str:
    found = read_blob(signed)
    assert found is not None
    return problem_of_signature(found, PAYLOAD, namespace="weighbridge")


def shown(key: Path) -> str:
    done = subprocess.run(["ssh-keygen", "-l", "-f", key], check=True, capture_output=True, text=True)
    return done.stdout.split()[1]


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_key_file_signs(kind: str, folder: Path) -> None:
    key = make(folder, kind)

    signed = SshKeygenSigner(key).sign(PAYLOAD)

    assert signed.keyid == shown(key)
    assert check(signed.signature) == ""


def test_a_key_says_its_public_half_wherever_that_lies(folder: Path) -> None:
    key = make(folder)
    public = " ".join(key.with_suffix(".pub").read_text().split()[:2])

    assert SshKeygenSigner(key).public_key() == SshKeygenSigner(key.with_suffix(".pub")).public_key() == public
    assert SshKeygenSigner(f"{public} a comment").public_key() == public
    key.with_suffix(".pub").unlink()
    assert SshKeygenSigner(key).public_key() == public
    with pytest.raises(SigningError, match="it is no SSH key"):
        SshKeygenSigner("nonsense").public_key()


def test_a_key_of_an_agent_signs_by_its_public_half(folder: Path, agent: str) -> None:
    key = make(folder)
    environment = {**os.environ, "SSH_AUTH_SOCK": agent}
    subprocess.run(["ssh-add", "-q", key], check=True, env=environment)
    public = key.with_suffix(".pub")
    key.unlink()

    by_file = SshKeygenSigner(public, environment=environment).sign(PAYLOAD)
    by_text = SshKeygenSigner(public.read_text(), environment=environment).sign(PAYLOAD)

    assert check(by_file.signature) == check(by_text.signature) == ""


def test_a_key_that_no_agent_holds_is_said(folder: Path, agent: str) -> None:
    public = make(folder).with_suffix(".pub").read_text()

    with pytest.raises(SigningError, match="nothing was signed with the key ssh-ed25519"):
        SshKeygenSigner(public, environment={**os.environ, "SSH_AUTH_SOCK": agent}).sign(PAYLOAD)


def test_a_missing_key_is_said(folder: Path) -> None:
    with pytest.raises(SigningError, match="there is no such file; name another key"):
        SshKeygenSigner(folder / "none").sign(PAYLOAD)


def test_what_is_no_key_is_said(folder: Path) -> None:
    (folder / "key").write_text("nothing\n")
    (folder / "key").chmod(0o600)

    with pytest.raises(SigningError, match="it is no SSH key"):
        SshKeygenSigner(folder / "key").sign(PAYLOAD)


def test_a_wrong_passphrase_is_said(folder: Path) -> None:
    askpass = folder / "askpass"
    askpass.write_text("#!/bin/sh\necho wrong\n")
    askpass.chmod(0o700)
    environment = {**os.environ, "SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force"}

    with pytest.raises(SigningError, match="the passphrase was wrong"):
        SshKeygenSigner(make(folder, passphrase="right one"), environment=environment).sign(PAYLOAD)


def test_the_right_passphrase_signs(folder: Path) -> None:
    askpass = folder / "askpass"
    askpass.write_text("#!/bin/sh\necho right one\n")
    askpass.chmod(0o700)
    environment = {**os.environ, "SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force"}

    signed = SshKeygenSigner(make(folder, passphrase="right one"), environment=environment).sign(PAYLOAD)

    assert check(signed.signature) == ""


def test_a_key_that_nobody_touches_is_given_up(folder: Path) -> None:
    waiting = folder / "ssh-keygen-that-waits"
    waiting.write_text("#!/bin/sh\nexec sleep 30\n")
    waiting.chmod(waiting.stat().st_mode | stat.S_IXUSR)
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    key = make(folder)

    with pytest.raises(SigningError, match=r"within 0\.2 s: it was not touched"):
        SshKeygenSigner(key, timeout=0.2, program=waiting.name, environment=environment).sign(PAYLOAD)


def test_what_does_not_verify_is_not_handed_on(folder: Path) -> None:
    lying = folder / "ssh-keygen-that-lies"
    key = make(folder)
    lying.write_text(f"#!/bin/sh\necho other bytes | ssh-keygen -Y sign -q -f {key} -n weighbridge\n")
    lying.chmod(0o700)
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}

    with pytest.raises(SigningError, match="would not count: the signature does not belong"):
        SshKeygenSigner(key, program=lying.name, environment=environment).sign(PAYLOAD)


def test_without_the_program_it_is_said(folder: Path) -> None:
    with pytest.raises(SigningError, match="is not installed"):
        SshKeygenSigner(make(folder), program="ssh-keygen-that-is-not-there").sign(PAYLOAD)


def test_who_has_to_touch_a_security_key_is_told(folder: Path) -> None:
    told: list[str] = []
    key = folder / "id_sk"
    key.write_text("no key\n")
    key.chmod(0o600)
    key.with_name("id_sk.pub").write_text("sk-ssh-ed25519@openssh.com AAAA\n")

    with pytest.raises(SigningError):
        SshKeygenSigner(key, notify=told.append).sign(PAYLOAD)

    assert told == [f"touch the security key that holds {key}"]


@pytest.fixture
def repository(folder: Path) -> Path:
    path = folder / "repository"
    subprocess.run(["git", "init", "-q", path], check=True)
    return path


def configured(folder: Path, *settings: str) -> dict[str, str]:
    """An environment whose own git configuration says `settings`."""
    home = folder / "home"
    home.mkdir()
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}
    for setting in settings:
        name, _, value = setting.partition("=")
        subprocess.run(["git", "config", "--global", name, value], check=True, env=environment)
    return environment


def test_git_s_own_key_is_the_default(folder: Path, repository: Path) -> None:
    environment = configured(folder, "gpg.format=ssh", "user.signingkey=~/.ssh/id.pub")

    assert default_key(repository, environment) == folder / "home" / ".ssh" / "id.pub"


@pytest.mark.parametrize("value", ["key::ssh-ed25519 AAAA", "ssh-ed25519 AAAA"])
def test_git_s_own_key_may_be_a_text(value: str, folder: Path, repository: Path) -> None:
    environment = configured(folder, "gpg.format=ssh", f"user.signingkey={value}")

    assert default_key(repository, environment) == "ssh-ed25519 AAAA"


def test_a_repository_does_not_choose_the_key(folder: Path, repository: Path) -> None:
    environment = configured(folder, "gpg.format=ssh", "user.signingkey=/home/ada/key")
    for setting in ("user.signingkey", "gpg.ssh.program"):
        subprocess.run(["git", "-C", repository, "config", setting, "/tmp/theirs"], check=True)

    assert default_key(repository, environment) == Path("/home/ada/key")


@pytest.mark.parametrize("settings", [(), ("user.signingkey=ABCDEF",), ("gpg.format=ssh",)])
def test_without_an_ssh_key_of_git_the_way_out_is_said(
    settings: tuple[str, ...], folder: Path, repository: Path
) -> None:
    with pytest.raises(SigningError, match="name one with --key"):
        default_key(repository, configured(folder, *settings))


def test_a_relative_path_is_refused(folder: Path, repository: Path) -> None:
    environment = configured(folder, "gpg.format=ssh", "user.signingkey=keys/mine")

    with pytest.raises(SigningError, match="a repository could bring such a file"):
        default_key(repository, environment)


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("passkey", "passkey"),
        ("passkey:eve@example.org", "passkey:eve@example.org"),
        ("/home/ada/other", Path("/home/ada/other")),
        ("ssh-ed25519 AAAA", "ssh-ed25519 AAAA"),
    ],
)
def test_what_weighbridge_signs_with_may_be_another_than_git_s_own(
    value: str, key: Path | str, *, folder: Path, repository: Path
) -> None:
    environment = configured(folder, f"weighbridge.signingkey={value}", "user.signingkey=ABCDEF")
    subprocess.run(["git", "-C", repository, "config", "weighbridge.signingkey", "/tmp/theirs"], check=True)

    assert default_key(repository, environment) == key


def test_a_key_s_id_is_its_fingerprint(folder: Path) -> None:
    key = make(folder)

    assert SshKeygenSigner(key).keyid() == shown(key)
    with pytest.raises(SigningError, match="it is no SSH key"):
        SshKeygenSigner("ssh-ed25519 !").keyid()


def test_what_another_key_signed_than_the_one_that_was_shown_is_not_handed_on(folder: Path) -> None:
    key, other = make(folder), make(folder, name="other")
    key.write_bytes(other.read_bytes())  # as a pair that was copied together wrongly, or an agent that lies

    with pytest.raises(SigningError, match=r"another key signed, SHA256:.*|cannot sign|ssh-keygen could not"):
        SshKeygenSigner(key).sign(PAYLOAD)


def test_a_pipe_or_a_device_in_the_place_of_a_public_half_is_not_waited_for(folder: Path) -> None:
    key = make(folder)
    key.with_suffix(".pub").unlink()
    os.mkfifo(key.with_suffix(".pub"))
    public = folder / "zero.pub"
    public.symlink_to("/dev/zero")

    assert SshKeygenSigner(key, timeout=5).public_key().startswith("ssh-ed25519 ")
    with pytest.raises(SigningError):
        SshKeygenSigner(public, timeout=5).public_key()
