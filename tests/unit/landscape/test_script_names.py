"""Imports of JavaScript and TypeScript go by names that `tsconfig.json` and `package.json` give."""

import pytest
from tests.unit.landscape.linked import Linked, impact

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.modules.javascript_names import _LONGEST

NET = "export function net(sum: number) {\n    return sum;\n}\n"


def using(module: str) -> str:
    return f"import {{ net }} from '{module}';\n\nexport function total(sum: number) {{\n    return net(sum);\n}}\n"


def paths(inside: str, *, base: str = "") -> str:
    return f'{{"compilerOptions": {{{base}"paths": {{{inside}}}}}}}'


CONFIGURED = [
    ("@tax", {"tsconfig.json": paths('"@tax": ["src/money/net.ts"]')}),
    ("@money/net", {"tsconfig.json": paths('"@money/*": ["./src/money/*"]')}),
    ("@money/net", {"tsconfig.json": paths('"@money/*": ["other/*", "money/*"]', base='"baseUrl": "src", ')}),
    ("money/net", {"tsconfig.json": '{"compilerOptions": {"baseUrl": "./src"}}'}),
    ("@tax", {"jsconfig.json": "// whose\n" + paths('"@tax": ["src/money/net"], /* all */')}),
    (
        "@tax",
        {
            "tsconfig.json": '{"extends": "./tsconfig.base.json"}',
            "tsconfig.base.json": paths('"@tax": ["src/money/net"]'),
        },
    ),
    ("@tax", {"tsconfig.json": '{"extends": ["./base"]}', "base.json": paths('"@tax": ["src/money/net"]')}),
    (
        "@tax",
        {
            "tsconfig.json": '{"files": [], "references": [{"path": "./tsconfig.app.json"}]}',
            "tsconfig.app.json": paths('"@tax": ["./src/money/net"]'),
        },
    ),
    ("#tax", {"package.json": '{"imports": {"#tax": "./src/money/net.ts"}}'}),
    ("#tax", {"package.json": '{"imports": {"#tax": {"node": "./dist/n.js", "default": ["./src/money/net.js"]}}}'}),
    ("#inner/net.js", {"package.json": '{"imports": {"#inner/*.js": "./src/money/*.ts"}}'}),
]


@pytest.mark.parametrize(("module", "manifests"), CONFIGURED)
def test_a_name_that_a_manifest_gives_leads_to_its_file(module: str, manifests: dict[str, str]) -> None:
    linked = Linked.of({"src/money/net.ts": NET, "src/till.ts": using(module), **manifests})

    assert linked.users("src/money/net.ts", "net") == {"src/till.ts#total"}
    assert "src/till.ts" in linked.view.importers.of(RepoPath("src/money/net.ts"))


NODE = "const net = require({module!r});\n\nfunction total(sum) {{ return net(sum); }}\n"
ENTERED = [
    ("test/a.test.js", "..", "package.json", '{"main": "net.js"}', "net.js"),
    ("test/a.test.js", "../", "package.json", '{"name": "shop", "main": "./net"}', "net.js"),
    ("test/deep/a.test.js", "../..", "package.json", '{"main": "lib"}', "lib/index.js"),
    ("test/a.test.js", "../lib2", "lib2/package.json", '{"main": "core.js"}', "lib2/core.js"),
    ("app/a.js", "./lib2", "app/lib2/package.json", '{"types": "core.d.ts", "main": "core.js"}', "app/lib2/core.js"),
]


@pytest.mark.parametrize(("user", "module", "manifest", "text", "entry"), ENTERED)
def test_a_folder_is_entered_by_what_its_manifest_says(
    user: str, module: str, manifest: str, text: str, entry: str
) -> None:
    files = {
        user: NODE.format(module=module),
        manifest: text,
        entry: "module.exports = function net(s) { return s; };\n",
    }
    linked = Linked.of({**files, entry.replace(".js", ".d.ts"): "export default function net(s: number): number;\n"})

    assert f"{user}#total" in linked.users(entry, "module.exports")
    assert user in linked.view.importers.of(RepoPath(entry))


def test_a_folder_without_an_entry_is_entered_by_its_index() -> None:
    net = "exports.net = function (s) { return s; };\n"
    total = "const {net} = require('..');\n\nfunction total(s) { return net(s); }\n"
    linked = Linked.of({"a/b.js": total, "index.js": net, "package.json": '{"main": "dist/gone.js"}'})

    assert "a/b.js#total" in linked.users("index.js", "exports.net")


PACKAGES = [
    ("@shop/cash", '{"name": "@shop/cash"}', "src/index.ts"),
    ("@shop/cash", '{"name": "@shop/cash", "main": "lib/net.js"}', "lib/net.ts"),
    ("@shop/cash", '{"name": "@shop/cash", "main": "dist/index.js"}', "src/index.ts"),
    ("cash", '{"name": "cash", "exports": {".": {"import": "./lib/net.js"}}}', "lib/net.ts"),
    ("cash", '{"name": "cash", "exports": "./net.js"}', "net.js"),
    ("cash/sums", '{"name": "cash", "exports": {"./sums": "./lib/net.js"}}', "lib/net.ts"),
    ("cash/sums/net", '{"name": "cash", "exports": {"./sums/*": "./lib/*.js"}}', "lib/net.ts"),
    ("@shop/cash/net", '{"name": "@shop/cash"}', "src/net.ts"),
]


@pytest.mark.parametrize(("module", "manifest", "place"), PACKAGES)
def test_a_package_goes_by_its_name_and_not_by_that_of_its_folder(module: str, manifest: str, place: str) -> None:
    path = f"packages/money/{place}"
    linked = Linked.of({path: NET, "packages/money/package.json": manifest, "apps/till.ts": using(module)})

    assert linked.users(path, "net") == {"apps/till.ts#total"}
    assert "apps/till.ts" in linked.view.importers.of(RepoPath(path))


@pytest.mark.parametrize(
    ("module", "manifests"),
    [
        ("@tax", {"tsconfig.json": paths('"@tax": ["src/other/net.ts"]')}),
        ("@tax", {"apps/tsconfig.json": paths('"@tax": ["../src/money/net.ts"]')}),
        ("@tax", {"tsconfig.json": paths('"@tax": ["src/money/net.ts"]').replace("}", "")}),
        ("@tax", {"node_modules/tsconfig.json": paths('"@tax": ["../src/money/net.ts"]')}),
        ("@tax", {"tsconfig.json": '{"extends": "./tsconfig.json", "references": [{"path": "."}]}'}),
        ("#tax", {"package.json": '{"imports": {"#tax": "net"}}'}),
        (
            "#tax",
            {"package.json": '{"imports": {"#tax": "./src/money/net.ts"}}', "src/package.json": '{"type": "module"}'},
        ),
    ],
)
def test_what_no_manifest_gives_leads_nowhere(module: str, manifests: dict[str, str]) -> None:
    linked = Linked.of({"src/money/net.ts": NET, "src/till.ts": using(module), **manifests})

    assert linked.users("src/money/net.ts", "net") == set()


def test_of_names_that_fit_the_one_that_says_most_is_meant() -> None:
    told = paths('"@m/*": ["src/other/*"], "@m/net/*": ["src/money/*"], "@m/net/net": ["src/third/net.ts"]')
    files = {f"src/{folder}/net.ts": NET for folder in ("other", "money", "third")}
    linked = Linked.of(files | {"src/till.ts": using("@m/net/net"), "tsconfig.json": told})

    assert [linked.users(path, "net") for path in files] == [set(), set(), {"src/till.ts#total"}]


def test_a_manifest_that_is_too_long_is_told_and_says_nothing() -> None:
    told = paths('"@tax": ["src/money/net.ts"]') + " " * _LONGEST
    base = {"src/money/net.ts": NET, "src/till.ts": using("@tax"), "tsconfig.json": told}

    found = impact(base, base | {"src/money/net.ts": NET.replace("return sum", "return sum + 1")})

    assert not found.dependents
    assert "tsconfig.json: what imports go by cannot be read there" in found.truncated


def test_tests_that_import_by_such_a_name_are_those_to_run() -> None:
    base = {
        "tsconfig.json": paths('"@tax": ["src/money/net.ts"]'),
        "src/money/net.ts": NET,
        "test/net.test.ts": "import { net } from '@tax';\n\ntest('net', () => {\n    expect(net(1)).toBe(1);\n});\n",
    }

    found = impact(base, base | {"src/money/net.ts": NET.replace("return sum", "return sum + 1")})

    assert found.test_files == ("test/net.test.ts",)
