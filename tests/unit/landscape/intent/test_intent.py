"""Which of several messages a file stands under."""

from datetime import UTC, datetime

from weighbridge.domain.change import Change, ChangeKind, Commit, Identity
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.intent.claims import Kind
from weighbridge.landscape.intent.intent import Intent

_SOMEBODY = Identity(name="Ada", email="ada@example.org")
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def commit(oid: str, message: str) -> Commit:
    return Commit(
        oid=ObjectId(oid),
        tree=ObjectId(f"tree of {oid}"),
        parents=(ObjectId("base"),),
        author=_SOMEBODY,
        committer=_SOMEBODY,
        authored_at=_AT,
        committed_at=_AT,
        message=message,
    )


def intent(*commits: Commit, touched: dict[str, set[str]] | None, title: str = "", issue: str = "") -> Intent:
    change = Change(
        repository="r",
        kind=ChangeKind.RANGE,
        range_text="a..b",
        base_tree=ObjectId("t"),
        head_tree=ObjectId("u"),
        base_commit=ObjectId("base"),
        head_commit=ObjectId("head"),
        files=(),
        commits=commits,
        title=title,
    )

    def paths(of: Commit) -> frozenset[RepoPath] | None:
        return None if touched is None else frozenset(map(RepoPath, touched[of.oid]))

    contents = ChangedBytes(change, lambda _oid, _limit: b"")
    return Intent(change, contents, code=CodeChange, touched=paths, issues=(issue,) if issue else ())


DOCS = commit("1", "docs: say why")
FIX = commit("2", "fix: count once")


def test_a_file_stands_under_the_messages_of_the_commits_that_touched_it() -> None:
    seen = intent(DOCS, FIX, touched={"1": {"a.py"}, "2": {"b.py", "c.py"}})

    found = seen.claim(RepoPath("a.py"), Kind.DOCUMENTATION)

    assert found is not None
    assert found.quote == "docs: say why"
    assert seen.claim(RepoPath("b.py"), Kind.DOCUMENTATION) is None
    assert seen.claim(RepoPath("b.py"), Kind.FIX) is not None


def test_a_file_that_two_kinds_of_commits_touched_stands_under_both() -> None:
    seen = intent(DOCS, FIX, touched={"1": {"a.py"}, "2": {"a.py"}})
    assert seen.claim(RepoPath("a.py"), Kind.DOCUMENTATION) is None
    assert seen.claim(RepoPath("a.py"), Kind.DOCUMENTATION, Kind.FIX) is not None


def test_where_commits_cannot_be_told_apart_each_message_covers_all() -> None:
    seen = intent(DOCS, FIX, touched=None)
    assert seen.claim(RepoPath("a.py"), Kind.DOCUMENTATION) is None


def test_a_title_that_no_commit_has_covers_all() -> None:
    seen = intent(DOCS, touched=None, title="feat: carts")
    assert seen.claim(RepoPath("a.py"), Kind.DOCUMENTATION) is None


def test_no_message_claims_nothing() -> None:
    seen = intent(commit("1", ""), touched=None)
    assert seen.claim(RepoPath("a.py"), *Kind) is None
    assert seen.claim_of_all(*Kind) is None


def test_an_issue_is_said_and_claims_nothing() -> None:
    seen = intent(DOCS, touched=None, issue="Drop the login\n\nNobody logs in.")
    assert "drop the login" in seen.claims.said
    assert seen.claim_of_all(Kind.DOCUMENTATION) is not None


def test_a_message_that_is_not_read_to_its_end_is_said() -> None:
    long = intent(commit("1", "fix: it\n" + "x\n" * 100_000), touched=None)
    assert [each.reason for each in long.unread] == ["limit"]
    assert not list(intent(FIX, touched=None).unread)
