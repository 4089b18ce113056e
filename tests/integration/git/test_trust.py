"""What decides is read where the author of a change cannot reach."""

from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.app.build_trust import OVERARCHING_POLICY, UnreadableTrustError, build_trust, read_allowed_signers
from weighbridge.app.ports import ChangeRequest, UnknownRevisionError
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.trust import Trust, TrustSource

POLICY = ".weighbridge/policy.yaml"


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    made = Scratch.make(tmp_path / "shop")
    made.commit("Begin", **{POLICY: "strict\n", "a.py": "a\n"})
    return made


def trust(scratch: Scratch, request: ChangeRequest, *, organisation: Path | None = None) -> Trust:
    with scratch.open() as repository:
        change = repository.change(request)
        return build_trust(repository, change, request=request, organisation=organisation)


def policy(found: Trust) -> bytes | None:
    document = found.document(POLICY)
    return document.data if document else None


def test_a_branch_is_judged_by_the_targets_tip_and_not_by_its_own_policy(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "topic")
    scratch.commit("Loosen the policy", **{POLICY: "lax\n"})
    scratch.git("checkout", "-q", "main")
    scratch.commit("Tighten it meanwhile", **{POLICY: "stricter\n"})

    found = trust(scratch, ChangeRequest(range_text="main...topic"))

    assert (policy(found), found.target_name) == (b"stricter\n", "refs/heads/main")


def test_the_targets_last_commit_is_not_judged_by_the_policy_it_brought(scratch: Scratch) -> None:
    base = scratch.git("rev-parse", "HEAD")
    scratch.commit("Loosen the policy and use it at once", **{POLICY: "lax\n", "a.py": "evil\n"})

    found = trust(scratch, ChangeRequest(range_text="HEAD~1..HEAD"))

    assert (policy(found), found.target) == (b"strict\n", base)
    assert "read where the change begins" in found.target_reason


def test_a_change_the_target_has_long_held_is_judged_by_what_held_before_it(scratch: Scratch) -> None:
    loosened = scratch.commit("Loosen the policy", **{POLICY: "lax\n"})
    scratch.commit("Go on", **{"a.py": "b\n"})

    assert policy(trust(scratch, ChangeRequest(range_text=loosened))) == b"strict\n"


def test_a_base_beside_the_target_is_not_believed_when_the_target_holds_the_change(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "side")
    scratch.commit("A policy of my own", **{POLICY: "lax\n"})
    scratch.git("checkout", "-q", "main")
    scratch.commit("Go on", **{"a.py": "b\n"})

    assert policy(trust(scratch, ChangeRequest(range_text="side..main"))) == b"strict\n"


def test_the_first_commit_has_nothing_before_it_to_be_judged_by(scratch: Scratch) -> None:
    found = trust(scratch, ChangeRequest(range_text="HEAD"))

    assert (found.target, dict(found.documents)) == (None, {})
    assert "nothing lies before it" in found.target_reason


def test_a_staged_policy_does_not_decide_on_its_own_commit(scratch: Scratch) -> None:
    scratch.write(POLICY, "lax\n")
    scratch.git("add", "-A")

    assert policy(trust(scratch, ChangeRequest(staged=True))) == b"strict\n"


def test_the_remotes_branch_is_believed_before_the_local_one_of_that_name(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("clone", "-q", str(scratch.folder), str(tmp_path / "clone"))
    clone = Scratch(tmp_path / "clone")
    clone.commit("Loosen it locally", **{POLICY: "lax\n"})
    clone.commit("And use it", **{"a.py": "evil\n"})

    found = trust(clone, ChangeRequest(range_text="HEAD~1..HEAD"))

    assert (policy(found), found.target_name) == (b"strict\n", "refs/remotes/origin/main")


def test_a_tag_named_like_the_target_decides_nothing(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "topic")
    scratch.commit("Loosen the policy", **{POLICY: "lax\n"})
    scratch.git("tag", "main")
    scratch.git("branch", "origin/main")

    request = ChangeRequest(range_text="refs/heads/main..topic", target="main")

    assert policy(trust(scratch, request)) == b"strict\n"


def test_a_target_that_does_not_exist_is_an_error(scratch: Scratch) -> None:
    with pytest.raises(UnknownRevisionError, match="no branch 'production'"):
        trust(scratch, ChangeRequest(range_text="HEAD", target="production"))


def test_without_a_target_only_the_organisation_is_believed(tmp_path: Path) -> None:
    scratch = Scratch.make(tmp_path / "shop", "-b", "trunk")
    scratch.commit("Begin", **{POLICY: "strict\n"})
    (tmp_path / "organisation").mkdir()
    (tmp_path / "organisation/policy.yaml").write_text("ours\n")

    alone = trust(scratch, ChangeRequest(range_text="HEAD"))
    given = trust(scratch, ChangeRequest(range_text="HEAD"), organisation=tmp_path / "organisation")

    assert (alone.target, policy(alone), policy(given)) == (None, None, None)
    assert given.documents[OVERARCHING_POLICY].data == b"ours\n"
    assert "--target" in alone.target_reason


def test_the_organisations_document_replaces_the_targets_by_any_ending_and_place(
    scratch: Scratch, tmp_path: Path
) -> None:
    scratch.commit("More", **{".github/CODEOWNERS": "* @me\n", ".mailmap": "A <a@x>\n"})
    scratch.commit("Later", **{"a.py": "b\n"})
    organisation = tmp_path / "organisation"
    organisation.mkdir()
    (organisation / "system.yml").write_text("ours\n")
    (organisation / "CODEOWNERS").write_text("* @them\n")

    found = trust(scratch, ChangeRequest(range_text="HEAD"), organisation=organisation)

    assert {(d.path, d.source) for d in found.documents.values()} == {
        (RepoPath(".weighbridge/policy.yaml"), TrustSource.TARGET),
        (RepoPath(".weighbridge/system.yml"), TrustSource.ORGANISATION),
        (RepoPath("CODEOWNERS"), TrustSource.ORGANISATION),
        (RepoPath(".mailmap"), TrustSource.TARGET),
    }


def test_the_organisations_policy_stands_beside_the_targets(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("Later", **{"a.py": "b\n"})
    organisation = tmp_path / "organisation"
    organisation.mkdir()
    (organisation / "policy.yml").write_text("ours\n")

    found = trust(scratch, ChangeRequest(range_text="HEAD"), organisation=organisation)

    assert policy(found) == b"strict\n"
    assert found.documents[OVERARCHING_POLICY].data == b"ours\n"


def test_two_policies_of_an_organisation_are_one_too_many(scratch: Scratch, tmp_path: Path) -> None:
    organisation = tmp_path / "organisation"
    organisation.mkdir()
    (organisation / "policy.yml").write_text("ours\n")
    (organisation / "policy.yaml").write_text("ours\n")

    with pytest.raises(UnreadableTrustError, match="only one can decide"):
        trust(scratch, ChangeRequest(range_text="HEAD"), organisation=organisation)


def test_an_organisation_that_is_not_there_is_an_error(scratch: Scratch, tmp_path: Path) -> None:
    with pytest.raises(UnreadableTrustError, match="No such file"):
        trust(scratch, ChangeRequest(range_text="HEAD"), organisation=tmp_path / "nowhere")


def test_a_trusted_document_that_is_a_link_is_an_error_and_not_absent(scratch: Scratch) -> None:
    (scratch.folder / "CODEOWNERS").symlink_to("a.py")
    scratch.commit("Link the owners")
    scratch.commit("Later", **{"a.py": "b\n"})

    with pytest.raises(UnreadableTrustError, match=r"CODEOWNERS.*symbolic link"):
        trust(scratch, ChangeRequest(range_text="HEAD"))


def test_signers_are_enrolled_by_name_and_never_by_pattern() -> None:
    data = b"""
# people
ada@example.org namespaces="git" ssh-ed25519 AAAAC3Nza ada's laptop
ada@example.org sk-ssh-ed25519@openssh.com AAAAGnNr touch
bob@example.org,rob@example.org ssh-rsa AAAAB3
*@example.org ssh-ed25519 AAAAwild
nobody@example.org
"""

    assert read_allowed_signers(data) == {
        "ada@example.org": 'namespaces="git" ssh-ed25519 AAAAC3Nza ada\'s laptop\nsk-ssh-ed25519@openssh.com AAAAGnNr touch',
        "bob@example.org": "ssh-rsa AAAAB3",
        "rob@example.org": "ssh-rsa AAAAB3",
    }
