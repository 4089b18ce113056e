"""Django's operations as what they do to a database."""

import pytest
from tests.unit.landscape.migrated import migration, said, sql_change, unread

from weighbridge.facts.sql.acts import ChangeType, Type
from weighbridge.landscape.sql.migrations import Together

FIRST = """
from django.db import migrations, models
import django.db.models.deletion

class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Book",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("title", models.CharField(max_length=100, null=True)),
                ("pages", models.IntegerField(default=0)),
                ("isbn", models.CharField(max_length=13)),
                ("author", models.ForeignKey(to="library.Author", on_delete=models.CASCADE)),
                ("tags", models.ManyToManyField(to="library.Tag")),
            ],
            options={"unique_together": {("title", "isbn")}},
        ),
    ]
"""
PATH = "library/migrations/0002_next.py"
BEFORE = {"library/migrations/0001_initial.py": FIRST, "library/migrations/__init__.py": ""}


def file_of(*operations: str, more: str = "", before: str = "") -> str:
    listed = "".join(f"        {operation},\n" for operation in operations)
    head = "from django.db import migrations, models\nfrom django.contrib.postgres.operations import *\n"
    return f"{head}{before}\nclass Migration(migrations.Migration):\n{more}    operations = [\n{listed}    ]\n"


OPERATIONS = [
    ('migrations.DeleteModel("Book")', ["DropTable library_book cascading"]),
    (
        'migrations.AddField("book", "note", models.TextField(null=True))',
        ["AddColumn library_book note text"],
    ),
    (
        'migrations.AddField("book", "note", models.TextField(default=""))',
        ["AddColumn library_book note text not null default ''", "SetDefault library_book note"],
    ),
    (
        'migrations.AddField("book", "key", models.UUIDField(default=uuid.uuid4))',
        ["AddColumn library_book key uuid not null default '…'", "SetDefault library_book key"],
    ),
    (
        'migrations.AddField("book", "key", models.UUIDField(db_default=RandomUUID()))',
        ["AddColumn library_book key uuid not null default gen_random_uuid()"],
    ),
    (
        'migrations.AddField("book", "made", models.DateTimeField(auto_now_add=True))',
        ["AddColumn library_book made timestamp with time zone not null default now()", "SetDefault library_book made"],
    ),
    (
        'migrations.AddField("book", "rank", models.IntegerField())',
        ["AddColumn library_book rank integer not null"],
    ),
    (
        'migrations.AddField("book", "shelf", models.ForeignKey(null=True, to="library.Shelf", on_delete=models.CASCADE))',
        [
            "AddColumn library_book shelf_id bigint foreign key -> library_shelf",
            "CreateIndex library_book shelf_id",
        ],
    ),
    (
        ('migrations.AddField("book", "shelf", models.ForeignKey(null=True, to="halls.Shelf", db_index=False,' " db_constraint=False, on_delete=models.CASCADE))"),
        ["AddColumn library_book shelf_id bigint"],
    ),
    (
        'migrations.AddField("book", "cover", models.OneToOneField(null=True, to="Cover", on_delete=models.CASCADE))',
        ["AddColumn library_book cover_id bigint unique foreign key -> library_cover"],
    ),
    (
        'migrations.AddField("book", "slug", models.SlugField(null=True, unique=True))',
        ["AddColumn library_book slug varchar(50) unique"],
    ),
    (
        'migrations.AddField("book", "size", models.GeneratedField(expression=F("pages"), output_field=models.IntegerField(), db_persist=True))',
        ["AddColumn library_book size integer stored"],
    ),
    (
        'migrations.AddField("book", "names", ArrayField(models.CharField(max_length=9), null=True))',
        ["AddColumn library_book names varchar(9)[]"],
    ),
    ('migrations.AddField("book", "readers", models.ManyToManyField(to="auth.User"))', ["CreateTable library_book_readers"]),
    ('migrations.AddField("book", "labels", taggit.managers.TaggableManager(through="x.Y", to="x.Z"))', []),
    ('migrations.RemoveField("book", "pages")', ["DropColumn library_book pages"]),
    ('migrations.RemoveField("book", "author")', ["DropColumn library_book author_id"]),
    ('migrations.RemoveField("book", "tags")', ["DropTable library_book_tags cascading"]),
    ('migrations.RenameField("book", "pages", "length")', ["RenameColumn library_book pages length"]),
    ('migrations.RenameField("book", "author", "writer")', ["RenameColumn library_book author_id writer_id"]),
    ('migrations.RenameModel("Book", "Volume")', ["RenameTable library_book library_volume"]),
    ('migrations.AlterModelTable("book", "volumes")', ["RenameTable library_book volumes"]),
    (
        'migrations.AlterField("book", "title", models.CharField(max_length=200, null=True))',
        ["ChangeType library_book title varchar(200)"],
    ),
    ('migrations.AlterField("book", "title", models.CharField(max_length=100, null=True, help_text="x"))', []),
    ('migrations.AlterField("book", "title", models.CharField(max_length=100))', ["SetNotNull library_book title"]),
    (
        'migrations.AlterField("book", "title", models.CharField(max_length=100, default=""))',
        ["Update library_book title where title IS NULL", "SetNotNull library_book title"],
    ),
    (
        'migrations.AlterField("book", "isbn", models.CharField(max_length=13, null=True))',
        ["DropNotNull library_book isbn"],
    ),
    (
        'migrations.AlterField("book", "isbn", models.CharField(max_length=13, unique=True))',
        ["AddConstraint library_book unique"],
    ),
    (
        'migrations.AlterField("book", "isbn", models.CharField(max_length=13, db_index=True))',
        ["CreateIndex library_book isbn"],
    ),
    (
        'migrations.AlterField("book", "id", models.AutoField(primary_key=True))',
        ["ChangeType library_book id integer"],
    ),
    (
        'migrations.AlterUniqueTogether("book", {("title", "pages")})',
        ["DropConstraint library_book unique (title, isbn) title, isbn", "AddConstraint library_book unique"],
    ),
    ('migrations.AlterIndexTogether(name="book", index_together={("title", "isbn")})', ["CreateIndex library_book title, isbn"]),
    (
        'migrations.AddIndex("book", models.Index(fields=["-title", "author"], name="by_title"))',
        ["CreateIndex library_book by_title title, author_id"],
    ),
    (
        'AddIndexConcurrently("book", models.Index(fields=["title"], name="by_title"))',
        ["CreateIndex library_book by_title title concurrent"],
    ),
    ('migrations.RemoveIndex("book", "by_title")', ["DropIndex library_book by_title"]),
    ('RemoveIndexConcurrently("book", "by_title")', ["DropIndex library_book by_title concurrent"]),
    (
        'migrations.AddConstraint("book", models.CheckConstraint(condition=models.Q(title__isnull=False), name="c"))',
        ["AddConstraint library_book check title IS NOT NULL"],
    ),
    (
        'AddConstraintNotValid("book", models.CheckConstraint(check=models.Q(pages__gte=0), name="c"))',
        ["AddConstraint library_book check pages >= 0 not valid"],
    ),
    ('ValidateConstraint("book", "c")', ["ValidateConstraint library_book c"]),
    ('migrations.RemoveConstraint("book", "c")', ["DropConstraint library_book c"]),
    (
        'migrations.AddConstraint("book", models.UniqueConstraint(fields=["isbn"], name="u"))',
        ["AddConstraint library_book unique"],
    ),
    (
        'migrations.AddConstraint("book", models.UniqueConstraint(fields=["isbn"], condition=models.Q(pages=1), name="u"))',
        ["CreateIndex library_book u isbn unique where pages = 1"],
    ),
    ('migrations.AlterModelOptions("book", {"ordering": ["title"]})', ["Remark state"]),
    ('migrations.RunSQL("DROP TABLE old; UPDATE book SET pages = 0", reverse_sql="CREATE TABLE old ()")', ["DropTable old", "Update book pages"]),
    ('migrations.RunSQL([("DELETE FROM book WHERE id = %s", [1])])', ["Delete book where id = %s"]),
    ("migrations.RunPython(migrations.RunPython.noop)", []),
    (
        (
            "migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('DROP TABLE old')],"
            " state_operations=[migrations.DeleteModel('Book')])"
        ),
        ["DropTable old"],
    ),
    ("migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel('Book')])", []),
    ("TrigramExtension()", ["Create extension trigram"]),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "acts"), OPERATIONS)
def test_an_operation_is_what_it_does(operation: str, acts: list[str]) -> None:
    found = migration(file_of(operation), PATH, others=BEFORE)

    assert said(found) == acts
    assert unread(found) == []


def test_a_model_is_made_with_its_columns_and_the_tables_of_many_to_many() -> None:
    found = migration(FIRST, "library/migrations/0001_initial.py")

    assert said(found) == [
        (
            "CreateTable library_book id bigint identity primary key, title varchar(100), pages integer not null default 0,"
            " isbn varchar(13) not null, author_id bigint not null foreign key -> library_author"
        ),
        "CreateTable library_book_tags",
    ]


def test_the_label_of_an_app_is_what_its_configuration_says() -> None:
    others = {"shop/apps.py": 'class Shop(AppConfig):\n    name = "shop"\n    label = "store"\n'}

    found = migration(file_of('migrations.DeleteModel("Order")'), "shop/migrations/0001_initial.py", others=others)

    assert said(found) == ["DropTable store_order cascading"]


def test_a_table_that_a_model_names_is_that_table() -> None:
    first = file_of(
        'migrations.CreateModel("Order", [("id", models.AutoField(primary_key=True))], options={"db_table": "orders"})'
    )

    found = migration(
        file_of('migrations.RemoveField("order", "note")'), PATH, others={"library/migrations/0001_initial.py": first}
    )

    assert said(found) == ["DropColumn orders note"]


def test_what_a_field_was_is_followed_through_other_names() -> None:
    others = {
        **BEFORE,
        "library/migrations/0002_a.py": file_of('migrations.RenameModel("Book", "Volume")'),
        "library/migrations/0003_b.py": file_of('migrations.RenameField("volume", "title", "name")'),
    }

    found = migration(
        file_of('migrations.AlterField("volume", "name", models.TextField(null=True))'),
        "library/migrations/0004_c.py",
        others=others,
    )

    assert said(found) == ["ChangeType library_volume name text"]
    (act,) = found.deeds[0].acts
    assert isinstance(act, ChangeType)
    assert act.was == Type("varchar", ("100",))


def test_names_that_go_in_a_circle_end() -> None:
    others = {
        "library/migrations/0001_a.py": file_of('migrations.RenameModel("A", "B")'),
        "library/migrations/0002_b.py": file_of('migrations.RenameModel("B", "A")'),
    }

    found = migration(
        file_of('migrations.AlterField("a", "x", models.TextField())'), "library/migrations/0003_c.py", others=others
    )

    assert unread(found) == [(6, "what `x` of `a` was before is in no migration here")]


CODE = """
def fill(apps, schema_editor):
    Book = apps.get_model("library", "Book")
    Book.objects.filter(title="").update(title=None)
    for book in Book.objects.all():
        book.save()
    Book.objects.all().delete()
    Book.objects.filter(pk__in=[1, 2]).update(pages=1)
    helper(Book)
    schema_editor.execute("DROP TABLE old")

def helper(model):
    model.objects.create()
"""


def test_code_that_is_run_says_what_it_does_to_rows() -> None:
    found = migration(file_of("migrations.RunPython(fill, reverse_code=fill)", before=CODE), PATH, others=BEFORE)

    assert said(found) == [
        "Run python",
        "Update library_book title where title = ''",
        "Update library_book limited in_turn",
        "Delete library_book",
        "Update library_book pages where pk IN (1, 2) limited",
        "Insert library_book",
        "DropTable old",
    ]
    assert len(found.undoing) == len(found.deeds)


def test_code_of_a_module_beside_it_is_read_there() -> None:
    others = {**BEFORE, "library/migrations/_fill.py": CODE}
    text = file_of(
        "migrations.RunPython(_fill.helper)",
        "migrations.RunPython(_fill.fill)",
        before="from library.migrations import _fill\n",
    )

    found = migration(text, PATH, others=others)

    assert "Delete library_book" in said(found)
    assert {deed.line for deed in found.deeds} == {7, 8}


UNREAD = [
    ("migrations.RunPython(elsewhere.fill)", "the code that it runs stands in another file"),
    ('migrations.RunSQL(f"DROP TABLE {table}")', "its SQL is put together when it runs"),
    ('migrations.RunSQL("DROP TABLE %s" % table)', "its SQL is put together when it runs"),
    ("migrations.RunSQL(load('a.sql'))", "its SQL is not written here"),
    ("AddTrigger(model_name='book')", "what the operation `AddTrigger` does is not known here"),
    ("*more_operations()", "what the operation `more_operations` does is not known here"),
    ('migrations.AlterField("book", "gone", models.TextField())', "what `gone` of `book` was before is in no migration here"),
    ("migrations.RemoveField(name, 'x')", "a name is not written here"),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "why"), UNREAD)
def test_what_is_not_written_there_is_said_with_its_line(operation: str, why: str) -> None:
    found = migration(file_of("migrations.DeleteModel('Other')", operation), PATH, others=BEFORE)

    assert why in [each for _, each in unread(found)]
    assert found.missing is not None
    assert found.missing.reason == "unparsed"


def test_operations_that_are_made_in_a_loop_are_not_taken_for_none() -> None:
    text = file_of().replace("operations = [\n    ]", "operations = [migrations.DeleteModel(m) for m in MODELS]")

    assert [why for _, why in unread(migration(text, PATH))] == ["a name is not written here"]


def test_a_migration_is_atomic_unless_it_says_otherwise() -> None:
    assert migration(file_of(), PATH).together is Together.YES
    assert migration(file_of(more="    atomic = False\n"), PATH).together is Together.NO


def test_what_replaces_others_is_not_done_where_they_were() -> None:
    text = file_of('migrations.DeleteModel("Book")', more='    replaces = [("library", "0001_initial")]\n')

    assert said(migration(text, PATH, others=BEFORE)) == []


def test_lines_are_those_of_the_source() -> None:
    text = file_of('migrations.RunSQL("""\n            DROP TABLE a;\n            DROP TABLE b\n        """)')

    assert [deed.line for deed in migration(text, PATH).deeds] == [7, 8]


NO_MIGRATIONS = {
    "library/migrations/helpers.py": "def fill():\n    pass\n",
    "library/models.py": FIRST,
    "library/migrations/__init__.py": "",
    "tests/migrations/0001_initial.py": FIRST,
}


@pytest.mark.parametrize("path", NO_MIGRATIONS)
def test_other_files_are_no_migrations(path: str) -> None:
    assert sql_change(NO_MIGRATIONS[path], path).migrations == ()


def test_what_is_unique_together_is_compared_with_what_the_same_file_said_before() -> None:
    text = file_of(
        'migrations.AlterUniqueTogether("book", set())', 'migrations.AlterUniqueTogether("book", {("title", "pages")})'
    )

    assert [each.split(" unique")[0] for each in said(migration(text, PATH, others=BEFORE))] == [
        "DropConstraint library_book",
        "AddConstraint library_book",
    ]


def test_a_key_points_at_the_table_that_another_app_said_its_model_has() -> None:
    named = FIRST.replace('"unique_together": {("title", "isbn")}', '"db_table": "volume"')
    text = file_of('migrations.AddField("loan", "book", models.ForeignKey(to="library.Book", null=True))')
    others = {"lib/library/migrations/0001_initial.py": named}

    first, *_ = said(migration(text, "lib/loans/migrations/0002_next.py", others=others))

    assert "volume" in first
    assert "library_book" not in first


FIELDS = """
from django.db import models

class Checked(models.URLField[str, str]):
    default_validators = [*models.URLField.default_validators, is_public]

class Twice(Checked):
    def clean(self, value, instance):
        return super().clean(value, instance)

class Packed(models.CharField):
    def db_type(self, connection):
        return "bytea"

class Mixed(Unseen, models.CharField):
    pass
"""
STATED = """
from django.db import migrations, models
class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(name="Hook", fields=[("url", models.URLField()), ("code", models.CharField(max_length=9))]),
    ]
"""


@pytest.mark.parametrize(
    ("field", "done"),
    [
        ("core.fields.Checked()", []),
        ("core.fields.Twice(null=True)", ["DropNotNull library_hook url"]),
        ("core.fields.Twice(max_length=500)", ["ChangeType library_hook url varchar(500)"]),
        ("core.fields.Packed()", ["ChangeType library_hook url"]),
        ("core.fields.Mixed()", ["ChangeType library_hook url"]),
        ("bought.fields.Checked()", ["ChangeType library_hook url"]),
    ],
)
def test_a_field_of_the_project_is_what_its_class_in_the_tree_says_of_the_column(field: str, done: list[str]) -> None:
    others = {"library/migrations/0001_initial.py": STATED, "core/fields.py": FIELDS}
    text = file_of(f'migrations.AlterField("hook", "url", {field})', before="import core.fields, bought.fields")

    found = migration(text, PATH, others=others)

    assert said(found) == done


INNER = """
class Row(models.Model): pass

def fill(apps, schema_editor):
    class Key(NamedTuple):
        a: int
    rows = {Key(a=1): 2}
"""


def test_a_class_that_a_function_defines_does_nothing_to_the_database() -> None:
    found = migration(file_of("migrations.RunPython(fill, fill)", before=INNER), PATH, others=BEFORE)

    assert unread(found) == []


SETTINGS = {"site/settings/base.py": 'AUTH_USER_MODEL: str = "people.Member"\n'}
TO_USER = "models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True)"


@pytest.mark.parametrize(
    ("settings", "table"),
    [
        (SETTINGS, "people_member"),
        ({}, "auth_user"),
        ({**SETTINGS, "old/settings.py": 'AUTH_USER_MODEL = "old.User"\n'}, "auth_user"),
    ],
)
def test_who_logs_in_is_the_model_that_the_settings_of_the_tree_name(settings: dict[str, str], table: str) -> None:
    text = file_of(f'migrations.AddField("book", "owner", {TO_USER})', before="from django.conf import settings")

    found = migration(text, PATH, others={**BEFORE, **settings})

    assert f"foreign key -> {table}" in " ".join(said(found))


RUNS = """
from django.db import migrations

class OnlyPostgresSQL(migrations.RunSQL):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

class OtherSQL(migrations.RunSQL):
    def __init__(self, sql):
        super().__init__(sql.upper())
"""


@pytest.mark.parametrize(
    ("name", "done"),
    [
        ("core.helpers.OnlyPostgresSQL", ["DropTable library_book"]),
        ("bought.PostgresOnlyRunSQL", ["DropTable library_book"]),
        ("core.helpers.OtherSQL", []),
    ],
)
def test_sql_that_an_operation_of_the_project_only_runs_is_read(name: str, done: list[str]) -> None:
    module, _, last = name.rpartition(".")
    text = file_of(f'{last}("DROP TABLE library_book", reverse_sql="")', before=f"from {module} import {last}")

    found = migration(text, PATH, others={**BEFORE, "core/helpers.py": RUNS})

    assert said(found) == done
    assert bool(unread(found)) == (not done)
