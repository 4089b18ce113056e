"""Checking SSH signatures with OpenSSH's own `ssh-keygen`, against enrolled people's keys only."""

import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from weighbridge.domain.change import Signature
from weighbridge.domain.provenance import SignatureCheck, SignatureState
from weighbridge.domain.ssh_signature import SshSignature, read_ssh_signature

_NAMESPACE: Final = "git"
_PRINCIPAL: Final = re.compile(r"[A-Za-z0-9._%+@=/-]{1,200}\Z")
_KINDS: Final = {"openpgp": "OpenPGP", "x509": "X.509"}


class SshKeygen:
    """Verifies with `ssh-keygen -Y verify`; validity periods of enrolled keys are judged as of now.

    The time a commit states is its author's own claim: judging by it would let an expired key sign into the past.
    """

    __slots__ = ("_program", "_timeout")

    def __init__(self, program: str = "ssh-keygen", *, timeout: float = 10.0) -> None:
        self._program = program
        self._timeout = timeout

    def verify(self, payload: bytes, signature: Signature, *, signers: Mapping[str, str]) -> SignatureCheck:
        """Whether `signature` is over `payload` and by which of `signers`."""
        if signature.kind != "ssh":
            kind = _KINDS.get(signature.kind, "an unknown kind of")
            return SignatureCheck(
                state=SignatureState.NOT_VERIFIED,
                detail=f"{kind} signature, present but not checked; enrolled people sign with SSH keys",
            )
        found = read_ssh_signature(signature.armoured)
        if found is None:
            return SignatureCheck(state=SignatureState.INVALID, detail="not a well-formed SSH signature")
        if found.namespace != _NAMESPACE:
            return SignatureCheck(state=SignatureState.INVALID, detail="made for another purpose than a git commit")
        lines = tuple(_lines_for(found.public_key, signers))
        if not lines:
            return SignatureCheck(state=SignatureState.NOT_ENROLLED, detail="made with a key of nobody enrolled")
        return self._run(payload, signature, found=found, lines=lines)

    def _run(
        self, payload: bytes, signature: Signature, *, found: SshSignature, lines: tuple[tuple[str, str], ...]
    ) -> SignatureCheck:
        said = ""
        with tempfile.TemporaryDirectory(prefix="weighbridge-") as name:
            folder = Path(name)
            armoured, allowed = folder / "signature", folder / "allowed_signers"
            armoured.write_text(signature.armoured.strip() + "\n", "ascii", "replace")
            allowed.write_text("".join(f"{principal} {line}\n" for principal, line in lines), "utf-8")
            for principal in dict.fromkeys(principal for principal, _ in lines):
                options = ["-f", str(allowed), "-I", principal, "-n", _NAMESPACE, "-s", str(armoured)]
                try:
                    done = subprocess.run(  # noqa: S603  a fixed program, no shell; names are checked, files are ours
                        [self._program, "-Y", "verify", *options],
                        input=payload,
                        capture_output=True,
                        timeout=self._timeout,
                        check=False,
                    )
                except FileNotFoundError:
                    return SignatureCheck(
                        state=SignatureState.NOT_VERIFIED,
                        detail=f"SSH signature, not checked: `{self._program}` is not installed",
                    )
                except subprocess.TimeoutExpired:
                    return SignatureCheck(
                        state=SignatureState.NOT_VERIFIED,
                        detail=f"SSH signature, not checked: `{self._program}` took over {self._timeout:g} s",
                    )
                if done.returncode == 0:
                    return _valid(principal, found)
                said = done.stderr.decode("utf-8", "replace").strip()
        if "illegal option" in said or "unknown option" in said:
            return SignatureCheck(
                state=SignatureState.NOT_VERIFIED,
                detail=f"SSH signature, not checked: this `{self._program}` cannot (OpenSSH 8.2 or newer can)",
            )
        why = " ".join(said.split()) or "no reason given"
        return SignatureCheck(state=SignatureState.INVALID, detail=f"{self._program}: {why[:200]}")


def _valid(principal: str, found: SshSignature) -> SignatureCheck:
    if found.user_present:
        detail = "with a security key that was touched"
    elif found.is_security_key:
        detail = "with a security key that asked for no touch"
    else:
        detail = "with a plain key, which proves possession of it and no more"
    return SignatureCheck(
        state=SignatureState.VALID, detail=detail, principal=principal, user_present=found.user_present
    )


def _lines_for(public_key: str, signers: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """The (principal, line) pairs enrolled with this very key; a pattern is nobody's name."""
    for principal, lines in signers.items():
        if _PRINCIPAL.match(principal):
            yield from ((principal, line.strip()) for line in lines.split("\n") if public_key in line.split())
