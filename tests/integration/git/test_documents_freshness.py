"""What documents say, held against a real history: what stood there when a line was written, and what became of it."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.app.document_ground import ground_of
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.ids import ObjectId
from weighbridge.landscape.freshness.judging import judge
from weighbridge.landscape.freshness.verdicts import Judged, Truth, Verdict
from weighbridge.landscape.prose.standing import is_document

DAY = 86_400
START = 1_700_000_000
LONG = "".join(f"line_{number} = {number}\n" for number in range(20))


class Silence:
    """Progress that nobody watches."""

    def step(self, words: str, done: int = 0, total: int = 0, *, at: str = "") -> None:
        """Nothing."""


class History:
    """A repository that grows a day at a time."""

    def __init__(self, folder: Path) -> None:
        self.scratch = Scratch.make(folder)
        self._day = 0

    def day(self, files: Mapping[str, str | None]) -> None:
        """Commits these files; those that are None are gone."""
        self._day += 1
        for path, text in files.items():
            if text is None:
                (self.scratch.folder / path).unlink()
            else:
                self.scratch.write(path, text)
        self.scratch.git("add", "-A")
        self.scratch.git("commit", "-q", "-m", "Go on", GIT_COMMITTER_DATE=f"{START + self._day * DAY} +0000")

    def judged(self) -> dict[str, Judged]:
        """The documents of the newest commit by path."""
        with self.scratch.open() as repository:
            change = repository.change(ChangeRequest(range_text="HEAD"))
            blobs = repository.entries(change.head_tree)
            ground = ground_of(repository, blobs, until=change.head_commit, progress=Silence())
            found = judge([blob for path, blob in blobs.items() if is_document(path)], ground)
        return {each.path: each for each in found}

    def page(self, path: str = "docs/page.md") -> Judged:
        """One of them."""
        return self.judged()[path]


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "shop")


@pytest.mark.parametrize(
    ("statement", "path", "before", "after"),
    [
        ("The pool is in `app/pool.py`.", "app/pool.py", "pool = 1\n", None),
        ("`drain_pool()` empties it.", "app/pool.py", "def drain_pool():\n    pass\n", "def drain():\n    pass\n"),
        ("Set `POOL_SIZE` first.", "app/pool.py", 'import os\nos.environ["POOL_SIZE"]\n', "size = 1\n"),
        ("Set `POOL_SIZE` first.", "deploy/.env", "POOL_SIZE=5\n", "SIZE=5\n"),
        ("Run `make pool`.", "Makefile", "pool:\n\ttrue\n", "lint:\n\ttrue\n"),
        ("Run `npm run pool`.", "package.json", '{"scripts": {"pool": "x"}}', '{"scripts": {}}'),
        ("Ask `GET /pools/size`.", "web/app.js", "app.get('/pools/size', size)\n", "app.get('/size', size)\n"),
        ("Rows are in the `pool_rows` table.", "db/1.sql", "CREATE TABLE pool_rows (x int);\n", "SELECT 1;\n"),
        (
            "Pass `--pool-size`.",
            "cli.py",
            'add_argument("--pool-size")\nadd_argument("--all")\n',
            'add_argument("--all")\n',
        ),
    ],
)
def test_what_was_there_when_the_line_was_written_and_is_gone_makes_a_document_stale(
    history: History, statement: str, *, path: str, before: str, after: str | None
) -> None:
    history.day({path: before, "docs/page.md": f"# Pool\n\n{statement}\n"})
    assert history.page().verdict is Verdict.FRESH
    history.day({path: after, "other.py": "x = 1\n"})

    page = history.page()

    assert page.verdict is Verdict.STALE
    assert [each.mention.statement for each in page.broken] == [statement]


def test_what_is_gone_already_when_the_line_is_written_is_held_against_nobody(history: History) -> None:
    history.day({"app/pool.py": "def drain_pool():\n    pass\n", "app/main.py": "import pool\n"})
    history.day({"app/pool.py": None})
    history.day({"docs/page.md": "`app/pool.py` and `drain_pool()` of the other service do that.\n"})

    assert history.page().verdict is Verdict.UNKNOWN


def test_what_never_was_here_may_be_of_elsewhere(history: History) -> None:
    history.day(
        {
            "app/pool.py": "pool = 1\n",
            "docs/page.md": "Use `requests.get_adapter()`, `KUBECONFIG_PATH`, `lib/of/others.c`.\n",
        }
    )

    assert history.page().verdict is Verdict.UNKNOWN


def test_a_statement_that_says_it_is_gone_is_true(history: History) -> None:
    history.day(
        {"app/pool.py": "def drain_pool():\n    pass\n", "docs/page.md": "`drain_pool()` is no longer needed.\n"}
    )
    history.day({"app/pool.py": "x = 1\n"})

    (resolved,) = history.page().resolved

    assert (resolved.truth, history.page().verdict) == (Truth.UNKNOWN, Verdict.UNKNOWN)


def test_a_name_that_any_file_still_says_is_there(history: History) -> None:
    history.day({"app/pool.py": "def drain_pool():\n    pass\n", "docs/page.md": "`drain_pool()` empties it.\n"})
    history.day({"app/pool.py": "x = 1\n", "app/rescue.rb": "def drain_pool\nend\n"})

    assert history.page().verdict is Verdict.FRESH


def test_a_setting_that_a_library_may_read_for_a_field_is_doubtful_alone(history: History) -> None:
    fields = "class Settings:\n    pool_size: int = 5\n"
    history.day({".env": "SHOP_POOL_SIZE=5\n", "app/settings.py": fields, "docs/page.md": "Set `SHOP_POOL_SIZE`.\n"})
    history.day({".env": "OTHER=1\n"})

    assert history.page().verdict is Verdict.DOUBTFUL


def test_what_changed_since_is_said_and_is_no_fault(history: History) -> None:
    history.day({"app/pool.py": LONG, "docs/page.md": "The pool is in `app/pool.py`.\n"})
    history.day({"app/pool.py": LONG + "more = 1\n"})

    (resolved,) = history.page().resolved

    assert (resolved.truth, resolved.is_rewritten, history.page().verdict) == (Truth.CHANGED, False, Verdict.FRESH)


def test_a_document_about_what_was_rewritten_is_doubtful(history: History) -> None:
    history.day({"a/x.py": LONG, "a/y.py": LONG, "docs/page.md": "See `a/x.py`.\n\nSee `a/y.py`.\n"})
    history.day({"a/x.py": LONG.replace("line", "row"), "a/y.py": LONG.replace("line", "row")})

    page = history.page()

    assert page.verdict is Verdict.DOUBTFUL
    assert page.reasons[0].startswith("line 1: `a/x.py` was mostly rewritten since")


def test_a_link_to_a_page_that_moved_makes_a_document_doubtful_alone(history: History) -> None:
    history.day({"docs/other.md": "# Other\n", "docs/page.md": "More in [the other](other.md).\n"})
    history.day({"docs/other.md": None, "docs/more/other.md": "# Other\n\nIt moved.\n"})

    page = history.page()

    assert page.verdict is Verdict.DOUBTFUL
    assert "`docs/more/other.md` has its name now" in page.reasons[0]


def test_a_line_that_was_edited_after_is_as_old_as_its_edit(history: History) -> None:
    history.day({"app/pool.py": "pool = 1\n", "docs/page.md": "The pool is in `app/pool.py`.\n"})
    history.day({"app/pool.py": None, "app/main.py": "x = 1\n"})
    history.day({"docs/page.md": "Here the pool of the old days lies: `app/pool.py`.\n"})

    assert history.page().verdict is Verdict.UNKNOWN


def test_a_path_written_out_from_the_top_whose_folder_has_no_such_file_is_broken(history: History) -> None:
    history.day({"libs/shop/money.py": "x = 1\n", "docs/page.md": "Amounts are rounded in `libs/shop/rounding.py`.\n"})

    assert history.page().reasons == ("line 1: `libs/shop` is there and holds no such file, and never did",)


def test_a_file_that_a_reader_is_to_make_need_not_be_there(history: History) -> None:
    history.day({"libs/shop/money.py": "x = 1\n", "docs/page.md": "Create `libs/shop/rounding.py` for that.\n"})

    assert history.page().verdict is Verdict.UNKNOWN


def test_change_logs_and_other_trees_are_not_held_to_the_present(history: History) -> None:
    pages = {"CHANGELOG.md", "docs/adr/1.md", "vendor/x/README.md", "docs/fr/page.md"}
    history.day({"app/pool.py": "x = 1\n"} | dict.fromkeys(pages, "The pool is in `app/pool.py`.\n"))
    history.day({"app/pool.py": None, "b.py": "y = 1\n"})

    assert {path: each.verdict for path, each in history.judged().items()} == dict.fromkeys(pages, Verdict.UNKNOWN)


def test_a_clone_without_history_says_nothing_is_gone(history: History, tmp_path: Path) -> None:
    history.day({"app/pool.py": "x = 1\n", "docs/page.md": "The pool is in `app/pool.py`.\n"})
    history.day({"app/pool.py": None, "b.py": "y = 1\n"})
    shallow = tmp_path / "shallow"
    history.scratch.git("clone", "-q", "--depth=1", f"file://{history.scratch.folder}", str(shallow))

    with Scratch(shallow).open() as repository:
        commit = ObjectId(history.scratch.git("rev-parse", "HEAD"))
        blobs = repository.entries(repository.tree_of(commit))
        ground = ground_of(repository, blobs, until=commit, progress=Silence())
        (page,) = judge([blobs[path] for path in blobs if is_document(path)], ground)

    assert (ground.past.is_known, page.verdict) == (False, Verdict.UNKNOWN)
