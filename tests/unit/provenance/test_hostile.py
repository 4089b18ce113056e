"""Nothing that a commit, a note or a name holds makes provenance fail or take long."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.provenance.samples import commit, decide

from weighbridge.domain.change import Identity
from weighbridge.domain.provenance import Origin
from weighbridge.domain.ssh_signature import read_ssh_signature
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.provenance.checkpoints import checkpoint_ids, read_checkpoint
from weighbridge.provenance.forms import built_in
from weighbridge.provenance.mailmap import Mailmap, read_mailmap
from weighbridge.provenance.message import MOST_CHARACTERS, take_apart
from weighbridge.provenance.notes import read_note
from weighbridge.provenance.patterns import match
from weighbridge.provenance.settings_file import load_settings
from weighbridge.provenance.signed import signed_part
from weighbridge.provenance.traces import read_traces

WORDS = built_in().words
NAMES = st.text(max_size=40) | st.sampled_from(["Claude", "Ada + Claude", "x (aider)", "claude[bot]"])
ADDRESSES = st.text(max_size=40) | st.sampled_from(["noreply@anthropic.com", "1+claude[bot]@users.noreply.github.com"])
LINES = st.text(max_size=60) | st.sampled_from(
    ["", "Co-authored-by: Claude <noreply@anthropic.com>", "Rig: x", "Executed-By: y", "🤖 Generated with Crush"]
)


@given(lines=st.lists(LINES, max_size=12), name=NAMES, address=ADDRESSES)
def test_no_message_and_no_identity_makes_it_fail_and_none_makes_a_human(
    lines: list[str], name: str, *, address: str
) -> None:
    found = decide(commit("\n".join(lines), author=f"{name} <{address}>"))

    assert found.origin in (Origin.AI, Origin.MIXED, Origin.UNKNOWN)


@given(data=st.binary(max_size=300))
def test_no_bytes_make_a_reader_fail(data: bytes) -> None:
    read_note(data, WORDS)
    read_traces(data, WORDS)
    read_checkpoint(data)
    read_mailmap(data)
    signed_part(data)
    read_ssh_signature(data.decode("latin-1"))
    with contextlib.suppress(ConfigurationError):
        load_settings(data, "x")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["files", "path", "conversations", "contributor", "type", "ranges", "start_line", "end_line", "vcs", "tool",
             "name", "revision", "prompts", "sessions", "humans", "h_1", "s_1", "agent_id", "model", "files_touched"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@given(value=JSON)
def test_no_json_makes_a_reader_fail(value: object) -> None:
    data = json.dumps(value).encode()
    read_traces(data, WORDS)
    read_checkpoint(data)
    read_note(b"a.py\n  h_1 1\n  s_1::t_1 2-4\n  x 3\n---\n" + data, WORDS)


@pytest.mark.parametrize(
    "message",
    [
        "x\n\n" + "Co-authored-by: " * 20_000,
        "x\n\n" + "Co-authored-by: A <" + "<" * 100_000,
        "x\n\n" + "Assisted-by: " + "a." * 100_000 + " via Crush",
        "x\n\n" + " \t" * 100_000 + "Rig: y",
        "\n".join(["Assisted-by: a via Crush <" + "x" * 400] * 4_000),
        "🤖" * 100_000,
        "a" * 500 + " via Crush <",
    ],
)
def test_a_message_made_to_be_slow_is_not(message: str) -> None:
    start = time.process_time()

    take_apart(message)
    decide(commit(message))

    assert time.process_time() - start < 2


def test_a_message_longer_than_is_read_says_so() -> None:
    found = decide(commit("x\n" + "y\n" * MOST_CHARACTERS))

    assert "very long" in found.notices[0]


@pytest.mark.parametrize("text", ["a" * 500, "ab" * 250, "via Crush <" * 40])
def test_a_pattern_made_to_be_slow_is_not(text: str) -> None:
    start = time.process_time()

    assert match("*a*b*{word}*{uuid}", text) is None

    assert time.process_time() - start < 1


def test_a_mailmap_maps_addresses_and_names_as_git_does() -> None:
    found = read_mailmap(
        b"# people\nAda Byron <ada@example.org>\nAda Byron <ada@example.org> <ada@home>\n"
        b"<bob@example.org> <bob@home>\nCy <cy@example.org> Cyrus <shared@example.org>\nnonsense\n"
    )

    def resolved(name: str, email: str) -> str:
        return str(found.resolve(Identity(name=name, email=email)))

    assert resolved("ada", "ADA@example.org") == "Ada Byron <ADA@example.org>"
    assert resolved("x", "ada@home") == "Ada Byron <ada@example.org>"
    assert resolved("Bob", "bob@home") == "Bob <bob@example.org>"
    assert resolved("Cyrus", "shared@example.org") == "Cy <cy@example.org>"
    assert resolved("Other", "shared@example.org") == "Other <shared@example.org>"


def test_an_empty_mailmap_leaves_everybody_as_they_are() -> None:
    who = Identity(name="Ada", email="ada@example.org")

    assert Mailmap().resolve(who) is who


def test_checkpoints_are_named_by_twelve_hex_digits_only() -> None:
    message = "x\n\nEntire-Checkpoint: a3b2c4d5e6f7\nEntire-Checkpoint: ../../etc\nEntire-Checkpoint: A3B2C4D5E6F7"

    assert checkpoint_ids(message) == ("a3b2c4d5e6f7",)
