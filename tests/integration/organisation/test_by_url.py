"""An organisation's document by URL: its digest pins it, it is kept, and nothing is decided without it."""

import hashlib
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.integration.organisation.server import serving

from weighbridge.adapters.organisation.address import Download, read_address
from weighbridge.adapters.web.download import download
from weighbridge.app.build_trust import LARGEST_DOCUMENT, Given, UnreachableTrustError, UnreadableTrustError
from weighbridge.assembly.bench import organisation_folder

POLICY = b"version: 1\nextends: team\n"


def hexed(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def told(address: str, cache: Path) -> Given:
    found = organisation_folder({"WEIGHBRIDGE_ORGANISATION": address, "WEIGHBRIDGE_CACHE": str(cache)})
    assert isinstance(found, Given)
    return found


def test_a_document_is_fetched_once_and_then_needs_no_network(tmp_path: Path) -> None:
    with serving({"/policy.yaml": POLICY}) as server:
        address = f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}"
        first = told(address, tmp_path)
        second = told(address, tmp_path)
        asked = list(server.asked)

    assert told(address, tmp_path) == first == second
    assert first.files == {"policy.yaml": POLICY}
    assert asked == ["/policy.yaml"]


def test_what_is_kept_costs_next_to_nothing(tmp_path: Path) -> None:
    with serving({"/policy.yaml": POLICY}) as server:
        address = f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}"
        told(address, tmp_path)
    started = time.process_time()

    for _ in range(20):
        told(address, tmp_path)

    assert (time.process_time() - started) / 20 < 0.005


def test_another_document_than_was_named_is_refused_and_not_kept(tmp_path: Path) -> None:
    with serving({"/policy.yaml": b"version: 1\n"}) as server:
        address = f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}"
        with pytest.raises(
            UnreadableTrustError, match=rf"its digest is sha256:{hexed(b'version: 1' + chr(10).encode())}"
        ):
            told(address, tmp_path)

    assert not list(tmp_path.rglob(hexed(b"version: 1\n")))


def test_a_kept_copy_that_was_changed_is_fetched_anew(tmp_path: Path) -> None:
    with serving({"/policy.yaml": POLICY}) as server:
        address = f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}"
        told(address, tmp_path)
        (kept,) = tmp_path.rglob(hexed(POLICY))
        kept.write_bytes(POLICY + b"solo: true\n")
        again = told(address, tmp_path)

    assert again.files == {"policy.yaml": POLICY}
    assert kept.read_bytes() == POLICY


def test_a_changed_copy_and_no_network_is_no_configuration(tmp_path: Path) -> None:
    with serving({"/policy.yaml": POLICY}) as server:
        address = f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}"
        told(address, tmp_path)
    (kept,) = tmp_path.rglob(hexed(POLICY))
    kept.write_bytes(b"")

    with pytest.raises(
        UnreachableTrustError, match="could not be fetched, and no copy is kept here: Connection refused"
    ):
        told(address, tmp_path)


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with serving({"/policy.yaml": POLICY}) as server:
        found = told(f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}", tmp_path / "cache")

    assert found.files == {"policy.yaml": POLICY}


def test_a_redirect_is_followed_for_the_digest_holds_wherever_it_leads(tmp_path: Path) -> None:
    with serving({"/policy.yaml": POLICY}) as other, serving({"/policy.yaml": f"{other.url}/policy.yaml"}) as server:
        found = told(f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}", tmp_path)

    assert found.files == {"policy.yaml": POLICY}


def test_a_redirect_to_something_else_is_refused(tmp_path: Path) -> None:
    with (
        serving({"/else": b"solo: true\n", "/policy.yaml": "/else"}) as server,
        pytest.raises(UnreadableTrustError, match="it was changed since, or is another document"),
    ):
        told(f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}", tmp_path)


@pytest.mark.parametrize("where", ["file:///etc/passwd", "ftp://127.0.0.1/policy.yaml", "data:text/plain,x"])
def test_a_redirect_to_no_web_server_is_not_followed(tmp_path: Path, where: str) -> None:
    with serving({"/policy.yaml": where}) as server, pytest.raises(UnreachableTrustError, match="could not be fetched"):
        told(f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}", tmp_path)


def test_redirects_in_a_circle_end(tmp_path: Path) -> None:
    with serving({"/policy.yaml": "/policy.yaml"}) as server:
        with pytest.raises(UnreachableTrustError, match="could not be fetched"):
            told(f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}", tmp_path)
        asked = len(server.asked)

    assert asked < 10


def test_a_document_that_is_too_large_is_refused(tmp_path: Path) -> None:
    large = b"#" * (LARGEST_DOCUMENT + 1)
    with (
        serving({"/policy.yaml": large}) as server,
        pytest.raises(UnreadableTrustError, match="more than the 4,194,304 bytes"),
    ):
        told(f"{server.url}/policy.yaml#sha256:{hexed(large)}", tmp_path)


def test_a_server_that_sends_a_byte_now_and_then_is_left() -> None:
    with serving({"/policy.yaml": 0.05}) as server:
        wanted = read_address(f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}")
        assert isinstance(wanted, Download)
        started = time.monotonic()
        with pytest.raises(UnreachableTrustError, match="did not answer within"):
            download(wanted.url, wanted.digest, patience=0.3)

    assert time.monotonic() - started < 4


def test_a_document_that_was_cut_off_could_not_be_fetched(tmp_path: Path) -> None:
    with serving({"/policy.yaml": 10}) as server, pytest.raises(UnreachableTrustError, match="ended 990 bytes early"):
        told(f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}", tmp_path)


def test_what_the_server_says_is_told(tmp_path: Path) -> None:
    with serving({}) as server, pytest.raises(UnreachableTrustError, match="the server says 404 Not Found"):
        told(f"{server.url}/policy.yaml#sha256:{hexed(POLICY)}", tmp_path)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://example.org/policy.yaml", "names no digest"),
        ("https://example.org/policy.yaml#sha256:beef", "names no digest"),
        (f"https://example.org/policy.yaml#sha1:{'0' * 64}", "names no digest"),
        (f"https://example.org/#sha256:{'0' * 64}", "ends in no document that is known"),
        (f"https://example.org/rules.txt#sha256:{'0' * 64}", "ends in no document that is known"),
        (f"https://me:secret@example.org/policy.yaml#sha256:{'0' * 64}", "holds a name or a password"),
        (f"https:///policy.yaml#sha256:{'0' * 64}", "is no URL"),
        (f"https://example.org:port/policy.yaml#sha256:{'0' * 64}", "is no URL"),
        (f"https://example.org/a b/policy.yaml#sha256:{'0' * 64}", "is no URL"),
        (f"https://[::1/policy.yaml#sha256:{'0' * 64}", "is no URL"),
        ("file:///etc/weighbridge", "nothing is fetched by file"),
        ("ftp://example.org/policy.yaml", "nothing is fetched by ftp"),
    ],
)
def test_an_address_that_pins_nothing_is_refused_with_the_way_out(tmp_path: Path, address: str, words: str) -> None:
    with pytest.raises(UnreadableTrustError, match=words) as refused:
        told(address, tmp_path)

    assert "secret" not in str(refused.value)


def test_a_path_stays_a_path(tmp_path: Path) -> None:
    assert organisation_folder({"WEIGHBRIDGE_ORGANISATION": str(tmp_path)}) == tmp_path
    assert organisation_folder({}) is None


schemes = st.sampled_from(["http://", "https://", "git+", "git+https://", "git+ssh://", "ftp://", "HTTPS://", ""])
rests = st.text(max_size=40) | st.from_regex(r"[^@]{0,10}@[0-9a-f]{40}(:[^ ]{0,5})?", fullmatch=True)


@given(schemes, rests, st.sampled_from(["", f"#sha256:{'0' * 64}", f"/policy.yaml#sha256:{'0' * 64}"]))
def test_no_address_raises_anything_but_the_promised_error(scheme: str, rest: str, end: str) -> None:
    with suppress(UnreadableTrustError):
        read_address(scheme + rest + end)
