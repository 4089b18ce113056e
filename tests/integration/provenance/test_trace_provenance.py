"""Provenance traced in real repositories: notes, traces, checkpoints and signatures as git keeps them."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.conftest import RequireTool
from tests.integration.git.scratch import Scratch

from weighbridge.adapters.signatures import SshKeygen
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.trace_provenance import trace_provenance
from weighbridge.domain.change import Commit
from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import ObjectId, RepoPath, digest
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.provenance import Origin, Provenance, Source
from weighbridge.domain.trust import Trust, TrustedDocument, TrustSource
from weighbridge.landscape.documents.configuration import ConfigurationError

SESSION = "s_c9883b05a2487d"
ADA = "ada@example.org"


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    made = Scratch.make(tmp_path / "shop")
    made.commit("Begin", **{"a.py": "one\ntwo\nthree\n"})
    return made


def trust(*, signers: dict[str, str] | None = None, **documents: str) -> Trust:
    paths = {"settings": ".weighbridge/provenance.yaml", "mailmap": ".mailmap"}
    made = {
        RepoPath(paths[name]): TrustedDocument(
            path=RepoPath(paths[name]),
            data=text.encode(),
            digest=digest(text.encode()),
            source=TrustSource.TARGET,
        )
        for name, text in documents.items()
    }
    return Trust(target=None, target_name="main", target_reason="", documents=made, enrolled_signers=signers or {})


def trace(scratch: Scratch, text: str, *, trusted: Trust | None = None) -> Provenance:
    with scratch.open() as repository:
        change = repository.change(ChangeRequest(range_text=text))
        return trace_provenance(repository, change, trust=trusted or trust(), verifier=SshKeygen())


def note(attested: str) -> str:
    session = {"agent_id": {"tool": "cursor", "id": "1", "model": "m-1"}}
    tables = {"prompts": {}, "humans": {"h_1": {"author": "Ada"}}, "sessions": {SESSION: session}}
    return f"{attested}\n---\n{json.dumps({'schema_version': 'authorship/3.0.0', **tables})}"


def annotate(scratch: Scratch, commit: str, *, text: str, ref: str = "refs/notes/ai") -> None:
    scratch.git("notes", f"--ref={ref}", "add", "-f", "-F", "-", commit, given=text.encode())


def spans(found: Provenance) -> list[tuple[str, int, int, Origin, str]]:
    return [(line.path, line.lines.start, line.lines.end, line.origin, line.agent) for line in found.lines]


def test_a_plain_history_is_unknown_and_quiet(scratch: Scratch) -> None:
    scratch.commit("Change it", **{"a.py": "one\nTWO\nthree\n"})

    found = trace(scratch, "HEAD~1..HEAD")

    assert (found.origin, found.lines, found.unreachable, found.notices) == (Origin.UNKNOWN, (), (), ())


def test_a_notes_lines_are_followed_through_a_later_commit(scratch: Scratch) -> None:
    noted = scratch.commit("Add two lines", **{"a.py": "one\nX\nY\ntwo\nthree\n"})
    annotate(scratch, noted, text=note(f"a.py\n  {SESSION}::t_1 2-3,5"))
    scratch.commit("Push them down", **{"a.py": "zero\none\nX\ntwo\nthree\nY\n"})

    found = trace(scratch, "HEAD~2..HEAD")

    assert spans(found) == [("a.py", 3, 3, Origin.AI, "cursor")]
    assert found.origin is Origin.MIXED
    assert [c.origin for c in found.commits] == [Origin.UNKNOWN, Origin.AI]


def test_a_note_on_a_commit_that_was_rebased_away_is_listed_as_unreachable(scratch: Scratch) -> None:
    lost = scratch.commit("Add lines", **{"a.py": "one\nX\ntwo\nthree\n"})
    annotate(scratch, lost, text=note(f"a.py\n  {SESSION}::t_1 2"))
    scratch.git("commit", "-q", "--amend", "-m", "Add lines, better told")

    found = trace(scratch, "HEAD~1..HEAD")

    assert found.origin is Origin.UNKNOWN
    assert found.unreachable == (
        f"refs/notes/ai on {lost[:12]}, which no branch reaches, about a.py by cursor; lines: 1",
    )


def test_stash_notes_and_older_logs_are_read_too(scratch: Scratch) -> None:
    head = scratch.commit("Change it", **{"a.py": "one\nX\ntwo\nY\nthree\n"})
    annotate(scratch, head, text=note(f"a.py\n  {SESSION}::t_1 2"), ref="refs/notes/ai-stash")
    blob = scratch.git("hash-object", "-w", "--stdin", given=note("a.py\n  h_1 4").encode())
    scratch.git("update-ref", f"refs/ai/authorship/{head}", blob)

    found = trace(scratch, "HEAD~1..HEAD")

    assert spans(found) == [("a.py", 2, 2, Origin.AI, "cursor"), ("a.py", 4, 4, Origin.UNKNOWN, "")]
    assert found.commits[0].origin is Origin.MIXED


def test_a_trace_of_the_commit_before_counts_with_little_confidence(scratch: Scratch) -> None:
    started = scratch.git("rev-parse", "HEAD")
    contributor = {"type": "ai", "model_id": "anthropic/m-1"}
    conversation = {"contributor": contributor, "ranges": [{"start_line": 2, "end_line": 2}]}
    record = {
        "version": "1.0",
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "timestamp": "2026-01-23T14:30:00Z",
        "vcs": {"type": "git", "revision": started},
        "tool": {"name": "claude-code"},
        "files": [{"path": "a.py", "conversations": [conversation]}],
    }
    scratch.commit("Change it", **{"a.py": "one\nX\nthree\n", ".agent-trace/traces.jsonl": json.dumps(record)})

    found = trace(scratch, "HEAD~1..HEAD")

    (evidence,) = found.commits[0].evidence
    assert (evidence.source, evidence.agent, evidence.confidence) == (Source.AGENT_TRACE, "claude", Confidence.LOW)
    assert spans(found) == [("a.py", 2, 2, Origin.AI, "claude")]
    assert "0 of 1 records keep to the schema" in found.notices[0]


def test_a_checkpoints_metadata_names_the_agent_and_its_transcript_is_left_alone(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "--orphan", "entire/checkpoints/v1")
    scratch.commit(
        "Checkpoint",
        **{
            "a3/b2c4d5e6f7/metadata.json": json.dumps({"files_touched": ["a.py"], "sessions": [{}]}),
            "a3/b2c4d5e6f7/0/metadata.json": json.dumps({"agent": "Claude Code"}),
            "a3/b2c4d5e6f7/0/full.jsonl": "private",
        },
    )
    scratch.git("checkout", "-q", "-f", "main")
    scratch.commit("Change it\n\nEntire-Checkpoint: a3b2c4d5e6f7", **{"a.py": "one\nX\nthree\n"})

    found = trace(scratch, "HEAD~1..HEAD")

    assert found.origin is Origin.MIXED
    assert "its sessions touched 1 of the change's files" in found.commits[0].evidence[-1].detail


def test_a_checkpoint_that_is_not_here_is_said_to_be_missing(scratch: Scratch) -> None:
    scratch.commit("Change it\n\nEntire-Checkpoint: a3b2c4d5e6f7", **{"a.py": "one\nX\nthree\n"})

    assert "its metadata is not here" in trace(scratch, "HEAD~1..HEAD").notices[0]


def test_a_malformed_note_is_told_and_the_rest_goes_on(scratch: Scratch) -> None:
    head = scratch.commit("Change it\n\nMade-with: Cursor", **{"a.py": "one\nX\nthree\n"})
    annotate(scratch, head, text="nonsense")

    found = trace(scratch, "HEAD~1..HEAD")

    assert found.origin is Origin.AI
    assert found.notices[0].startswith(f"note of {head[:12]}: its metadata is not JSON")


@pytest.fixture
def key(tmp_path: Path, require_tool: RequireTool) -> Path:
    path = tmp_path / "key"
    program = require_tool("ssh-keygen")
    subprocess.run([program, "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def signed_commit(scratch: Scratch, key: Path, *, message: str = "Change it", file: str = "a.py") -> str:
    scratch.write(file, "one\nX\nthree\n")
    scratch.git("add", "-A")
    options = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={key}")
    scratch.git(*options, "commit", "-q", "-S", "-m", message)
    return scratch.git("rev-parse", "HEAD")


def enrolled(key: Path, principal: str = ADA) -> dict[str, str]:
    return {principal: " ".join(key.with_suffix(".pub").read_text().split()[:2])}


def test_a_commit_its_author_signed_is_human(scratch: Scratch, key: Path) -> None:
    signed_commit(scratch, key)

    found = trace(scratch, "HEAD~1..HEAD", trusted=trust(signers=enrolled(key)))

    assert found.origin is Origin.HUMAN
    assert found.commits[0].evidence[0].confidence is Confidence.MEDIUM


def test_a_signed_commit_that_names_an_agent_is_mixed(scratch: Scratch, key: Path) -> None:
    signed_commit(scratch, key, message="Change it\n\nCo-Authored-By: Claude <noreply@anthropic.com>")

    assert trace(scratch, "HEAD~1..HEAD", trusted=trust(signers=enrolled(key))).origin is Origin.MIXED


def test_a_person_enrolled_under_another_address_is_found_through_the_mailmap(scratch: Scratch, key: Path) -> None:
    signed_commit(scratch, key)
    signers = enrolled(key, "ada@work.example")

    strange = trace(scratch, "HEAD~1..HEAD", trusted=trust(signers=signers))
    mapped = trace(scratch, "HEAD~1..HEAD", trusted=trust(signers=signers, mailmap=f"Ada <ada@work.example> <{ADA}>\n"))

    assert (strange.origin, mapped.origin) == (Origin.UNKNOWN, Origin.HUMAN)
    assert "signed by ada@work.example" in strange.commits[0].conflicts[0]


def test_a_commit_changed_after_it_was_signed_is_a_conflict(scratch: Scratch, key: Path) -> None:
    head = signed_commit(scratch, key)
    raw = scratch.raw("cat-file", "commit", head).replace(b"Change it", b"Change that")
    forged = scratch.git("hash-object", "-t", "commit", "-w", "--stdin", given=raw)
    scratch.git("reset", "-q", "--hard", forged)

    found = trace(scratch, "HEAD~1..HEAD", trusted=trust(signers=enrolled(key)))

    assert found.origin is Origin.UNKNOWN
    assert "does not verify" in found.commits[0].conflicts[0]


def test_where_nobody_is_enrolled_signatures_are_counted_and_attest_nothing(scratch: Scratch, key: Path) -> None:
    signed_commit(scratch, key)

    found = trace(scratch, "HEAD~1..HEAD")

    assert (found.origin, found.notices) == (
        Origin.UNKNOWN,
        ("signed commits that were not checked, because nobody is enrolled: 1",),
    )


def test_a_signature_of_another_kind_is_present_and_not_verified(scratch: Scratch, key: Path) -> None:
    head = scratch.commit("Change it")
    armour = b"-----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    raw = scratch.raw("cat-file", "commit", head).replace(b"\n\n", b"\ngpgsig " + armour + b"\n\n", 1)
    scratch.git("reset", "-q", "--hard", scratch.git("hash-object", "-t", "commit", "-w", "--stdin", given=raw))

    found = trace(scratch, "HEAD~1..HEAD", trusted=trust(signers=enrolled(key)))

    assert found.origin is Origin.UNKNOWN
    assert "OpenPGP signature, present but not checked" in found.notices[0]


def test_the_trusted_settings_are_obeyed_and_the_changes_own_are_not(scratch: Scratch) -> None:
    rule = "version: 1\ndisclosure: {rule: forbid}\n"
    files: dict[str, bytes | str] = {".weighbridge/provenance.yaml": rule}
    scratch.commit("Change it\n\nMade-with: Cursor", **files)

    assert trace(scratch, "HEAD~1..HEAD").disclosure == ()
    assert trace(scratch, "HEAD~1..HEAD", trusted=trust(settings=rule)).disclosure


def test_wrong_settings_are_refused_before_anything_is_said(scratch: Scratch) -> None:
    scratch.commit("Change it")

    with pytest.raises(ConfigurationError):
        trace(scratch, "HEAD~1..HEAD", trusted=trust(settings="version: 1\nrules: x\n"))


def test_a_staged_change_has_no_commits_and_is_unknown(scratch: Scratch) -> None:
    scratch.write("a.py", "one\nX\n")
    scratch.git("add", "-A")

    with scratch.open() as repository:
        change = repository.change(ChangeRequest(staged=True))
        found = trace_provenance(repository, change, trust=trust(), verifier=SshKeygen())

    assert (found.origin, found.commits) == (Origin.UNKNOWN, ())


def test_refs_and_raw_commits_are_given_as_git_has_them(scratch: Scratch) -> None:
    head = ObjectId(scratch.git("rev-parse", "HEAD"))
    for name in ("x", "y", "z"):
        scratch.git("update-ref", f"refs/notes/{name}", head)

    with scratch.open() as repository:
        assert repository.refs("refs/notes/", 2) == {"refs/notes/x": head, "refs/notes/y": head}
        assert repository.refs("refs/none/", 2) == {}
        assert repository.raw_commit(head) == scratch.raw("cat-file", "commit", head)
        commit, missing = repository.commit(head), repository.commit(ObjectId("f" * 40))
        assert isinstance(commit, Commit)
        assert commit.tree == scratch.git("rev-parse", "HEAD^{tree}")
        assert isinstance(missing, CouldNotLook)
