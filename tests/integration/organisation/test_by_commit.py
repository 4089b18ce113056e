"""An organisation's folder by repository and commit: the commit pins it, it is kept, and nothing of the repository runs."""

import hashlib
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.integration.git.scratch import Scratch

from weighbridge.adapters.organisation.address import Pinned, read_address
from weighbridge.adapters.organisation.pinned_tree import documents_in
from weighbridge.app.build_trust import LARGEST_DOCUMENT, Given, UnreachableTrustError, UnreadableTrustError
from weighbridge.assembly.bench import organisation_folder
from weighbridge.domain.ids import ObjectId

POLICY = b"version: 1\nextends: team\n"


def told(address: str, cache: Path) -> Given:
    named = {"WEIGHBRIDGE_ORGANISATION": address, "WEIGHBRIDGE_CACHE": str(cache), "HOME": str(cache)}
    found = organisation_folder({**named, "PATH": "/usr/local/bin:/usr/bin:/bin"})
    assert isinstance(found, Given)
    return found


@pytest.fixture(params=["sha1", "sha256"])
def theirs(request: pytest.FixtureRequest, tmp_path: Path) -> Scratch:
    scratch = Scratch.make(tmp_path / "theirs", f"--object-format={request.param}")
    scratch.write_all({"acme/policy.yaml": POLICY, "acme/CODEOWNERS": "* @ada\n", "acme/notes.txt": "no document\n"})
    return scratch


def test_the_documents_of_a_folder_are_fetched_once(theirs: Scratch, tmp_path: Path) -> None:
    commit = theirs.commit()
    address = f"git+{theirs.folder}@{commit}:acme"

    first = told(address, tmp_path / "cache")
    theirs.folder.rename(tmp_path / "gone")

    assert first.files == {"policy.yaml": POLICY, "CODEOWNERS": b"* @ada\n"}
    assert told(address, tmp_path / "cache") == first


def test_nothing_of_the_fetching_is_left(theirs: Scratch, tmp_path: Path) -> None:
    told(f"git+{theirs.folder}@{theirs.commit()}:acme", tmp_path / "cache")

    assert not list((tmp_path / "cache/organisation").glob("fetching-*"))


def test_a_file_url_and_a_single_document_will_do_too(theirs: Scratch, tmp_path: Path) -> None:
    commit = theirs.commit()

    found = told(f"git+file://{theirs.folder}@{commit}:acme/policy.yaml", tmp_path / "cache")

    assert found.files == {"policy.yaml": POLICY}


def test_what_is_kept_costs_little(theirs: Scratch, tmp_path: Path) -> None:
    address = f"git+{theirs.folder}@{theirs.commit()}:acme"
    told(address, tmp_path / "cache")
    started = time.process_time()

    for _ in range(20):
        told(address, tmp_path / "cache")

    assert (time.process_time() - started) / 20 < 0.005


def test_a_later_commit_changes_nothing(theirs: Scratch, tmp_path: Path) -> None:
    commit = theirs.commit()
    theirs.commit("Loosen it", **{"acme/policy.yaml": "version: 1\nsolo: true\n"})

    assert told(f"git+{theirs.folder}@{commit}:acme", tmp_path / "cache").files["policy.yaml"] == POLICY


@pytest.mark.parametrize("kind", ["commit", "tree", "blob"])
def test_a_kept_object_with_another_bit_is_fetched_anew(theirs: Scratch, tmp_path: Path, kind: str) -> None:
    commit = theirs.commit()
    address = f"git+{theirs.folder}@{commit}:acme"
    first = told(address, tmp_path / "cache")
    named = {"commit": commit, "tree": f"{commit}:acme", "blob": f"{commit}:acme/policy.yaml"}
    (kept,) = (tmp_path / "cache").rglob(theirs.git("rev-parse", named[kind]))
    kept.write_bytes(kept.read_bytes()[:-1] + b"!")

    assert told(address, tmp_path / "cache") == first


def test_a_kept_object_with_another_bit_and_no_repository_is_no_configuration(theirs: Scratch, tmp_path: Path) -> None:
    commit = theirs.commit()
    address = f"git+{theirs.folder}@{commit}:acme"
    told(address, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").rglob(theirs.git("rev-parse", f"{commit}:acme/policy.yaml"))
    kept.write_bytes(b"blob 11\0solo: true\n")
    theirs.folder.rename(tmp_path / "gone")

    with pytest.raises(UnreachableTrustError, match="could not be fetched, and no copy is kept here"):
        told(address, tmp_path / "cache")


def test_hooks_filters_and_settings_of_the_repository_do_nothing(theirs: Scratch, tmp_path: Path) -> None:
    theirs.write(".gitattributes", "* filter=evil\n")
    commit = theirs.commit()
    for name in ("post-checkout", "post-upload-pack", "reference-transaction", "pre-auto-gc"):
        theirs.write(f".git/hooks/{name}", f"#!/bin/sh\ntouch {tmp_path}/ran\n").chmod(0o755)
    for key in ("filter.evil.smudge", "uploadpack.packObjectsHook", "core.fsmonitor", "core.sshCommand"):
        theirs.git("config", key, f"touch {tmp_path}/ran")

    found = told(f"git+{theirs.folder}@{commit}:acme", tmp_path / "cache")

    assert found.files["policy.yaml"] == POLICY
    assert not (tmp_path / "ran").exists()


def test_a_commit_that_is_not_there_is_told(theirs: Scratch, tmp_path: Path) -> None:
    missing = "0" * (len(theirs.commit()) - 1) + "1"

    with pytest.raises(UnreadableTrustError, match=f"there is no commit {missing} that anybody may fetch"):
        told(f"git+{theirs.folder}@{missing}:acme", tmp_path / "cache")


@pytest.mark.parametrize("folder", ["nowhere", "acme/deeper", "acme/notes.txt", "acme/policy.yaml/x"])
def test_a_folder_that_is_not_there_is_told(theirs: Scratch, tmp_path: Path, folder: str) -> None:
    with pytest.raises(UnreadableTrustError, match=r"there is no such folder in that commit|is no folder"):
        told(f"git+{theirs.folder}@{theirs.commit()}:{folder}", tmp_path / "cache")


def test_a_link_is_not_followed(theirs: Scratch, tmp_path: Path) -> None:
    (theirs.folder / "acme/policy.yaml").unlink()
    (theirs.folder / "acme/policy.yaml").symlink_to("/etc/passwd")

    with pytest.raises(
        UnreadableTrustError, match=r"policy\.yaml is no file, and a link or a submodule is not followed"
    ):
        told(f"git+{theirs.folder}@{theirs.commit()}:acme", tmp_path / "cache")


def test_a_document_that_is_too_large_is_refused(theirs: Scratch, tmp_path: Path) -> None:
    theirs.write("acme/policy.yaml", b"#" * (LARGEST_DOCUMENT + 1))

    with pytest.raises(UnreadableTrustError, match="4,194,304"):
        told(f"git+{theirs.folder}@{theirs.commit()}:acme", tmp_path / "cache")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("git+https://example.org/policies", "pins no commit"),
        ("git+https://me:secret@example.org/policies@main:acme", "pins no commit"),
        (f"git+https://example.org/policies@{'a' * 39}:acme", "pins no commit"),
        (f"git+http://example.org/policies@{'a' * 40}:acme", "by https, ssh or a path"),
        (f"git+git://example.org/policies@{'a' * 40}:acme", "by https, ssh or a path"),
        (f"git+ext::sh -c x@{'a' * 40}:acme", "pins no commit"),
        (f"git+ext::sh@{'a' * 40}:acme", "by https, ssh or a path"),
        (f"git+--upload-pack=x@{'a' * 40}:acme", "by https, ssh or a path"),
        (f"git+/srv/policies@{'a' * 40}:../acme", "is no folder of a repository"),
    ],
)
def test_an_address_that_pins_nothing_is_refused_with_the_way_out(tmp_path: Path, address: str, words: str) -> None:
    with pytest.raises(UnreadableTrustError, match=words) as refused:
        told(address, tmp_path)

    assert "secret" not in str(refused.value)


def test_each_transport_is_the_one_that_was_named() -> None:
    commit = "a" * 40
    named = {
        f"git+https://example.org/p.git@{commit}:x": "https",
        f"git+ssh://git@example.org/p.git@{commit}:x": "ssh",
        f"git+git@example.org:acme/p.git@{commit}": "ssh",
        f"git+../p@{commit}:": "file",
    }

    found = {address: read_address(address) for address in named}

    assert {address: each.transport for address, each in found.items() if isinstance(each, Pinned)} == named


@given(st.binary(max_size=200), st.sampled_from([b"commit", b"tree", b"blob", b"tag"]))
def test_no_object_raises_anything_but_the_promised_error(body: bytes, kind: bytes) -> None:
    made = b"%s %d\0%s" % (kind, len(body), body)
    pinned = Pinned(
        repository="x",
        commit=ObjectId(hashlib.sha1(made, usedforsecurity=False).hexdigest()),
        folder="a",
        transport="file",
    )

    with pytest.raises(UnreadableTrustError):
        documents_in(pinned, lambda _: made)
