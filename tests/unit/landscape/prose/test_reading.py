"""What documents of each format name: with its line, its statement, and how it is marked."""

import pytest
from hypothesis import given, strategies
from tests.unit.growing import MOST, growth

from weighbridge.landscape.prose.mentions import Marking, Mention, MentionKind
from weighbridge.landscape.prose.reading import MOST_MENTIONS, read_prose
from weighbridge.landscape.prose.standing import Standing, is_document, standing_of


def named_in(text: str, path: str = "docs/page.md") -> list[tuple[int, str, str]]:
    return [(each.line, each.kind, each.name) for each in read_prose(path, text.encode()).mentions]


def only(text: str, path: str = "docs/page.md") -> Mention:
    (mention,) = read_prose(path, text.encode()).mentions
    return mention


@pytest.mark.parametrize(
    ("span", "kind", "name"),
    [
        ("services/api/main.go", "path", "services/api/main.go"),
        ("services/api/main.go:12", "path", "services/api/main.go"),
        ("settings.toml", "path", "settings.toml"),
        ("round_amount()", "symbol", "round_amount"),
        ("Money.fromMinor", "symbol", "Money.fromMinor"),
        ("DATABASE_URL", "setting", "DATABASE_URL"),
        ("$DATABASE_URL", "setting", "DATABASE_URL"),
        ("POOL_SIZE=50", "setting", "POOL_SIZE"),
        ("--dry-run", "flag", "--dry-run"),
        ("--limit=5", "flag", "--limit"),
        ("GET /orders/{id}", "endpoint", "GET /orders/{id}"),
        ("/regions/popular", "endpoint", "/regions/popular"),
        ("make lint", "command", "make lint"),
        ("npm run build", "command", "npm run build"),
    ],
)
def test_a_code_span_is_told_by_its_form(span: str, kind: str, *, name: str) -> None:
    mention = only(f"Look at `{span}` first.\n")

    assert (mention.kind, mention.name, mention.marking) == (kind, name, Marking.SPAN)


@pytest.mark.parametrize(
    "span", ["update", "main", "path/to/file.py", "my_module", "<name>", "foo.py", "src/*.py", "a b c", "..."]
)
def test_a_word_or_a_placeholder_names_nothing(span: str) -> None:
    assert named_in(f"Look at `{span}` first.\n") == []


def test_a_table_is_told_by_the_word_beside_it() -> None:
    assert named_in("Regions come from the `regions` table.\n") == [(1, "table", "regions")]


def test_the_statement_is_the_sentence_that_holds_the_name() -> None:
    mention = only("# Pool\n\nIt is small. The size stands\nin `config/pool.yaml` alone. Do not raise it.\n")

    assert (mention.line, mention.statement) == (4, "The size stands in `config/pool.yaml` alone.")


def test_each_item_of_a_list_is_a_statement_of_its_own() -> None:
    found = read_prose("a.md", b"- first `a/b.py`\n- second `c/d.py`\n").mentions

    assert [each.statement for each in found] == ["first `a/b.py`", "second `c/d.py`"]


def test_links_lead_to_files_or_to_hosts() -> None:
    text = "See [it](../src/app.py#L3), [there](https://docs.example.org/a) and [below](#more).\n"

    assert named_in(text) == [(1, "path", "../src/app.py"), (1, "host", "docs.example.org")]


def test_a_fence_is_read_for_what_a_shell_runs_and_for_nothing_else() -> None:
    text = "```console\n$ make seed && ./bin/load.sh --all\nDATABASE_URL is not set\n```\n\n```python\nimport a_module\n```\n"

    assert named_in(text) == [(2, "command", "make seed"), (2, "path", "bin/load.sh")]


def test_comments_and_front_matter_are_not_read() -> None:
    assert named_in("---\ntitle: `a/b.py`\n---\n<!-- `c/d.py`\n`e/f.py` -->\n`g/h.py`\n") == [(6, "path", "g/h.py")]


def test_restructured_text_is_read_by_its_roles_links_and_directives() -> None:
    text = (
        "Pool\n====\n\nSet :envvar:`POOL_SIZE` in ``config/pool.yaml``, see `the page <other/page.rst>`_.\n\n"
        ".. code-block:: bash\n\n   make pool\n\n.. note:: Ask :func:`pool.drain_all` first.\n\n.. ``not/read.py``\n"
    )

    assert named_in(text, "docs/pool.rst") == [
        (4, "setting", "POOL_SIZE"),
        (4, "path", "config/pool.yaml"),
        (4, "path", "other/page.rst"),
        (8, "command", "make pool"),
        (10, "symbol", "pool.drain_all"),
    ]


def test_asciidoc_is_read_by_its_listings_and_links() -> None:
    text = "= Pool\n\nSee `config/pool.yaml` and link:../src/pool.go[it].\n\n[source,bash]\n----\nmake pool\n----\n// `c/d.py`\n"

    assert named_in(text, "docs/pool.adoc") == [
        (3, "path", "config/pool.yaml"),
        (3, "path", "../src/pool.go"),
        (7, "command", "make pool"),
    ]


def test_a_page_that_a_wiki_exports_is_read_without_its_scripts() -> None:
    text = (
        "<html><head><script>var x = '`a/b.py`'</script></head><body>\n<h1>Pool</h1>\n"
        "<p>The size stands in <code>config/pool.yaml</code>,\nsee <a href='../src/pool.go'>it</a>.</p>\n<pre>$ make pool</pre>\n"
    )

    assert named_in(text, "wiki/pool.html") == [
        (3, "path", "config/pool.yaml"),
        (3, "path", "../src/pool.go"),
        (5, "command", "make pool"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "`a/b.py` was removed.",
        "## Migrating from 1.x\n\nUse `a/b.py`.",
        "`a/b.py` is no longer read.",
        "`a/b.py` -> `c/d.py`",
    ],
)
def test_a_statement_about_another_time_says_so(text: str) -> None:
    assert all(each.is_past for each in read_prose("docs/a.md", text.encode()).mentions)


@pytest.mark.parametrize("text", ["Rows in production come from `a/b.py`.", "`a/b.py` holds the output of none."])
def test_everyday_words_are_of_no_other_time(text: str) -> None:
    assert not only(text).is_past


@pytest.mark.parametrize(
    ("path", "text", "standing"),
    [
        ("docs/run.md", "# Run it", Standing.LIVING),
        ("CHANGELOG.md", "# 1.2", Standing.HISTORY),
        ("docs/adr/0001-a.md", "# A", Standing.HISTORY),
        ("docs/old/run.md", "# Run it", Standing.HISTORY),
        ("docs/run.md", "> **Archived**: see the wiki", Standing.HISTORY),
        ("docs/api.md", "<!-- generated by docgen, do not edit -->", Standing.GENERATED),
        ("vendor/lib/README.md", "# Lib", Standing.FOREIGN),
        ("examples/shop/README.md", "# Shop", Standing.FOREIGN),
        ("README.ja.md", "# Run it", Standing.TRANSLATED),
        ("docs/de/run.md", "# Run it", Standing.TRANSLATED),
    ],
)
def test_what_a_document_is_to_its_readers_is_told_by_its_place_and_its_beginning(
    path: str, text: str, *, standing: Standing
) -> None:
    assert standing_of(path, text) is standing


@pytest.mark.parametrize(
    "path", ["LICENSE.md", "src/page.html", "docs/templates/a.html", "notes.py", "requirements.txt"]
)
def test_what_nobody_reads_to_learn_of_the_tree_is_no_document(path: str) -> None:
    assert not is_document(path)


def test_a_document_that_names_thousands_of_things_is_cut_and_that_is_said() -> None:
    prose = read_prose("a.md", "\n\n".join(f"`a/b{n}.py`" for n in range(MOST_MENTIONS + 10)).encode())

    assert (len(prose.mentions), prose.is_cut) == (MOST_MENTIONS, True)


@pytest.mark.parametrize("ending", ["md", "rst", "adoc", "html"])
@pytest.mark.parametrize(
    "piece",
    [
        "`",
        "`a",
        "[",
        "](a ",
        "a/",
        "http://",
        "<",
        "<a href='",
        "<!--",
        ":a:`",
        "> ",
        "\n",
        "a\n=\n",
        ".. a::\n",
        "A. ",
    ],
)
def test_hostile_text_takes_no_more_than_its_length(ending: str, piece: str) -> None:
    def work(size: int) -> object:
        text = piece * size
        return read_prose(f"docs/a.{ending}", text.encode()), standing_of(f"docs/a.{ending}", text)

    assert growth(work, 2_000) < MOST


@given(strategies.text(max_size=400), strategies.sampled_from(["md", "rst", "adoc", "html", "txt"]))
def test_any_text_is_read_and_every_mention_stands_on_a_line_of_it(text: str, ending: str) -> None:
    prose = read_prose(f"docs/a.{ending}", text.encode("utf-8", "replace"))

    assert all(1 <= each.line <= text.count("\n") + 1 for each in prose.mentions)
    assert all(each.kind in MentionKind for each in prose.mentions)
