"""What the protected branch held before a branch, and whether a file becomes again what it was, told from real history."""

from pathlib import Path

from tests.integration.git.scratch import Scratch

from weighbridge.app.branches import Branches
from weighbridge.domain.ids import RepoPath

DAY = 86_400
START = 1_700_000_000


class History:
    """A repository with a branch `topic` that adds a table in one commit and alters it in another."""

    def __init__(self, folder: Path) -> None:
        self.scratch = Scratch.make(folder)
        self.first = self.commit(-100, {"db/1.sql": "CREATE TABLE a (x int);\n"})
        self.scratch.git("switch", "-q", "-c", "topic")
        self.made = self.commit(1, {"db/2.sql": "CREATE TABLE b (x int);\n"})
        self.altered = self.commit(2, {"db/2.sql": "CREATE TABLE b (x int, y int);\n"})

    def commit(self, day: int, files: dict[str, str]) -> str:
        """A commit of these files, so many days after the first."""
        for path, text in files.items():
            self.scratch.write(path, text)
        self.scratch.git("add", "-A")
        at = f"{START + day * DAY} +0000"
        self.scratch.git("commit", "-q", "-m", "Change it", GIT_COMMITTER_DATE=at)
        return self.scratch.git("rev-parse", "HEAD")

    def merge(self, day: int) -> None:
        """The branch comes into `main`, which went on meanwhile."""
        self.scratch.git("switch", "-q", "main")
        self.commit(day, {"readme": "more\n"})
        self.scratch.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")

    def paths(self, commit: str) -> set[str] | None:
        """The paths that the protected branch had before the branch of a commit; None where all before it is there."""
        with self.scratch.open() as repository:
            change = self.scratch.change(f"{commit}^..{commit}")
            merged = Branches(repository, change, target="main").merged()
        return None if merged is None else set(merged.blobs)

    def is_put_back(self, commit: str, path: str) -> bool:
        """Whether a commit makes a file what it was when it came."""
        with self.scratch.open() as repository:
            change = self.scratch.change(f"{commit}^..{commit}")
            (file,) = (each for each in change.files if each.path == path)
            assert file.head is not None, "it is there"
            return Branches(repository, change, target="main").is_put_back(RepoPath(path), file.head.oid)

    def age_of(self, commit: str, path: str) -> int | None:
        """How many days before a commit a file came."""
        with self.scratch.open() as repository:
            change = self.scratch.change(f"{commit}^..{commit}")
            return Branches(repository, change, target="main").age_of(RepoPath(path))

    def passed(self, commit: str, folder: str) -> list[tuple[int, str, str]]:
        """What became of the files of a folder before a commit: after how many days, how, and which."""
        with self.scratch.open() as repository:
            change = self.scratch.change(f"{commit}^..{commit}")
            found = Branches(repository, change, target="main").passed(RepoPath(folder))
        kinds = {(True, False): "came", (False, True): "went", (False, False): "changed"}
        return [
            ((each.at - START) // DAY, kinds[each.was is None, each.now is None], each.path) for each in found.passings
        ]


def test_what_came_with_a_branch_that_is_not_merged_is_not_on_the_protected_one(tmp_path: Path) -> None:
    history = History(tmp_path)

    assert history.paths(history.altered) == {"db/1.sql"}
    assert history.paths(history.made) is None, "its base is on the protected branch"


def test_a_commit_of_a_merged_branch_is_looked_at_as_it_was_before_the_merge(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.merge(3)
    later = history.commit(4, {"db/2.sql": "CREATE TABLE b (x int, y int, z int);\n"})

    assert history.paths(history.altered) == {"db/1.sql"}
    assert history.paths(later) is None, "all before it was merged"


def test_a_branch_that_is_squashed_was_never_anywhere_else(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.scratch.git("switch", "-q", "main")
    squashed = history.commit(3, {"db/2.sql": "CREATE TABLE b (x int, y int);\n"})
    after = history.commit(4, {"db/2.sql": "CREATE TABLE b (x int);\n"})

    assert history.paths(squashed) is None
    assert history.paths(after) is None


def test_a_file_that_was_altered_for_days_and_is_again_what_it_was_when_it_came_is_put_back(tmp_path: Path) -> None:
    history = History(tmp_path)
    back = history.commit(5, {"db/2.sql": "CREATE TABLE b (x int);\n"})
    other = history.commit(6, {"db/2.sql": "CREATE TABLE b (x bigint);\n"})
    again = history.commit(7, {"db/2.sql": "CREATE TABLE b (x int, y int);\n"})

    assert history.is_put_back(back, "db/2.sql")
    assert not history.is_put_back(other, "db/2.sql")
    assert not history.is_put_back(again, "db/2.sql"), "it came as something else"


def test_a_file_that_was_altered_long_ago_is_not_put_back_by_what_it_was_when_it_came(tmp_path: Path) -> None:
    history = History(tmp_path)
    late = history.commit(90, {"db/2.sql": "CREATE TABLE b (x int);\n"})

    assert not history.is_put_back(late, "db/2.sql")


def test_a_file_is_as_old_as_the_commit_that_brought_it_whatever_it_was_called_then(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.scratch.git("mv", "db/2.sql", "db/02.sql")
    history.commit(5, {})
    later = history.commit(9, {"db/3.sql": "CREATE TABLE c (x int);\n"})

    assert history.age_of(later, "db/02.sql") == 8


def test_a_file_that_is_moved_and_altered_at_once_is_of_no_known_age(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.scratch.git("rm", "-q", "db/2.sql")
    history.commit(5, {"sql/2.sql": "CREATE SCHEMA s;\n"})
    later = history.commit(6, {"sql/3.sql": "CREATE TABLE c (x int);\n"})

    assert history.age_of(later, "sql/2.sql") is None
    assert history.age_of(later, "db/1.sql") is None


def test_what_is_as_old_as_the_history_is_of_no_known_age(tmp_path: Path) -> None:
    history = History(tmp_path)

    assert history.age_of(history.altered, "db/1.sql") is None


def test_a_file_of_the_first_months_may_write_down_what_is_older(tmp_path: Path) -> None:
    history = History(tmp_path)
    early = history.commit(-20, {"db/0.sql": "CREATE TABLE z (x int);\n"})
    later = history.commit(-19, {"db/4.sql": "CREATE INDEX i ON z (x);\n"})

    assert early != later
    assert history.age_of(later, "db/0.sql") is None


def test_what_became_of_files_is_told_of_the_protected_branch_alone(tmp_path: Path) -> None:
    history = History(tmp_path)
    topic = history.commit(3, {"db/3.sql": ""})
    history.merge(9)
    history.scratch.git("rm", "-q", "db/2.sql")
    history.commit(20, {})
    later = history.commit(21, {"db/2.sql": "CREATE TABLE b (x int, y int);\n"})

    assert history.passed(topic, "db") == [(-100, "came", "db/1.sql")]
    assert history.passed(later, "readme") == [(9, "came", "readme")]
    assert next((day, how) for day, how, path in history.passed(later, "db") if path == "db/2.sql") == (20, "went")
    assert [how for _, how, path in history.passed(later, "db") if path == "db/2.sql"] == ["went", "came"]


def test_of_a_history_that_is_cut_off_nothing_is_told(tmp_path: Path) -> None:
    history = History(tmp_path / "whole")
    later = history.commit(21, {"db/9.sql": ""})
    history.scratch.git("clone", "-q", "--depth", "2", f"file://{history.scratch.folder}", str(tmp_path / "cut"))
    history.scratch = Scratch(tmp_path / "cut")

    assert history.passed(later, "db") == []
