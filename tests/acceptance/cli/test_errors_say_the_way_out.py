"""Whatever cannot be done says what happened, where, and what to do; nothing is signed or written on the way."""

import pytest
from tests.acceptance.cli.parlour import COL, Parlour
from tests.acceptance.cli.program import Program, Ran
from tests.conftest import RequireTool

from weighbridge.app.admit_image import built_of


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Parlour:
    return Parlour.open(tmp_path_factory.mktemp("parlour"))


@pytest.fixture
def parlour(opened: Parlour, require_tool: RequireTool) -> Parlour:
    """The same for all: none of these leaves anything behind."""
    require_tool("ssh-keygen")
    return opened


def assert_told(ran: Ran, status: int, *words: str) -> None:
    assert ran.status == status, ran
    assert "Traceback" not in ran.err
    assert "defect" not in ran.err
    said = " ".join(ran.err.split())
    assert [word for word in words if word not in said] == [], ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("reject", "fix", "--reason", " "), ("--reason is empty", "say why")),
        (("reject", "fix", "--reason", "--"), ("--reason is empty", "say why")),
        (("comment", "fix", "\n"), ("TEXT is empty", "say what")),
        (("attach", "fix", "design-note", "binary.md"), ("binary.md: this is no text", "Markdown")),
    ],
)
def test_a_word_that_says_nothing_is_not_signed(
    parlour: Parlour, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    (parlour.scratch.folder / "binary.md").write_bytes(b"%PDF-1.7\n\x00\x80\xff")
    before = parlour.entries

    assert_told(parlour.says(COL, *arguments), 2, *words)

    assert parlour.entries == before


@pytest.mark.parametrize(("key", "words"), [("garbage", "it is no SSH key"), (".", "that is a folder")])
def test_what_is_no_key_is_told_with_the_way_to_name_another(parlour: Parlour, key: str, words: str) -> None:
    file = parlour.keys / key
    if key != ".":
        file.write_text("garbage")
        file.chmod(0o600)

    ran = parlour.run("reject", "fix", "--reason", "No", "--target", "main", "--yes", "--key", str(file))

    assert_told(ran, 2, words, "--key")


@pytest.mark.parametrize(
    "command", [("verify",), ("show",), ("export", "out"), ("prove", "0"), ("erase", "0", "--yes")]
)
def test_where_no_ledger_is_the_way_to_one_is_told(parlour: Parlour, command: tuple[str, ...]) -> None:
    assert_told(
        parlour.run("ledger", *command, "--target", "main"), 3, "there is no ledger", "`weighbridge ledger sync`"
    )


def test_a_remote_that_is_none_is_told_once(parlour: Parlour) -> None:
    ran = parlour.run("ledger", "sync", "orgin", "--target", "main")

    assert_told(ran, 3, "'orgin' does not appear to be a git repository", "`git remote -v`")
    assert "; ;" not in ran.err
    assert "Please" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ledger", "import", "."), ("there is no ledger in", "name the folder")),
        (("people", "request", " "), ("NAME is empty", "say the address")),
        (
            ("people", "enrol", "no.request", "--yes"),
            ("no.request: this is no request", "`weighbridge people request`"),
        ),
        (("policy", "test"), (".weighbridge/policy.test.yaml", "`weighbridge policy init`")),
        (("policy", "check", "newer.yaml"), ("`version` must be 1, not `99`",)),
    ],
)
def test_what_was_named_wrongly_is_told_with_what_would_be_right(
    parlour: Parlour, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    (parlour.scratch.folder / "no.request").write_text("{")
    (parlour.scratch.folder / "newer.yaml").write_text("version: 99\n")
    key = ("--target", "main", "--key", str(parlour.key(COL))) if arguments[0] == "people" else ()

    assert_told(parlour.run(*arguments, *key), 2, *words)


def test_an_organisation_that_is_not_there_is_no_organisation_without_a_policy(parlour: Parlour) -> None:
    program = Program(parlour.program.home, {"WEIGHBRIDGE_ORGANISATION": "/nowhere"})

    assert_told(program.run(parlour.scratch.folder, "policy", "check"), 2, "/nowhere", "WEIGHBRIDGE_ORGANISATION")


def test_a_package_that_is_none_is_told_with_its_place(parlour: Parlour) -> None:
    git = parlour.scratch.git
    ref = f"refs/weighbridge/packages/{git('rev-parse', 'fix')}"
    kept = git("rev-parse", ref)
    git("update-ref", ref, git("hash-object", "-w", "--stdin", given=b"{}"))

    ran = parlour.says(COL, "reject", "fix", "--reason", "No")
    listed = parlour.run("packages", "list")
    git("update-ref", ref, kept)

    assert_told(ran, 2, f"{ref} holds no package", "`weighbridge review RANGE --keep`")
    assert listed.status == 0, listed


def test_a_ledger_that_is_something_else_is_told_with_the_way_back(parlour: Parlour) -> None:
    git, ref = parlour.scratch.git, "refs/weighbridge/ledger"
    git("update-ref", ref, git("rev-parse", "main"))

    ran = parlour.run("ledger", "verify", "--target", "main")
    git("update-ref", "-d", ref)

    assert_told(ran, 3, f"`git update-ref -d {ref}`", "`weighbridge ledger sync`")


def test_an_image_without_provenance_is_told_how_to_bring_it() -> None:
    built = built_of(f"shop@sha256:{'a' * 64}", lambda _: None, builders=())

    assert "give it with --provenance" in built.missing
