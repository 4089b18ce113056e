"""Which components a tree consists of."""

from tests.unit.landscape.trees import Tree, names_by_root

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import ComponentKind


def test_the_nearest_manifest_makes_the_component() -> None:
    tree = Tree(
        {
            "package.json": '{"name": "shop", "workspaces": ["packages/*"]}',
            "packages/cart/package.json": '{"name": "@shop/cart"}',
            "packages/cart/src/index.ts": "",
            "services/pay/go.mod": "module example.com/shop/pay\n",
            "services/pay/cmd/main.go": "",
            "README.md": "",
        }
    )
    found = tree.components()
    assert found.component_of(RepoPath("packages/cart/src/index.ts")).name == "@shop/cart"
    assert found.component_of(RepoPath("services/pay/cmd/main.go")).name == "pay"
    assert found.component_of(RepoPath("README.md")).name == "shop"


def test_without_manifests_top_level_folders_stand_in() -> None:
    found = Tree({"catalog/a.py": "", "web/b.ts": "", "setup.sh": ""}).components()
    assert names_by_root(found) == {"": "shop", "catalog": "catalog", "web": "web"}
    assert found.component_of(RepoPath("web/b.ts")).kind is ComponentKind.FOLDER


def test_an_empty_tree_has_its_fallback() -> None:
    found = Tree({}).components()
    assert found.component_of(RepoPath("anything")) is found.fallback


def test_a_dependency_on_a_sibling_is_known_with_its_line() -> None:
    tree = Tree(
        {
            "a/package.json": '{\n"name": "a",\n"dependencies": {\n"b": "^1"\n}\n}',
            "b/package.json": '{"name": "b"}',
        }
    )
    (dependency,) = tree.components().dependencies
    assert (dependency.source, dependency.target, dependency.path, dependency.line) == ("a", "b", "a/package.json", 4)


def test_vendored_folders_hold_no_components() -> None:
    tree = Tree({"package.json": '{"name": "app"}', "node_modules/x/package.json": '{"name": "x"}'})
    assert [c.name for c in tree.components().components] == ["app"]


def test_a_manifest_that_cannot_be_read_is_listed_and_its_folder_still_has_a_component() -> None:
    found = Tree({"a/package.json": "{", "a/x.js": "", "b/package.json": None, "b/y.js": ""}).components()
    assert [u.path for u in found.unread] == ["a/package.json", "b/package.json"]
    assert names_by_root(found)["a"] == "a"


def test_components_of_one_name_are_told_apart_by_path() -> None:
    tree = Tree({"x/api/package.json": '{"name": "api"}', "y/api/package.json": '{"name": "api"}'})
    assert names_by_root(tree.components()) == {"": "shop", "x/api": "api (x/api)", "y/api": "api (y/api)"}
