"""The import graph has no cycle, and the innermost layer leans on nothing but the language."""

import ast
import sys
from pathlib import Path

import grimp
import pytest

import weighbridge

SOURCE = Path(weighbridge.__file__).parent


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("weighbridge", include_external_packages=True, cache_dir=None)


def test_no_module_imports_itself_through_others(graph: grimp.ImportGraph) -> None:
    cycles = [
        " -> ".join((*chain, module))
        for module in sorted(graph.modules)
        if not graph.is_module_squashed(module)
        for imported in sorted(graph.find_modules_directly_imported_by(module))
        if (chain := graph.find_shortest_chain(importer=imported, imported=module)) and imported != module
    ]

    assert not cycles


def test_the_domain_imports_only_the_standard_library_and_the_library_of_values(graph: grimp.ImportGraph) -> None:
    domain = {"weighbridge.domain", *graph.find_descendants("weighbridge.domain")}
    imported = {name for module in domain for name in graph.find_modules_directly_imported_by(module)}

    outside = {name.partition(".")[0] for name in imported - domain}
    assert outside - sys.stdlib_module_names <= {"msgspec"}


def test_requests_over_the_network_are_made_by_adapters_and_entry_points_only() -> None:
    outside = [
        str(path.relative_to(SOURCE))
        for path in sorted(SOURCE.rglob("*.py"))
        if path.relative_to(SOURCE).parts[0] not in ("adapters", "entrypoints") and "urllib.request" in imports_of(path)
    ]

    assert outside == []


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        match node:
            case ast.Import(names=aliases):
                names |= {alias.name for alias in aliases}
            case ast.ImportFrom(module=str(module), names=aliases, level=0):
                names |= {module, *(f"{module}.{alias.name}" for alias in aliases)}
    return names
