"""What the SQL rules say of migrations that come back to where they ran from, told from real history."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.integration.git.scratch import Scratch
from tests.rules.sql.judging import RULES, blocking

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.rehearse_rule import Silence
from weighbridge.app.sight import Sight
from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.trust import Trust
from weighbridge.engine.run import run_rules
from weighbridge.landscape.description import SystemDescription

DAY: Final = 86_400
START: Final = 1_700_000_000
DROPS: Final = "db/migrate/20230101000000_drop_notes.rb"
NEXT: Final = "db/migrate/20230201000000_make_tags.rb"
LAST: Final = "db/migrate/20230301000000_make_hats.rb"


def rails(body: str) -> str:
    return f"class Step < ActiveRecord::Migration[7.1]\n  def change\n    {body}\n  end\nend\n"


class History:
    """A repository whose migrations go to another folder and come back from it."""

    def __init__(self, folder: Path, *, days: int) -> None:
        self.scratch = Scratch.make(folder)
        self._commit(0, {"readme": "shop\n"})
        self._commit(
            1,
            {
                DROPS: rails("remove_column :orders, :notes"),
                NEXT: rails("create_table :tags"),
                LAST: rails("create_table :hats"),
            },
        )
        self._move(days, "db/migrate", to="db/once")
        self._move(days + 1, "db/once", to="db/migrate")

    def _commit(self, day: int, files: dict[str, str]) -> None:
        for path, text in files.items():
            self.scratch.write(path, text)
        self.scratch.git("add", "-A")
        self.scratch.git("commit", "-q", "-m", "Change it", GIT_COMMITTER_DATE=f"{START + day * DAY} +0000")

    def _move(self, day: int, was: str, *, to: str) -> None:
        self.scratch.git("mv", was, to)
        self._commit(day, {})

    def found(self) -> Sequence[Finding]:
        """What is said of the newest commit."""
        with self.scratch.open() as repository:
            change = self.scratch.change("HEAD^..HEAD")
            sight = Sight(
                repository=repository,
                change=change,
                trust=Trust(target=change.base_commit, target_name="main", target_reason=""),
                source=MemoryFacts(MemoryRepository({}, {})),
                system=SystemDescription(),
                progress=Silence(),
                trace=lambda: Provenance(origin=Origin.UNKNOWN),
            )
            return run_rules(
                RULES, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects
            ).findings


def test_migrations_that_ran_for_months_are_told_once_and_stop_nothing(tmp_path: Path) -> None:
    (found,) = History(tmp_path, days=90).found()

    assert found.rule == "sql/applied-migration-changed"
    assert found.severity is Severity.MEDIUM
    assert "`20230101000000_drop_notes.rb` and 1 other come back to where they were for 89 days until" in found.message
    assert found.message.endswith("with what it writes over and takes away")


def test_migrations_that_were_there_for_days_are_told_as_new_ones(tmp_path: Path) -> None:
    found = History(tmp_path, days=9).found()

    assert len(blocking(found)) == 1
    assert "drop-column" in blocking(found)[0]
