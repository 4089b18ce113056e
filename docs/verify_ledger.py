"""Verifies an exported ledger, or the proof of one entry, with Python's standard library alone, in one sitting.

    python verify_ledger.py FOLDER --key VKEY [--key VKEY] [--anchor CHECKPOINT] [--signers ALLOWED_SIGNERS]
    python verify_ledger.py FILE.tlog-proof --key VKEY

VKEY may write the ledger: <name>+<id>+<base64>, from where you trust it (`.weighbridge/ledger.yaml`). Exits with
0 verified · 1 not what was signed · 2 usage · 3 all that could be looked at is verified, and something could not be.
Read beside it: RFC 6962 (tree), RFC 8032 (Ed25519), DSSE, and C2SP's signed-note, tlog-checkpoint, -tiles, -proof.
"""

import argparse
import base64
import hashlib
import json
import subprocess
import tempfile
from pathlib import Path
from shutil import which

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
KEYS: dict[tuple[str, bytes], bytes] = {}


def check(holds: object, words: str) -> None:
    """Refuse, unless it holds."""
    if not holds:
        raise ValueError(words)


def sha256(*parts: bytes) -> bytes:
    """The hash that everything here is made of."""
    return hashlib.sha256(b"".join(parts)).digest()


def decode(text: str) -> bytes:
    """Base64 without a bit that means nothing."""
    data = base64.b64decode(text, validate=True)
    check(base64.b64encode(data).decode() == text, "a base64 text has bits that mean nothing")
    return data


def add(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """The sum of two points (RFC 8032, 5.1.4)."""
    m, n = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    c, d = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(count: int, point: tuple[int, ...]) -> tuple[int, ...]:
    """A point, added to itself."""
    rest = times(count >> 1, add(point, point)) if count else (0, 1, 1, 0)
    return add(rest, point) if count & 1 else rest


def point(data: bytes) -> tuple[int, ...]:
    """The point that 32 bytes stand for (RFC 8032, 5.1.3)."""
    y, odd = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    check((x * x - square) % P == 0 and y < P and (x or not odd), "a key or signature is no point of the curve")
    x = x if x & 1 == odd else P - x
    return x, y, 1, x * y % P


def is_signed(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether it is the key's signature (RFC 8032, 5.1.7)."""
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    a, b = times(s, base), add(point(signature[:32]), times(k, point(key)))
    return all((a[at] * b[2] - b[at] * a[2]) % P == 0 for at in (0, 1)) and s < Q and len(signature) == 64


def read_checkpoint(note: bytes, where: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint that one of the keys signed, and none of them falsely."""
    text, _, lines = note.decode().rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    signed = False
    for dash, name, encoded in (line.split(" ") for line in lines.removesuffix("\n").split("\n")):
        if key := KEYS.get((name, (signature := decode(encoded))[:4])):
            signed = dash == "\u2014" and is_signed(key, signature[4:], text.encode() + b"\n")
            check(signed, f"{where} was not signed by {name}")
    check(signed and lines.endswith("\n"), f"{where} is signed by none of the keys that you gave")
    return origin, int(size), decode(root)


def root_of(row: list[bytes]) -> bytes:
    """The root over a row of hashes (RFC 6962, 2.1)."""
    half = 1 << (len(row) - 1).bit_length() >> 1
    return sha256(b"\1", root_of(row[:half]), root_of(row[half:])) if len(row) > 1 else b"".join(row) or sha256()


def tile(folder: Path, level: object, index: int, *, width: int) -> bytes:
    """A file of the tree."""
    name = f"{index % 1000:03d}" + (f".p/{width}" if width < 256 else "")
    while index := index // 1000:
        name = f"x{index % 1000:03d}/{name}"
    return (folder / "tile" / str(level) / name).read_bytes()


def read_entries(folder: Path, size: int) -> list[bytes]:
    """All entries; each tile over them must hold the hashes that they give."""
    entries: list[bytes] = []
    for index in range(-(-size // 256)):
        bundle, at = tile(folder, "entries", index, width=min(256, size - index * 256)), 0
        while at < len(bundle):
            begin, at = at + 2, at + 2 + int.from_bytes(bundle[at : at + 2], "big")
            entries.append(bundle[begin:at])
        check(at == len(bundle) and len(entries) == min(size, index * 256 + 256), f"bundle {index} is cut or grown")
    row, level = [sha256(b"\0", entry) for entry in entries], 0
    while row:
        parts = [row[at : at + 256] for at in range(0, len(row), 256)]
        for index, part in enumerate(parts):
            check(tile(folder, level, index, width=len(part)) == b"".join(part), f"tile {level}/{index} was changed")
        row, level = [root_of(part) for part in parts if len(part) == 256], level + 1
    return entries


def keygen(*asked: str, said: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """What SSH's own program says of a signature."""
    return subprocess.run(["ssh-keygen", "-Y", *asked], input=said, capture_output=True, check=False)


def is_said(encoding: bytes, stated: dict[str, str], *, signers: str | None) -> bool | None:
    """Whether a signature is over a statement; None where that cannot be looked at here."""
    signature = decode(stated["sig"])
    if len(signature) == 64:
        keys = [key for (_, found), key in KEYS.items() if found.hex() == stated["keyid"]]
        return any(is_signed(key, signature, encoding) for key in keys) if keys else None
    if not signature.startswith(b"SSHSIG") or not which("ssh-keygen"):
        return None  # a passkey's, or nothing at hand that reads SSH's
    with tempfile.NamedTemporaryFile(buffering=0) as file:
        file.write(b"-----BEGIN SSH SIGNATURE-----\n%b-----END SSH SIGNATURE-----\n" % base64.encodebytes(signature))
        by = ["-n", "weighbridge", "-s", file.name]
        who = keygen("find-principals", "-f", signers, *by).stdout.decode().partition("\n")[0] if signers else ""
        asked = ["verify", "-f", signers, "-I", who] if signers else ["check-novalidate"]
        return keygen(*asked, *by, said=encoding).returncode == 0


def unlooked(entry: bytes, index: int, *, signers: str | None) -> int:
    """Refuse an entry whose signatures are not over what it says; how many of them could not be looked at."""
    kind, payload = (envelope := json.loads(entry))["payloadType"].encode(), decode(envelope["payload"])
    check(json.loads(payload)["_type"] == "https://in-toto.io/Statement/v1", f"entry {index} is no in-toto statement")
    encoding = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    said = [is_said(encoding, each, signers=signers) for each in envelope["signatures"]]
    check(said and False not in said, f"a signature of entry {index} is not over what it says")
    return said.count(None)


def verify_proof(file: Path, _anchors: list[str], *, signers: str | None) -> int:
    """An entry, and its path to the root of a checkpoint (RFC 9162, 2.1.3.2)."""
    head, _, note = file.read_bytes().partition(b"\n\n")
    first, extra, place, *path = head.decode().split("\n")
    origin, size, root = read_checkpoint(note, "the proof's checkpoint")
    entry, index = decode(extra.removeprefix("extra ")), int(place.removeprefix("index "))
    found, at, last = sha256(b"\0", entry), index, size - 1
    for sibling in map(decode, path):
        check(last, "the proof is too long")
        found = sha256(b"\1", *((sibling, found) if (is_right := at & 1 or at == last) else (found, sibling)))
        up = (at & -at).bit_length() if is_right else 1
        at, last = at >> up, last >> up
    check(first == "c2sp.org/tlog-proof@v1" and last == 0 and found == root, "the proof does not lead to the root")
    print(f"{origin}: entry {index} of {size}, root {root.hex()}")
    return unlooked(entry, index, signers=signers)


def verify_texts(folder: Path, entries: list[bytes]) -> None:
    """Refuse a text beside the entries that is not what its entry commits to; one that is gone may have been erased."""
    said = {sha256(b"\0", each).hex(): json.loads(decode(json.loads(each)["payload"]))["predicate"] for each in entries}
    there, count = list((folder / "personal").glob("*")), sum("personal" in each for each in said.values())
    for file in there:
        salt, values = bytes.fromhex((data := file.read_bytes())[9:73].decode()), data[84:-1]
        form = b'{"salt":"%b","values":%b}' % (salt.hex().encode(), values)
        found = said.get(file.name, {}).get("personal"), data
        check(found == (f"sha256:{sha256(salt, values).hex()}", form), f"{file} is not what an entry commits to")
    print(f"{len(there)} texts beside it are what their entries commit to, {count - len(there)} are not there")


def verify_export(folder: Path, anchors: list[str], *, signers: str | None) -> int:
    """A checkpoint, all entries below it, and what was anchored of it elsewhere."""
    origin, size, root = read_checkpoint((folder / "checkpoint").read_bytes(), "the checkpoint")
    entries = read_entries(folder, size)
    row = [sha256(b"\0", entry) for entry in entries]
    check(root_of(row) == root, "the entries do not give the root that the checkpoint was signed for")
    for anchor in anchors:
        whose, length, expected = read_checkpoint(Path(anchor).read_bytes(), anchor)
        check(whose == origin, f"{anchor} is of another ledger, {whose}")
        check(length <= size and root_of(row[:length]) == expected, f"{anchor} holds what the ledger does not hold")
    verify_texts(folder, entries)
    print(f"{origin}: {size} entries, anchored by {', '.join(anchors) or 'nothing: a push could shorten it'}")
    return sum(unlooked(entry, index, signers=signers) for index, entry in enumerate(entries))


def main() -> int:
    """Say what was verified."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", type=Path)
    for name in ("--key", "--anchor"):
        parser.add_argument(name, action="append", default=[])
    parser.add_argument("--signers")
    asked = parser.parse_args()
    try:
        for name, _, encoded in (text.split("+", 2) for text in asked.key):
            KEYS[name, sha256(name.encode(), b"\n", decode(encoded))[:4]] = decode(encoded)[1:]
        count = [verify_proof, verify_export][asked.what.is_dir()](asked.what, asked.anchor, signers=asked.signers)
    except (OSError, LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise SystemExit(f"NOT VERIFIED: {error}") from None
    print(f"could not look at {count} signatures: passkeys, keys not given, no ssh-keygen" if count else "verified")
    return 3 if count else 0


if __name__ == "__main__":
    raise SystemExit(main())
