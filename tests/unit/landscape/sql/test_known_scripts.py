"""The scripts that were there are read together and once."""

from tests.unit.landscape.held import Held

from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import CreateTable
from weighbridge.landscape.sql.known_types import KnownScripts
from weighbridge.landscape.tree import Tree


def known(texts: dict[str, str]) -> tuple[KnownScripts, Held]:
    """Scripts at these paths."""
    oids = {path: ObjectId(f"{n:040x}") for n, path in enumerate(texts)}
    blobs = Held({oids[path]: text.encode() for path, text in texts.items()})
    tree = Tree.of(Blob(path=RepoPath(path), mode=Mode.REGULAR, oid=oid) for path, oid in oids.items())
    return KnownScripts(lambda: tree, blobs, apart=()), blobs


def test_many_scripts_are_read_together_and_none_of_them_twice() -> None:
    texts = {f"migrations/{n:03}_a.sql": f"CREATE TABLE t{n} (id integer);" for n in range(200)}
    scripts, blobs = known(texts)

    acts = [*scripts.acts_on("t7", Dialect.POSTGRES), *scripts.acts_on("t8", Dialect.POSTGRES)]

    assert [act.table for act in acts if isinstance(act, CreateTable)] == ["t7", "t8"]
    assert (len(blobs.together), len(blobs.alone)) == (200, 0)


def test_a_script_too_large_to_be_read_with_others_is_read_by_itself() -> None:
    filled = "".join(f"INSERT INTO t1 VALUES ({n});\n" for n in range(1_000))
    scripts, blobs = known(
        {"migrations/1.sql": f"CREATE TABLE t1 (id integer);\n{filled}", "migrations/2.sql": "SELECT 1;"}
    )

    assert scripts.makes("t1", Dialect.POSTGRES)
    assert blobs.alone == [ObjectId("0" * 40)]


def test_of_more_text_than_is_looked_through_the_latest_scripts_count() -> None:
    large = "-- " + "x" * 900_000 + "\n"
    texts = {f"migrations/{n:03}.sql": f"CREATE TABLE t{n} (id integer);\n{large}" for n in range(40)}
    scripts, _ = known(texts)

    assert scripts.makes("t39", Dialect.POSTGRES)
    assert not scripts.makes("t0", Dialect.POSTGRES)
