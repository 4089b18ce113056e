"""What each kind of manifest says of components and of what they lean on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.landscape.trees import Tree, names_by_root

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.manifests.claims import ManifestError
from weighbridge.landscape.manifests.hosts import host_in
from weighbridge.landscape.manifests.readers import manifest_readers, manifests_among
from weighbridge.landscape.manifests.xml_tree import xml_element


def edges(found: ComponentMap) -> set[tuple[str, str]]:
    return {(d.source, d.target) for d in found.dependencies}


def test_a_uv_workspace_knows_its_members_and_their_sources() -> None:
    found = Tree(
        {
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
            "packages/Core_Lib/pyproject.toml": '[project]\nname = "Core.Lib"\n',
            "packages/api/pyproject.toml": (
                '[project]\nname = "api"\ndependencies = [\n  "core_lib>=1",\n  "httpx[http2]",\n]\n'
            ),
        }
    ).components()
    assert edges(found) == {("api", "Core.Lib")}
    api = found.named("api")
    assert api is not None
    assert api.requires == ("pkg:pypi/core-lib", "pkg:pypi/httpx")
    assert found.dependencies[0].line == 4


def test_poetry_path_dependencies_lead_to_folders() -> None:
    tree = Tree(
        {
            "a/pyproject.toml": '[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\nb = {path = "../b"}\n',
            "b/pyproject.toml": '[tool.poetry]\nname = "b"\n',
        }
    )
    assert edges(tree.components()) == {("a", "b")}


def test_setup_cfg_names_a_distribution() -> None:
    tree = Tree({"lib/setup.cfg": "[metadata]\nname = my_lib\n[options]\ninstall_requires =\n  requests>2\n"})
    lib = tree.components().named("my_lib")
    assert lib is not None
    assert (lib.provides, lib.requires) == (("pkg:pypi/my-lib",), ("pkg:pypi/requests",))


def test_crates_of_a_workspace_lean_on_each_other_by_path() -> None:
    tree = Tree(
        {
            "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
            "crates/core/Cargo.toml": '[package]\nname = "core"\n',
            "crates/cli/Cargo.toml": '[package]\nname = "cli"\n[dependencies]\ncore = { path = "../core" }\nserde = "1"\n',
        }
    )
    found = tree.components()
    assert edges(found) == {("cli", "core")}
    assert "pkg:cargo/serde" in next(c.requires for c in found.components if c.name == "cli")


def test_a_go_module_is_called_by_the_last_part_that_is_no_version() -> None:
    tree = Tree({"go.work": "go 1.22\nuse ./x\n", "x/go.mod": "module example.com/shop/orders/v2\n", "x/a.go": ""})
    assert names_by_root(tree.components())["x"] == "orders"


def test_a_go_replacement_leads_to_the_folder() -> None:
    tree = Tree(
        {
            "a/go.mod": "module e.com/a\nrequire (\n\te.com/b v1.0.0 // indirect\n)\nreplace e.com/b => ../b\n",
            "b/go.mod": "module e.com/b\n",
        }
    )
    (dependency,) = tree.components().dependencies
    assert (dependency.source, dependency.target, dependency.line) == ("a", "b", 5)


def test_maven_modules_take_the_group_of_their_parent() -> None:
    parent = "<project><groupId>g</groupId><artifactId>all</artifactId><modules><module>a</module></modules></project>"
    a = "<project><parent><groupId>g</groupId></parent><artifactId>a</artifactId></project>"
    b = (
        "<project><groupId>g</groupId><artifactId>b</artifactId>\n<dependencies>\n<dependency>"
        "<groupId>${project.groupId}</groupId><artifactId>a</artifactId></dependency></dependencies></project>"
    )
    found = Tree({"pom.xml": parent, "a/pom.xml": a, "b/pom.xml": b}).components()
    assert [(d.source, d.target, d.line) for d in found.dependencies] == [("b", "a", 3)]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><project>&b;</project>',
        '<!DOCTYPE p SYSTEM "file:///etc/passwd"><project/>',
        "<a>" * 5000,
        '<?xml version="1.0" encoding="nonsense"?><a/>',
        "",
        "not xml",
    ],
)
def test_xml_that_reaches_out_or_multiplies_is_refused(text: str) -> None:
    with pytest.raises(ManifestError):
        xml_element(text.encode())


def test_gradle_projects_are_known_by_their_includes_and_paths() -> None:
    tree = Tree(
        {
            "settings.gradle.kts": 'rootProject.name = "shop"\ninclude(":app", ":libs:money")\n',
            "app/build.gradle.kts": 'dependencies {\n  implementation(project(":libs:money"))\n  api("g:a:1")\n}\n',
            "app/A.java": "",
            "libs/money/build.gradle": "",
            "libs/money/M.java": "",
        }
    )
    found = tree.components()
    assert edges(found) == {("app", "money")}
    assert "pkg:maven/g/a" in next(c.requires for c in found.components if c.name == "app")


def test_nx_projects_name_what_they_lean_on_unseen() -> None:
    tree = Tree(
        {
            "nx.json": "{}",
            "apps/web/project.json": '{"name": "web", "projectType": "application", "implicitDependencies": ["ui"]}',
            "libs/ui/project.json": '{"name": "ui", "projectType": "library"}',
        }
    )
    assert edges(tree.components()) == {("web", "ui")}


def test_a_bazel_package_inside_another_is_part_of_it() -> None:
    tree = Tree(
        {
            "BUILD": 'exports_files(["x"])\n',
            "pay/BUILD.bazel": 'go_library(\n    deps = ["//ledger:lib", "//visibility:public"],\n)\n',
            "pay/inner/BUILD": "go_library()\n",
            "ledger/BUILD": "go_library()\n",
        }
    )
    found = tree.components()
    assert edges(found) == {("pay", "ledger")}
    assert found.component_of(RepoPath("pay/inner/x.go")).name == "pay"


def test_a_catalogue_names_component_owner_and_apis() -> None:
    consumer = (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        "metadata: {name: web, labels: {example.com/tier: tier-2}}\n"
        "spec:\n  type: website\n  owner: group:web\n  consumesApis:\n    - orders-api\n  dependsOn: [resource:orders-db]\n"
    )
    provider = (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: orders}\n"
        "spec: {type: service, lifecycle: deprecated, providesApis: [orders-api]}\n---\n"
        "apiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata: {name: orders-db}\nspec: {type: database}\n"
    )
    found = Tree({"web/catalog-info.yaml": consumer, "orders/catalog-info.yaml": provider}).components()
    assert edges(found) == {("web", "orders"), ("web", "orders-db")}
    by_name = {c.name: c for c in found.components}
    web, orders, store = by_name["web"], by_name["orders"], by_name["orders-db"]
    assert (web.kind, web.owners, web.tier.value, web.tier.declared) == (ComponentKind.SITE, ("group:web",), 2, True)
    assert (orders.tier.value, orders.tier.reason) == (3, "its catalogue entry calls it deprecated")
    assert (store.kind, store.roots) == (ComponentKind.DATABASE, ())


COMPOSE = """\
x-env: &env {LOG: debug}
services:
  web:
    build: ./web
    environment:
      <<: *env
      ORDERS_URL: http://orders:8080/v1
      POSTGRES_USER: db
    depends_on: [db]
  orders:
    build: {context: ., dockerfile: orders/Dockerfile}
  db:
    image: docker.io/library/postgres:16
  events:
    image: "confluentinc/cp-kafka:7"
  mail:
    image: mailhog
"""


def test_compose_services_are_joined_to_their_folders_and_stores() -> None:
    found = Tree({"compose.yaml": COMPOSE, "web/a.ts": "", "orders/a.py": ""}).components()
    assert edges(found) == {("web", "db"), ("web", "orders")}
    kinds = {c.name: c.kind for c in found.components}
    assert kinds["web"] is ComponentKind.SERVICE
    assert kinds["db"] is ComponentKind.DATABASE
    assert kinds["events"] is ComponentKind.QUEUE
    assert "mail" not in kinds


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  template:
    spec:
      containers:
        - name: server
          image: registry.example/shop/cart:1
          env:
            - {name: REDIS_ADDR, value: "cart-store:6379"}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: cart-store}
spec: {template: {spec: {containers: [{name: r, image: "redis:7"}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: n, image: nightly}]}}}}}
"""


def test_kubernetes_says_what_runs_and_what_it_talks_to() -> None:
    files = {"k8s/all.yaml": DEPLOYMENT, "src/cart/package.json": '{"name": "@shop/cart"}', "jobs/nightly/run.py": ""}
    found = Tree({**files, "jobs/nightly/Dockerfile": "FROM x\nCMD run\n"}).components()
    kinds = {c.name: c.kind for c in found.components}
    assert kinds["cart"] is ComponentKind.SERVICE
    assert kinds["cart-store"] is ComponentKind.DATABASE
    assert kinds["nightly"] is ComponentKind.JOB
    assert kinds["k8s"] is ComponentKind.INFRASTRUCTURE
    assert ("cart", "cart-store") in edges(found)


def test_a_template_that_is_no_yaml_yet_is_left_alone() -> None:
    found = Tree({"chart/templates/d.yaml": "kind: Deployment\n{{ if .x }}\n{{ end }}\n"}).components()
    assert found.unread == ()


def test_terraform_is_gathered_under_the_folder_people_call_so() -> None:
    found = Tree({"infra/modules/vpc/main.tf": "", "infra/prod/main.tf": "", "app/a.py": ""}).components()
    assert names_by_root(found) == {"": "root", "app": "app", "infra": "infra"}
    assert found.component_of(RepoPath("infra/prod/main.tf")).kind is ComponentKind.INFRASTRUCTURE


def test_a_dockerfile_beside_code_makes_a_service_and_one_kept_elsewhere_does_not() -> None:
    docker = "FROM python\nCMD run\n"
    found = Tree({"mail/Dockerfile": docker, "mail/a.py": "", "ci/docker/Dockerfile": docker}).components()
    assert names_by_root(found) == {"": "root", "mail": "mail"}


@pytest.mark.parametrize(
    ("setting", "value", "host"),
    [
        ("A", "http://orders:8080/x?y", "orders"),
        ("DB_HOST", "orders-db", "orders-db"),
        ("X", "cart:${CART_PORT}", "cart"),
        ("DATABASE_URL", "postgres://u:p@db/shop", "db"),
        ("POSTGRES_DB", "orders", ""),
        ("MODE", "production", ""),
        ("URL", "https://example.com/x", ""),
        ("TEXT", "some words: here", ""),
    ],
)
def test_a_setting_names_a_neighbour_only_as_a_host(setting: str, value: str, host: str) -> None:
    assert host_in(setting, value) == host


def test_fixtures_and_samples_hold_no_components_of_the_system() -> None:
    tree = Tree(
        {
            "package.json": '{"name": "lib", "main": "x"}',
            "tests/fixtures/a/package.json": '{"name": "a"}',
            "examples/b/package.json": '{"name": "b"}',
        }
    )
    assert [c.name for c in tree.components().components] == ["lib"]


def test_a_large_single_package_is_shown_by_its_folders() -> None:
    parts = ("db", "http", "forms")
    files = {f"django/{part}/f{n}.py": "" for part in parts for n in range(60)}
    found = Tree({**files, "pyproject.toml": '[project]\nname = "Django"\n', "django/x.py": ""}).components()
    assert names_by_root(found) == {"": "Django", **{f"django/{p}": f"django/{p}" for p in parts}}


def test_a_small_single_package_stays_whole() -> None:
    found = Tree({"pyproject.toml": '[project]\nname = "small"\n', "small/a/b.py": "", "small/c/d.py": ""}).components()
    assert [c.name for c in found.components] == ["small"]


NAMES = sorted({name for reader in manifest_readers() for name in reader.names} | {"a.tf", "x.csproj", "compose.yml"})


@given(st.sampled_from(NAMES), st.binary(max_size=120))
def test_no_bytes_break_a_manifest_reader(name: str, data: bytes) -> None:
    tree = Tree({f"k8s/{name}": data, "k8s/other.yaml": data})
    found = tree.components()
    assert {u.path for u in found.unread} <= set(tree.paths)


_SNIPPETS = (
    "{",
    "}",
    '"name"',
    ":",
    "[",
    "]",
    '"x"',
    "services",
    "\n",
    "  ",
    "- ",
    "kind: Deployment",
    "=",
    "<a>",
    "</a>",
)


@given(st.sampled_from(NAMES), st.lists(st.sampled_from(_SNIPPETS), max_size=25))
def test_no_text_breaks_a_manifest_reader(name: str, parts: list[str]) -> None:
    found = Tree({f"k8s/{name}": "".join(parts)}).components()
    assert found.component_of(RepoPath(f"k8s/{name}")) in found.components


def test_every_reader_is_found_by_its_place() -> None:
    paths = [RepoPath(name) for name in NAMES]
    assert {path for path, _ in manifests_among(paths)} == set(NAMES)
