"""What comprehensions, and functions of its own file, put together in a migration of Django's."""

import pytest
from tests.unit.landscape.migrated import migration, said, unread
from tests.unit.landscape.test_django_migrations import BEFORE, PATH, file_of

WRITTEN = '''
SEARCHED = {"patient": ["name", "number"], "visit": ["room"]}
TABLES = ("a", "b")


def statement(table, column="x"):
    """One index."""
    name = f"{table}_{column}"
    return f"DROP INDEX {name}_i"


def dropped(table):
    return "DROP TABLE {}".format(table)


def asked(table):
    if table == "a":
        return "SELECT 1"
    return f"DROP TABLE {table}"
'''
REPEATED = [
    (
        "*[migrations.RunSQL(sql=statement(t, c), reverse_sql=f'DROP TABLE {t}') for t, cs in SEARCHED.items() for c in cs]",
        ["DropIndex patient_name_i", "DropIndex patient_number_i", "DropIndex visit_room_i"],
    ),
    ("migrations.RunSQL([dropped(t) for t in TABLES])", ["DropTable a", "DropTable b"]),
    ("migrations.RunSQL('; '.join(f'DROP TABLE {t}' for t in sorted(SEARCHED)))", ["DropTable patient", "DropTable visit"]),
    ("migrations.RunSQL([f'DROP TABLE {t}' for t in SEARCHED.keys()])", ["DropTable patient", "DropTable visit"]),
    ("migrations.RunSQL(dropped(table='c'))", ["DropTable c"]),
    ("*(migrations.DeleteModel(m) for m in ['Book'])", ["DropTable library_book cascading"]),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "acts"), REPEATED)
def test_what_a_comprehension_and_a_function_of_the_file_put_together_is_read(operation: str, acts: list[str]) -> None:
    found = migration(file_of(operation, before=WRITTEN), PATH, others=BEFORE)

    assert said(found) == acts
    assert unread(found) == []


DECIDED_LATER = [
    "*[migrations.RunSQL(dropped(t)) for t in tables()]",
    "*[migrations.RunSQL(dropped(t)) for t in TABLES if t != 'a']",
    "migrations.RunSQL([f'DROP TABLE {t.lower()}' for t in TABLES])",
    "migrations.RunSQL(asked('b'))",
    "migrations.RunSQL(dropped(name))",
    "migrations.RunSQL(f'DROP TABLE {t}' for t in range(100))",
]


@pytest.mark.parametrize("operation", DECIDED_LATER)
def test_what_is_decided_when_it_runs_is_said(operation: str) -> None:
    assert migration(file_of(operation, before=WRITTEN), PATH, others=BEFORE).missing is not None
