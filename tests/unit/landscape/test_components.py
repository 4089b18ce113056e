"""Which components a tree consists of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.landscape.trees import Tree, names_by_root

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import AreaLevel, ComponentKind
from weighbridge.landscape.components.find import find_components
from weighbridge.landscape.components.weighing import weigh_by_use
from weighbridge.landscape.description import DeclaredArea, DeclaredComponent, SystemDescription
from weighbridge.landscape.owners.model import CodeOwners
from weighbridge.landscape.owners.read import read_owners


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
    assert names_by_root(found) == {"": "root", "catalog": "catalog", "web": "web"}
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
    assert names_by_root(tree.components()) == {"": "root", "x/api": "api (x/api)", "y/api": "api (y/api)"}


@pytest.mark.parametrize(
    ("files", "root"),
    [
        ({"a/x.py": "", "b/y.py": "", "README.md": ""}, "root"),
        ({"Cargo.toml": '[workspace]\nmembers = ["a"]\n', "a/Cargo.toml": '[package]\nname = "a"\n'}, "root"),
        ({"package.json": '{"name": "all", "workspaces": ["a"]}', "a/package.json": '{"name": "a"}'}, "all"),
        ({"package.json": '{"name": "a", "workspaces": ["a"]}', "a/package.json": '{"name": "a"}'}, "root"),
        ({"package.json": '{"workspaces": ["root"]}', "root/package.json": '{"name": "root"}'}, "root (/)"),
    ],
    ids=["folders", "a workspace without a name", "a workspace's own name", "a member's name", "a member called root"],
)
def test_what_lies_in_no_component_is_called_as_the_tree_says_and_root_otherwise(
    files: dict[str, str], root: str
) -> None:
    found = Tree(files).components()
    assert found.fallback.name == root
    assert len({c.name for c in found.components}) == len(found.components)


def declared(*components: DeclaredComponent) -> SystemDescription:
    return SystemDescription(components=components)


def test_people_draw_the_line_and_a_manifest_inside_does_not_move_it() -> None:
    tree = Tree({"pay/api/package.json": '{"name": "pay-api"}', "pay/db/package.json": '{"name": "pay-db"}'})
    found = tree.components(declared(DeclaredComponent(name="payments", paths=("pay",), tier=1, line=3)))
    component = found.component_of(RepoPath("pay/db/package.json"))
    assert (component.name, component.tier.value, component.tier.declared) == ("payments", 1, True)
    assert component.provides == ("pkg:npm/pay-api", "pkg:npm/pay-db")
    assert component.source == "system.yaml:3"


def test_a_declared_glob_is_made_of_the_folders_it_matches() -> None:
    tree = Tree({"libs/pay-a/x.py": "", "libs/pay-b/x.py": "", "libs/other/x.py": ""})
    found = tree.components(declared(DeclaredComponent(name="pay", paths=("libs/pay-*",))))
    assert found.component_of(RepoPath("libs/pay-b/x.py")).name == "pay"
    assert found.component_of(RepoPath("libs/other/x.py")).name != "pay"


def test_a_declared_file_belongs_to_its_component() -> None:
    found = Tree({"lib/a.py": "", "lib/b.py": ""}).components(
        declared(DeclaredComponent(name="b", paths=("lib/b.py",)))
    )
    assert (found.component_of(RepoPath("lib/b.py")).name, found.component_of(RepoPath("lib/a.py")).name) == (
        "b",
        "lib",
    )


@pytest.mark.parametrize(
    ("folder", "tier", "level"),
    [
        ("payments", 1, AreaLevel.HIGH),
        ("authService", 1, AreaLevel.HIGH),
        ("checkoutservice", 1, AreaLevel.HIGH),
        ("docs", 3, AreaLevel.LOW),
        ("tools", 3, AreaLevel.LOW),
        ("payments-ui", 3, AreaLevel.LOW),
        ("catalog", 2, AreaLevel.MEDIUM),
        ("author-pages", 2, AreaLevel.MEDIUM),
        ("identity", 2, AreaLevel.MEDIUM),
        ("internal/session", 2, AreaLevel.MEDIUM),
        ("identity-provider", 1, AreaLevel.HIGH),
        ("user-sessions", 1, AreaLevel.HIGH),
    ],
)
def test_criticality_is_inferred_from_words_and_says_so(folder: str, tier: int, level: AreaLevel) -> None:
    component = Tree({f"{folder}/a.py": "", "other/b.py": ""}).components().component_of(RepoPath(f"{folder}/a.py"))
    assert (component.tier.value, component.area.value) == (tier, level)
    assert component.tier.reason
    assert not component.tier.declared


@pytest.mark.parametrize(
    ("files", "tier", "words"),
    [
        (
            {"identity/package.json": '{"name": "identity", "dependencies": {"passport-jwt": "1"}}'},
            1,
            "`identity` in its name or path and pkg:npm/passport-jwt, which it requires, speak of identity",
        ),
        (
            {"identity/package.json": '{"name": "identity", "dependencies": {"left-pad": "1"}}'},
            2,
            "`identity` in its name or path can mean much, and nothing else speaks for more or less",
        ),
        (
            {"docker-compose.yml": "services:\n  identity:\n    build: ./identity\n", "identity/a.py": ""},
            1,
            "`identity` in its name or path, as that of a service, speaks of identity",
        ),
        ({"identity/a.py": "", "other/b.py": ""}, 2, "can mean much"),
    ],
)
def test_a_word_that_can_mean_much_needs_another_sign(files: dict[str, str], tier: int, words: str) -> None:
    component = Tree(files).components().named("identity")

    assert component is not None
    assert (component.tier.value, words in component.tier.reason) == (tier, True), component.tier.reason


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("src/flask/sessions.py", AreaLevel.HIGH),
        ("shop/auth/session.py", AreaLevel.HIGH),
        ("internal/session/store.go", AreaLevel.MEDIUM),
        ("identity/identity.go", AreaLevel.MEDIUM),
        ("orm/identity_map.py", AreaLevel.MEDIUM),
    ],
)
def test_a_path_with_a_word_that_can_mean_much_is_told_by_what_stands_beside_it(path: str, level: AreaLevel) -> None:
    found = Tree({path: "", "other/b.py": ""}).components()

    assert found.area_of(RepoPath(path)).value is level


def test_what_many_lean_on_is_critical_and_says_how_many() -> None:
    files = {f"p{n}/package.json": f'{{"name": "p{n}", "dependencies": {{"base": "1"}}}}' for n in range(6)}
    base = Tree({**files, "base/package.json": '{"name": "base"}'}).components().named("base")
    assert base is not None
    assert (base.tier.value, base.tier.reason) == (1, "6 of 7 other components lean on it")


def test_use_known_from_code_lifts_what_nothing_else_was_known_of() -> None:
    found = Tree({f"{name}/a.py": "" for name in ("base", "docs", "a", "b", "c", "d", "e")}).components()
    lifted = weigh_by_use(found, {"base": 6, "docs": 6})
    assert lifted.component_of(RepoPath("base/a.py")).tier.value == 1
    assert lifted.component_of(RepoPath("docs/a.py")).tier.value == 3


def test_an_area_is_declared_for_paths_else_told_by_the_nearest_word() -> None:
    areas = (DeclaredArea(paths=("pricing/**",), level=AreaLevel.HIGH, reason="money"),)
    found = Tree({"pricing/a.py": "", "shop/migrations/1.py": "", "shop/a.py": ""}).components(
        SystemDescription(areas=areas)
    )
    assert (found.area_of(RepoPath("pricing/a.py")).value, found.area_of(RepoPath("pricing/a.py")).reason) == (
        AreaLevel.HIGH,
        "money",
    )
    assert found.area_of(RepoPath("shop/migrations/1.py")).value is AreaLevel.HIGH
    assert found.area_of(RepoPath("shop/a.py")).value is AreaLevel.MEDIUM


def test_owners_come_from_codeowners_where_nobody_declares_them() -> None:
    tree = Tree({"pay/a.py": "", "web/b.py": ""})
    owners = read_owners(b"* @all\n/pay/ @pay\n/pay/*.md @docs\n", RepoPath("CODEOWNERS"))
    assert isinstance(owners, CodeOwners)
    web = declared(DeclaredComponent(name="web", paths=("web",), owners=("@web",)))
    found = find_components(tree.paths, tree.read, declared=web, owners=owners)
    assert found.component_of(RepoPath("pay/a.py")).owners == ("@pay",)
    assert found.component_of(RepoPath("web/b.py")).owners == ("@web",)


def test_a_hostile_name_is_made_fit_to_show() -> None:
    found = Tree({"a/package.json": '{"name": "x\\u001b[31m\\u202e\\n y"}'}).components()
    assert names_by_root(found)["a"] == "x[31m y"


@given(
    st.lists(
        st.sampled_from(["a", "b/c", "b/package.json", "x/go.mod", "x/y/z.py", "main.tf", "docs/a.md"]), unique=True
    )
)
def test_every_path_has_one_component_and_the_order_of_paths_does_not_matter(paths: list[str]) -> None:
    files = {path: '{"name": "n"}' if path.endswith("json") else "module e.com/m\n" for path in paths}
    tree = Tree(files)
    one = find_components([RepoPath(p) for p in paths], tree.read)
    other = find_components([RepoPath(p) for p in reversed(paths)], tree.read)
    assert one == other
    assert all(one.component_of(RepoPath(path)) in one.components for path in paths)
    names = [component.name for component in one.components]
    assert len(names) == len(set(names))
