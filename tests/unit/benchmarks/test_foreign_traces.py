"""How places of a trace are found among the functions that we read, and what is scored."""

from pathlib import Path

from benchmarks.foreign_traces import Called, Package, Place, Traced, rows

_TYPESCRIPT = """
export const open = (): number =>
  [1, 2].map((n) => ring(n)).map((n) => n)[0]

function ring(n: number): number {
  return n
}
"""
_GO = """package shop

func Open() func() { return func() { ring() } }

func ring() {}
"""


def place(path: str, first: int, *, last: int, name: str = "") -> Place:
    return Place(path=path, first=first, last=last, name=name)


def package_of(folder: Path, text: str, *, traced: Traced) -> Package:
    path = folder / traced.places[0].path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return Package(folder, traced)


def figures(package: Package) -> dict[str, float]:
    return {row.item.removeprefix(f"recall, {package.name}"): row.figure for row in rows(package)}


def test_functions_of_one_line_are_told_apart_by_their_order(tmp_path: Path) -> None:
    places = [
        place("src/a.ts", 2, last=3, name="open"),
        place("src/a.ts", 3, last=3),
        place("src/a.ts", 3, last=3),
        place("src/a.ts", 5, last=7, name="ring"),
    ]
    edges = [Called(caller=a, callee=b, is_straight=True) for a, b in ((0, 1), (0, 2), (1, 3))]
    package = package_of(tmp_path, _TYPESCRIPT, traced=Traced(sources="src", places=places, edges=edges))

    found = {(package.label(a), package.label(b)) for a, b in package.traced(straight=True)}

    assert len(found) == 3
    assert not any("not ours" in label for edge in found for label in edge)
    assert figures(package)[": without"] == 1.0


def test_a_place_that_we_read_no_function_at_counts_as_missed(tmp_path: Path) -> None:
    places = [place("src/a.ts", 2, last=3, name="open"), place("src/a.ts", 4, last=4, name="gone")]
    edges = [Called(caller=0, callee=1, is_straight=True)]
    package = package_of(tmp_path, _TYPESCRIPT, traced=Traced(sources="src", places=places, edges=edges))

    assert set(figures(package).values()) == {0.0}


def test_edges_through_other_packages_are_scored_apart(tmp_path: Path) -> None:
    places = [place("a.go", 3, last=3, name="Open"), place("a.go", 3, last=3), place("a.go", 5, last=5, name="ring")]
    edges = [Called(caller=1, callee=2, is_straight=True), Called(caller=0, callee=1, is_straight=False)]
    package = package_of(tmp_path, _GO, traced=Traced(sources=".", places=places, edges=edges))

    found = figures(package)

    assert found[": without"] == 1.0
    assert found[", others between too: without"] == 0.5


def test_files_of_tests_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "a_test.go").write_text("package shop\nfunc check() { ring() }\n", "utf-8")
    traced = Traced(sources=".", places=[place("a.go", 3, last=3, name="Open")], edges=[])
    package = package_of(tmp_path, _GO, traced=traced)

    assert {caller.path for caller, _ in package.read(flow=True)} == {"a.go"}
