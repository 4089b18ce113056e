"""The paths of a change, grouped by who must approve them."""

from msgspec.structs import replace
from tests.samples.parts import changed_file
from tests.unit.growing import MOST, growth
from tests.unit.landscape.linked import sight

from weighbridge.adapters.memory import MemoryRepository
from weighbridge.app.build_trust import build_trust
from weighbridge.app.find_ownership import find_ownership
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.change import Blob, FileChange, FileStatus, Mode
from weighbridge.domain.ids import ObjectId, RepoPath, digest
from weighbridge.domain.landing import MOST_LANDINGS
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.owners import Ownership, touched_paths
from weighbridge.domain.trust import TrustedDocument, TrustSource
from weighbridge.landscape.owners.groups import ownership
from weighbridge.landscape.owners.model import CodeOwners
from weighbridge.landscape.owners.read import MAX_BYTES, read_owners


def owners(text: str, path: str = ".github/CODEOWNERS") -> CodeOwners:
    found = read_owners(text.encode(), RepoPath(path))
    assert isinstance(found, CodeOwners)
    return found


def grouped(text: str, *paths: str, path: str = ".github/CODEOWNERS") -> Ownership:
    return ownership(owners(text, path), map(RepoPath, paths))


def moved(before: str, after: str, *, status: FileStatus) -> FileChange:
    oid = ObjectId("a" * 40)
    return FileChange(
        status=status,
        base=Blob(path=RepoPath(before), mode=Mode.REGULAR, oid=oid),
        head=Blob(path=RepoPath(after), mode=Mode.REGULAR, oid=oid),
    )


def found_in(base: dict[str, str], head: dict[str, str]) -> Ownership | CouldNotLook:
    repository = MemoryRepository(base, head)
    request = ChangeRequest()
    change = repository.change(request)
    return find_ownership(change, build_trust(repository, change, request=request))


def test_paths_of_the_same_owners_in_any_order_and_case_are_one_group() -> None:
    found = grouped("/a/ @ann @bob\n/b/ @Bob @ANN\n/c/ @ann\n", "a/x", "b/y", "c/z")
    assert [(g.owners, g.paths, g.lines) for g in found.groups] == [
        (("@ann", "@bob"), ("a/x", "b/y"), (1, 2)),
        (("@ann",), ("c/z",), (3,)),
    ]


def test_paths_that_nobody_owns_are_named() -> None:
    found = grouped("/a/ @ann\n/a/free/\n", "a/x", "a/free/y", "b")
    assert found.unowned == ("a/free/y", "b")


def test_each_section_of_gitlab_asks_by_itself() -> None:
    text = "[Pay][2] @ann @bob\n/pay/\n^[Docs] @ann @bob\n*.md\n"
    found = grouped(text, "pay/a.md", path=".gitlab/CODEOWNERS")
    assert [(g.section, g.approvals, g.optional) for g in found.groups] == [("Pay", 2, False), ("Docs", 1, True)]


def test_lines_that_the_forge_passes_over_are_told() -> None:
    found = grouped("* @ann\n/pay/ pay-team\n", "pay/a")
    assert found.notices == (
        ".github/CODEOWNERS:2: `pay-team` is neither `@name`, `@organisation/team` nor an address; github passes it over",
    )


def test_a_file_that_moved_counts_at_both_places_and_a_copy_at_the_new_one() -> None:
    assert touched_paths([moved("a/x", "b/x", status=FileStatus.RENAMED)]) == ("a/x", "b/x")
    assert touched_paths([moved("a/x", "b/x", status=FileStatus.COPIED)]) == ("b/x",)


def test_a_file_that_is_gone_counts_where_it_was() -> None:
    assert touched_paths([changed_file("a/x", status=FileStatus.DELETED)]) == ("a/x",)


def test_the_base_says_who_owns_and_never_the_head() -> None:
    before = {"CODEOWNERS": "/pay/ @ann\n/CODEOWNERS @ann\n", "pay/a": "1"}
    found = found_in(before, {"CODEOWNERS": "* @mallory\n", "pay/a": "2"})
    assert isinstance(found, Ownership)
    assert [(g.owners, g.paths) for g in found.groups] == [(("@ann",), ("CODEOWNERS", "pay/a"))]


def test_a_file_that_comes_with_the_change_owns_nothing_yet() -> None:
    found = found_in({"a": "1"}, {"a": "2", "CODEOWNERS": "* @mallory\n"})
    assert isinstance(found, CouldNotLook)
    assert found.reason is Reason.NOT_CONFIGURED


def test_a_file_that_is_too_large_is_could_not_look() -> None:
    text = "#" * (MAX_BYTES + 1)
    found = found_in({"a": "1", "CODEOWNERS": text}, {"a": "2", "CODEOWNERS": text})
    assert isinstance(found, CouldNotLook)
    assert found.reason is Reason.LIMIT


def test_grouping_grows_with_the_paths() -> None:
    text = "".join(f"/s{n}/ @o{n} @all\n" for n in range(200))
    file = owners(text)
    file.responsibilities(RepoPath("a"))

    def work(count: int) -> None:
        ownership(file, [RepoPath(f"s{n % 300}/src/a{n}.py") for n in range(count)])

    assert growth(work, 1_000) < MOST


def test_a_review_asks_the_owners_of_where_a_file_was_too() -> None:
    document = TrustedDocument(
        path=RepoPath("CODEOWNERS"),
        data=b"/pay/ @pay\n/free/ @all\n",
        digest=digest(b""),
        source=TrustSource.TARGET,
    )
    seen = sight({"pay/a": "1"}, {"free/a": "1"})
    moving = replace(seen.change, files=(moved("pay/a", "free/a", status=FileStatus.RENAMED),))
    trust = replace(seen.trust, documents={document.path: document})
    assert replace(seen, change=moving, trust=trust).owners == ("@all", "@pay")


def test_nobody_can_tell_the_owners_of_what_lands_on_too_many() -> None:
    base = {"CODEOWNERS": "/packages/ @core\n"}
    base |= {f"packages/plugin-{number:03}/index.js": "" for number in range(MOST_LANDINGS + 5)}

    found = found_in(base, {**base, "packages/PLUGIN~1/index.js": "x"})

    assert isinstance(found, CouldNotLook)
    assert found.reason is Reason.LIMIT
    assert "packages/PLUGIN~1/index.js" in found.detail


def test_nobody_can_tell_the_owners_of_a_name_that_no_disk_keeps() -> None:
    base = {"CODEOWNERS": "* @core\n"}

    found = found_in(base, {**base, "\u00e9" * 5000: "x"})

    assert isinstance(found, CouldNotLook)
    assert len(found.detail) < 1000
