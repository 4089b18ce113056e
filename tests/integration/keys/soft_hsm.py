"""Tokens of SoftHSM 2, a PKCS#11 module in software: made for one test, in a folder of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, Object, ObjectClass, PrivateKey, Session, Token

PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
"""Where systems install the module."""

ED25519 = bytes.fromhex("06032b6570")
ED448 = bytes.fromhex("06032b6571")
P256 = bytes.fromhex("06082a8648ce3d030107")
PIN = "hsm-pin-81"


@dataclass(frozen=True)
class SoftHsm:
    """A folder of tokens, which a module finds by SOFTHSM2_CONF."""

    folder: Path
    tool: Path

    @property
    def module(self) -> Path:
        """What programs load."""
        return next(path for path in map(Path, PLACES) if path.exists())

    @property
    def configuration(self) -> Path:
        """What SOFTHSM2_CONF is to name."""
        return self.folder / "softhsm2.conf"

    @property
    def pin(self) -> Path:
        """The file that holds the PIN, for its owner alone."""
        return self.folder / "pin"

    def make(self, label: str) -> None:
        """A new token, without keys."""
        arguments = ("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "so-pin-55")
        environment = {**os.environ, "SOFTHSM2_CONF": str(self.configuration)}
        subprocess.run([self.tool, *arguments], env=environment, capture_output=True, check=True)

    def uri(self, name: str = "token=weighbridge;object=writer", *, pin: bool = True) -> str:
        """What WEIGHBRIDGE_WRITER is to be."""
        source = f"&pin-source=file:{quote(str(self.pin))}" if pin else ""
        return f"pkcs11:{name}?module-path={self.module}{source}"

    @contextmanager
    def opened(self, label: str = "weighbridge") -> Iterator[Session]:
        """A session that may make and remove keys."""
        with self.tokens() as tokens:
            (token,) = (each for each in tokens if each.label == label)
            with token.open(rw=True, user_pin=PIN) as session:
                yield session

    @contextmanager
    def tokens(self) -> Iterator[list[Token]]:
        """Every token, as another program sees them."""
        library = pkcs11.lib(str(self.module))
        try:
            yield [slot.get_token() for slot in library.get_slots(token_present=True)]
        finally:
            library.finalize()

    def make_key(self, label: str = "writer", *, token: str = "weighbridge", **more: Any) -> None:  # noqa: ANN401 - pass on
        """A key pair of Ed25519."""
        with self.opened(token) as session:
            edwards(session, label, **more)


def soft_hsm(folder: Path, tool: Path) -> SoftHsm:
    """SoftHSM with an empty token called `weighbridge`."""
    made = SoftHsm(folder, tool)
    (folder / "tokens").mkdir(parents=True)
    made.configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    made.pin.write_text(f"{PIN}\n")
    made.pin.chmod(0o600)
    made.make("weighbridge")
    return made


def edwards(
    session: Session,
    label: str,
    *,
    curve: bytes = ED25519,
    kind: KeyType = KeyType.EC_EDWARDS,
    **more: Any,  # noqa: ANN401 - pass on
) -> None:
    """A key pair on a curve, kept in the token."""
    mechanism = Mechanism.EC_EDWARDS_KEY_PAIR_GEN if kind is KeyType.EC_EDWARDS else Mechanism.EC_KEY_PAIR_GEN
    parameters = session.create_domain_parameters(kind, {Attribute.EC_PARAMS: curve}, local=True)
    more.setdefault("capabilities", MechanismFlag.SIGN | MechanismFlag.VERIFY)
    parameters.generate_keypair(store=True, label=label, mechanism=mechanism, **more)


def objects(session: Session, kind: ObjectClass) -> list[Object]:
    """Everything of one class in a token."""
    return list(session.get_objects({Attribute.CLASS: kind}))


def private_keys(session: Session) -> list[Object]:
    """Every private key in a token."""
    return [each for each in objects(session, ObjectClass.PRIVATE_KEY) if isinstance(each, PrivateKey)]
