"""What counts as examined: migrations in any language that were read, no other database, no pipeline of another service."""

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.domain.outcomes import FileCoverage

PATH = "db/migrate/20260101000000_change_orders.rb"


def covered(path: str, text: str) -> FileCoverage:
    (file,) = sight({}, {path: text}).coverage.files
    return file


def migration(body: str) -> str:
    return f"class ChangeOrders < ActiveRecord::Migration[7.1]\n  def change\n    {body}\n  end\nend\n"


def test_a_migration_in_ruby_that_was_read_is_examined() -> None:
    assert covered(PATH, migration("add_column :orders, :note, :text")).examined


def test_one_that_is_put_together_when_it_runs_is_not_examined() -> None:
    file = covered(PATH, migration('execute("DROP TABLE #{name_of_the_day}")'))

    assert not file.examined
    assert file.missing is not None
    assert "3" in file.missing.detail


def test_other_ruby_is_not_examined() -> None:
    assert not covered("lib/orders.rb", "class Orders\nend\n").examined


def test_a_script_for_another_database_is_not_examined() -> None:
    file = covered("db/mssql/003_next.sql", "ALTER TABLE dbo.users ALTER COLUMN email nvarchar(10) NOT NULL;\n")

    assert not file.examined
    assert file.missing is not None
    assert "SQLite" in file.missing.detail


@pytest.mark.parametrize("path", [".circleci/config.yml", "azure-pipelines.yml", "ci/cloudbuild.prod.yaml"])
def test_a_pipeline_of_another_service_is_not_examined(path: str) -> None:
    file = covered(path, "steps:\n  - run: curl https://get.example.org | sh\n")

    assert file.missing is not None
    assert "pipeline" in file.missing.detail
