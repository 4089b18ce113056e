"""A back-test says what would have been asked of changes that are history, and never what would have been given."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.samples.documents import large_document, plain_document
from tests.samples.parts import commit

from weighbridge.adapters.cache.past_changes import PastChangeFiles
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.owners import OwnerGroup, Ownership
from weighbridge.policy.backtest.backtest import Backtest, backtest
from weighbridge.policy.backtest.judge import Asks, Verdict, judge_past
from weighbridge.policy.backtest.past_change import PastChange, past_change
from weighbridge.policy.case import Case
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.policy import Policy
from weighbridge.policy.reading.load import Source, built_in, load_policy
from weighbridge.review.render.text.backtest import backtest_as_json, backtest_blocks
from weighbridge.review.render.text.blocks import Look, lay_out

OWNED = Ownership(
    source=RepoPath("CODEOWNERS"),
    groups=(OwnerGroup(owners=("@a",), paths=(RepoPath("a.py"),), source=RepoPath("CODEOWNERS"), lines=(1,)),),
)


def policy(rules: str) -> Policy:
    return load_policy([Source(data=f"version: 1\nname: tried\nrules:\n{rules}".encode(), path="p")])


def rule(name: str, need: str, *, when: str = "true") -> str:
    return f"  - {{name: {name}, when: '{when}', require: [{need}]}}\n"


def past(
    *paths: str, message: str = "Do it", ownership: Ownership | CouldNotLook | None = OWNED, owners: str = ""
) -> PastChange:
    document = plain_document(*(paths or ("a.py",)))
    change = replace(document.change, commits=(commit(1, message),))
    document = replace(document, change=change, owners=tuple(owners.split()))
    return past_change(Case(policy=built_in(), document=document, ownership=ownership))


def tried_on(*changes: PastChange, rules: str, against: Policy | None = None) -> Backtest:
    return backtest(changes, policy(rules), against=against or built_in())


@pytest.mark.parametrize(
    ("need", "verdict", "approvals", "people"),
    [
        ("{approval: {count: 2}}", Verdict.DELAYED, 2, 2),
        ("{approval: {by: owners}}", Verdict.PASSED, 0, 0),
        ("{all: [{approval: {}}, {approval: {count: 2}}]}", Verdict.DELAYED, 3, 3),
        ("{any: [{approval: {count: 3}}, {document: {kind: design-note}}]}", Verdict.DELAYED, 0, 0),
        ("{at_least: {count: 2, of: [{approval: {}}, {approval: {count: 2}}, {wait: 1 day}]}}", Verdict.DELAYED, 1, 1),
        ('{approval: {count: 1, count_when: [{when: "true", count: 3}]}}', Verdict.DELAYED, 3, 3),
        ("{document: {kind: design-note}}", Verdict.DELAYED, 0, 0),
        ("{wait: 1 day}", Verdict.DELAYED, 0, 0),
        ("{check: {name: tests}}", Verdict.DELAYED, 0, 0),
        ("{code_owners: {}}", Verdict.DELAYED, 1, 1),
        ("{scanned: [x/*]}", Verdict.UNDECIDED, 0, 0),
    ],
)
def test_what_is_asked_is_counted(need: str, verdict: Verdict, approvals: int, people: int) -> None:
    judged = judge_past(past(), policy(rule("a", need)))

    assert (judged.verdict, judged.approvals, judged.people) == (verdict, approvals, people)


def test_where_nobody_says_who_owns_anything_nothing_could_be_decided() -> None:
    missing = CouldNotLook(reason=Reason.NOT_CONFIGURED, detail="no CODEOWNERS is trusted here")

    judged = judge_past(past(ownership=missing), policy(rule("a", "{code_owners: {}}")))

    assert (judged.verdict, judged.approvals) == (Verdict.UNDECIDED, 0)


def test_why_a_change_could_not_be_decided_is_shown_with_one_such_change() -> None:
    missing = CouldNotLook(reason=Reason.NOT_CONFIGURED, detail="no CODEOWNERS is trusted here", remedy="Add one.")
    change = past(ownership=missing)

    found = tried_on(change, change, rules=rule("a", "{any: [{code_owners: {}}, {scanned: [x/*]}]}"))

    assert found.tried.judged[0].blind[0] == "a: no CODEOWNERS is trusted here; Add one."
    shown = " ".join(str(lay_out(backtest_blocks(found, seconds=1, kept=0), Look(width=200))).split())
    assert "WHY 2 CHANGES COULD NOT BE DECIDED BY TRIED" in shown.upper()
    commit_id = change.change.head_commit or change.change.head_tree
    assert f"a: no CODEOWNERS is trusted here; Add one. (2 changes, such as {commit_id[:10]})" in shown
    assert "no CODEOWNERS is trusted here" in backtest_as_json(found, seconds=1, kept=0)


def test_a_rule_is_alone_where_no_other_asks() -> None:
    found = tried_on(
        past("a.py"),
        past("docs/b.md"),
        rules=rule("all", "{approval: {}}")
        + rule("docs", "{document: {kind: design-note}}", when='touches("docs/**")'),
    )

    by_name = {each.rule: each for each in found.tried.rules}
    assert (by_name["all"].changes, by_name["all"].alone) == (2, 1)
    assert (by_name["docs"].changes, by_name["docs"].alone) == (1, 0)
    assert by_name["docs"].asks[Asks.DOCUMENT] == 1
    assert (found.tried.approvals, found.tried.documents) == (2, 1)


def test_what_differs_from_the_other_policy_is_named() -> None:
    found = tried_on(past("a.py"), past("b.py"), rules=rule("b", "{approval: {}}", when='touches("b.py")'))

    ((one, other),) = found.differing
    assert one.past.change.files[0].path == "b.py"
    assert (one.verdict, other.verdict) == (Verdict.DELAYED, Verdict.PASSED)


def test_the_same_policy_differs_nowhere() -> None:
    rules = rule("a", "{approval: {}}")

    assert list(tried_on(past(), rules=rules, against=policy(rules)).differing) == []


def test_reviewers_that_messages_name_are_shown_apart_and_authors_are_none() -> None:
    named = past(message="Do it\n\nReviewed-by: Ben <ben@example.org>\nAcked-by: Ada Bell <someone@example.org>\n")

    found = tried_on(named, past(), rules=rule("a", "{approval: {}}"))

    assert named.named_reviewers == ("Ben <ben@example.org>",)
    assert found.tried.named_reviewers == 1
    assert found.tried.verdicts == {Verdict.DELAYED: 2}


@pytest.mark.parametrize("document", [plain_document("a.py"), large_document(files=20, findings=10)])
def test_a_change_that_was_kept_is_the_same(document: PolicyDocument, tmp_path: Path) -> None:
    missing = CouldNotLook(reason=Reason.LIMIT, detail="too much")
    for ownership in (None, OWNED, missing):
        for impact in (document.impact, missing):
            whole = past_change(Case(policy=built_in(), document=replace(document, impact=impact), ownership=ownership))
            files = PastChangeFiles(tmp_path, "r")

            files.keep("k", whole)

            assert files.recall("k") == whole
            assert whole.document == replace(document, impact=impact)


@pytest.mark.parametrize("data", [b"", b"\x00", b"\xc1", b"{}", b"\x81\xa1a\x01"])
def test_what_cannot_be_read_back_is_weighed_again(data: bytes, tmp_path: Path) -> None:
    files = PastChangeFiles(tmp_path, "r")
    files.keep("k", past())
    next((tmp_path / "past-v2" / "r").iterdir()).write_bytes(data)

    assert files.recall("k") is None
    assert files.recall("other") is None


def test_the_report_fits_a_narrow_terminal_and_says_what_it_is_not() -> None:
    found = tried_on(past("a.py"), past("b.py"), rules=rule("b", "{approval: {}}", when='touches("b.py")'))

    text = lay_out(backtest_blocks(found, seconds=3.2, kept=1), Look(width=60))

    assert max(map(len, text.splitlines())) < 60
    assert "never what would have been given" in " ".join(text.split())
    assert '"verdict": "delayed"' in backtest_as_json(found, seconds=3.2, kept=1)


def test_a_history_that_could_not_be_weighed_says_so() -> None:
    unseen = [("abc", CouldNotLook(reason=Reason.NO_HISTORY, detail="this clone lacks it"))]

    text = lay_out(
        backtest_blocks(backtest((), built_in(), against=built_in(), unseen=unseen), seconds=0, kept=0), Look()
    )

    assert "no change could be weighed" in text
    assert "no-history: this clone lacks it" in text
