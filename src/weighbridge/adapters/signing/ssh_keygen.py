"""Signing with OpenSSH's own `ssh-keygen`: a key file, a key that an agent holds, or a security key."""

import base64
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from weighbridge.app.signing import Signed, SigningError, is_passkey
from weighbridge.domain.ssh_signature import blob_of, fingerprint, read_blob
from weighbridge.ledger.envelope import NAMESPACE
from weighbridge.ledger.ssh_keys import problem_of_signature

_KEPT: Final = (
    "DISPLAY",
    "HOME",
    "SSH_ASKPASS",
    "SSH_ASKPASS_REQUIRE",
    "SSH_AUTH_SOCK",
    "SSH_SK_PROVIDER",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TMPDIR",
    "USERPROFILE",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
)
_LONGEST_KEY: Final = 20_000
_LITERAL: Final = "key::"
_TYPES: Final = ("ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-")
_SAID: Final = (
    ("incorrect passphrase", "the passphrase was wrong or nobody could be asked for it; try again in a terminal"),
    ("couldn't load public key", "it is no SSH key: name another with --key"),
    ("unprotected private key", "others may read the key's file, so OpenSSH will not use it: `chmod 600` it"),
    ("permission denied", "the key's file may not be read"),
    ("device not found", "the security key is not plugged in, or is another one than this key lies in"),
    ("requires pin", "the security key asks for its PIN; try again in a terminal"),
    ("incorrect pin", "the security key's PIN was wrong"),
    ("user presence", "the security key was not touched in time"),
    ("agent refused", "the agent holds the key and would not sign: unlock it, or touch the key when it asks"),
    ("couldn't get agent socket", "the key is not in a file here and no agent runs: start one and `ssh-add` the key"),
    ("invalid format", "it is no SSH key: name another with --key"),
    ("error in libcrypto", "it is no SSH key, or a damaged one: name another with --key"),
    ("illegal option", "this ssh-keygen cannot sign: install OpenSSH 8.2 or newer"),
    ("unknown option", "this ssh-keygen cannot sign: install OpenSSH 8.2 or newer"),
)


class SshKeygenSigner:
    """Signs with one SSH key, which is a file (private or `.pub`) or the text of a public key that an agent holds.

    `notify` is told what the person has to do now, when the key is one that waits to be touched. `timeout` is in
    seconds, and includes the person.
    """

    def __init__(
        self,
        key: Path | str,
        *,
        notify: Callable[[str], None] | None = None,
        timeout: float = 60.0,
        program: str = "ssh-keygen",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._key = key
        self._notify = notify
        self._timeout = timeout
        self._program = program
        self._environment = _clean(os.environ if environment is None else environment)

    @property
    def description(self) -> str:
        """The file's path, or the beginning of the key's text."""
        return str(self._key) if isinstance(self._key, Path) else f"the key {self._key[:40]}… of the agent"

    def public_key(self) -> str:
        """The type and the key, from the public half that lies there, else from the private one."""
        with self._file() as file:
            words = (_public_half(file) or self._run([self._found(), "-y", "-f", str(file)])).split()
        if len(words) < 2:
            raise self._error("it is no SSH key")
        return " ".join(words[:2])

    def keyid(self) -> str:
        """The fingerprint of the public half; that nothing here could sign is told too. Raises `SigningError`."""
        self._found()
        try:
            return fingerprint(base64.b64decode(self.public_key().split(" ")[1], validate=True))
        except ValueError:
            raise self._error("it is no SSH key") from None

    def sign(self, payload: bytes) -> Signed:
        """Sign exactly these bytes. Raises `SigningError`."""
        program = self._found()
        with self._file() as file:
            if self._notify is not None and _public_half(file).startswith("sk-"):
                self._notify(f"touch the security key that holds {self.description}")
            armoured = self._run([program, "-Y", "sign", "-q", "-f", str(file), "-n", NAMESPACE], payload)
            beside = _public_half(file).split()[:2]
        return self._checked(armoured, payload, beside=beside)

    def _found(self) -> str:
        program = shutil.which(self._program, path=self._environment["PATH"])
        if program is None:
            raise SigningError(
                f"`{self._program}` is not installed: install OpenSSH 8.2 or newer to sign with SSH keys"
            )
        return program

    def _run(self, command: list[str], payload: bytes = b"") -> str:
        try:
            done = subprocess.run(  # noqa: S603  a fixed program, no shell; the key is one argument, after its option
                command,
                input=payload,
                capture_output=True,
                timeout=self._timeout,
                check=False,
                env=self._environment,
            )
        except subprocess.TimeoutExpired:
            raise self._error(
                f"nothing was signed within {self._timeout:g} s: it was not touched or unlocked"
            ) from None
        except OSError as problem:
            raise self._error(f"`{command[0]}` cannot be started: {problem.strerror}") from problem
        if done.returncode:
            said = " ".join(done.stderr.decode("utf-8", "replace").split())
            words = next((words for part, words in _SAID if part in said.lower()), "ssh-keygen could not sign")
            raise self._error(f"{words} ({said[:200] or f'exit code {done.returncode}'})")
        return done.stdout.decode("ascii", "replace")

    def _checked(self, armoured: str, payload: bytes, *, beside: list[str]) -> Signed:
        """What an agent or a device gave back is believed only once it verifies."""
        blob = blob_of(armoured)
        found = None if blob is None else read_blob(blob)
        if blob is None or found is None:
            raise self._error("what came back is no SSH signature")
        if problem := problem_of_signature(found, payload, namespace=NAMESPACE):
            raise self._error(f"its signature would not count: {problem}")
        if beside and beside != [found.key_type, found.public_key]:
            raise self._error(f"another key signed, {found.fingerprint}, than the public half says that lies there")
        return Signed(keyid=found.fingerprint, signature=blob)

    def _error(self, words: str) -> SigningError:
        return SigningError(f"nothing was signed with {self.description}: {words}")

    @contextmanager
    def _file(self) -> Iterator[Path]:
        if isinstance(self._key, Path):
            if not self._key.exists():
                raise self._error(
                    "there is no such file; name another key, or make one with `ssh-keygen -t ed25519-sk`"
                )
            if self._key.is_dir():
                raise self._error("that is a folder: name the key's file in it with --key")
            yield self._key
            return
        with tempfile.TemporaryDirectory(prefix="weighbridge-") as name:
            file = Path(name) / "key.pub"
            file.write_text(self._key.strip() + "\n", "utf-8")
            yield file


def default_key(folder: Path, environment: Mapping[str, str] | None = None) -> Path | str:
    """What the person's own git says they sign with: `weighbridge.signingkey`, else git's own SSH key (`user.signingkey`).

    Raises:
        SigningError: git names no such key, or cannot be asked.
    """
    given = os.environ if environment is None else environment
    settings = own_settings(folder, given)
    setting = "weighbridge.signingkey" if settings.get("weighbridge.signingkey") else "user.signingkey"
    name = settings.get(setting, "")
    if not name or (setting.startswith("user.") and settings.get("gpg.format", "openpgp") != "ssh"):
        raise SigningError(
            "no key to sign with: name one with --key, or have git sign with SSH"
            " (`git config --global gpg.format ssh` and `git config --global user.signingkey ~/.ssh/id_ed25519_sk.pub`)"
        )
    text = name.removeprefix(_LITERAL)
    if name.startswith((_LITERAL, *_TYPES)) or is_passkey(name):
        return text
    path = Path(given.get("HOME", "~")) / name[2:] if name.startswith("~/") else Path(name)
    if not path.is_absolute():
        raise SigningError(f"git's {setting} is the relative path {name!r}: a repository could bring such a file")
    return path


def own_settings(folder: Path, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the person's own git says of who they are and how they sign.

    What the repository's own configuration says is not followed: a clone may come with one.

    Raises:
        SigningError: git cannot be asked.
    """
    given = os.environ if environment is None else environment
    kept = ("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
    clean = _clean(given) | {name: given[name] for name in kept if name in given}
    program = shutil.which("git", path=clean["PATH"])
    if program is None:
        raise SigningError("git was not found on PATH, so its user.signingkey is unknown: name a key with --key")
    wanted = r"^(user\.(signingkey|email)|gpg\.format|weighbridge\.signingkey)$"
    try:
        done = subprocess.run(  # noqa: S603  a fixed program and arguments; reading configuration runs nothing
            [program, "config", "--null", "--show-scope", "--get-regexp", wanted],
            cwd=folder,
            env=clean,
            capture_output=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise SigningError(
            f"git could not be asked for user.signingkey ({problem}): name a key with --key"
        ) from problem
    fields = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    found: dict[str, str] = {}
    for scope, entry in zip(fields[::2], fields[1::2], strict=False):
        key, _, value = entry.partition("\n")
        if scope in ("system", "global"):
            found[key] = value
    return found


def _public_half(file: Path) -> str:
    """What lies beside the private key; empty where nothing does."""
    public = file if file.suffix == ".pub" else file.with_name(file.name + ".pub")
    try:
        if not public.is_file():  # a pipe would be waited for, and a device read for ever
            return ""
        with public.open("rb") as opened:
            return opened.read(_LONGEST_KEY).decode("ascii", "replace")
    except OSError:
        return ""


def _clean(inherited: Mapping[str, str]) -> dict[str, str]:
    folders = [p for p in inherited.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(p)]
    kept = {name: inherited[name] for name in _KEPT if name in inherited}
    return kept | {"PATH": os.pathsep.join(folders), "LC_ALL": "C"}
