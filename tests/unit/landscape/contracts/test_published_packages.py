"""Which package a file is published in, and which versions may break."""

import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.contracts.code.packages import Published, PublishedPackages, is_breaking
from weighbridge.landscape.contracts.code.script_entries import entries_of


def published(files: dict[str, str], path: str, *, language: str) -> Published | CouldNotLook | None:
    def read(asked: RepoPath) -> bytes | CouldNotLook | None:
        return files[asked].encode() if asked in files else None

    return PublishedPackages(read, read).of(RepoPath(path), language)


@pytest.mark.parametrize(
    ("before", "after", "may_break"),
    [
        ("1.4.0", "2.0.0", True),
        ("1.4.0", "1.5.0", False),
        ("0.4.0", "0.5.0", True),
        ("0.4.0", "0.4.1", False),
        ("1.4.0", "1.4.0", False),
        ("3.0.0.dev", "3.0.0.dev", True),
        ("3.1.0.dev", "3.1.0.dev", False),
        ("2.0.0-SNAPSHOT", "2.0.0-SNAPSHOT", True),
        ("3.5.20-SNAPSHOT", "3.5.20-SNAPSHOT", False),
        ("", "2.0.0", False),
        ("2.0.0", "", False),
        ("1.0.0", "${revision}", False),
    ],
)
def test_a_version_may_break_what_those_before_promised(before: str, after: str, *, may_break: bool) -> None:
    assert is_breaking(before, after) is may_break


@pytest.mark.parametrize(
    ("manifest", "text", "path", "language"),
    [
        ("pyproject.toml", '[build-system]\nrequires=[]\n[project]\nname="shop"', "shop/cart.py", "python"),
        ("pyproject.toml", '[build-system]\nrequires=[]\n[tool.poetry]\nname="shop"', "shop/cart.py", "python"),
        ("setup.cfg", "[metadata]\nname = shop\nversion = 1.2", "src/shop/cart.py", "python"),
        ("setup.py", "setup(\n    name='shop',\n)", "shop/cart.py", "python"),
        ("package.json", '{"name": "shop", "version": "1.0.0"}', "src/cart.ts", "typescript"),
        ("lib/package.json", '{"name": "shop", "version": "1.0.0"}', "lib/src/cart.ts", "tsx"),
        ("go.mod", "module shop", "cart/cart.go", "go"),
        ("build.gradle.kts", 'plugins { id("maven-publish") }', "src/main/java/Cart.java", "java"),
    ],
)
def test_a_manifest_publishes_what_lies_below_it(manifest: str, text: str, path: str, language: str) -> None:
    found = published({manifest: text}, path, language=language)
    assert isinstance(found, Published)
    assert found.manifest == manifest


@pytest.mark.parametrize(
    ("manifest", "text", "path", "language"),
    [
        ("pyproject.toml", '[project]\nname="shop"', "shop/cart.py", "python"),
        ("pyproject.toml", "[tool.ruff]\nline-length = 120", "shop/cart.py", "python"),
        ("setup.py", "setup(name='shop', classifiers=['Private :: Do Not Upload'])", "shop/cart.py", "python"),
        ("package.json", '{"name": "shop", "version": "1.0.0", "private": true}', "src/cart.ts", "typescript"),
        ("package.json", '{"name": "shop"}', "src/cart.ts", "typescript"),
        ("other/go.mod", "module other", "cart/cart.go", "go"),
        ("pom.xml", "<project><artifactId>shop</artifactId></project>", "src/main/java/Cart.java", "java"),
        ("build.gradle", "plugins { id 'org.springframework.boot' }", "src/main/java/Cart.java", "java"),
    ],
)
def test_what_no_manifest_shares_is_in_no_package(manifest: str, text: str, path: str, language: str) -> None:
    assert published({manifest: text}, path, language=language) is None


@pytest.mark.parametrize(("manifest", "language"), [("pyproject.toml", "python"), ("package.json", "typescript")])
def test_a_manifest_that_cannot_be_read_is_told(manifest: str, language: str) -> None:
    assert isinstance(published({manifest: "{["}, "shop/cart", language=language), CouldNotLook)


@pytest.mark.parametrize(
    ("exports", "files", "meant"),
    [
        ('"main": "dist/index.js"', ["src/index.ts"], {("shop", "src/index.ts")}),
        ('"main": "./lib/shop.js"', ["lib/shop.js"], {("shop", "lib/shop.js")}),
        ('"types": "types/index.d.ts"', ["types/index.d.ts", "src/index.ts"], {("shop", "types/index.d.ts")}),
        (
            '"exports": {".": {"import": "./dist/esm/index.mjs"}, "./jsx": "./dist/jsx/index.js"}',
            ["src/index.ts", "src/jsx/index.ts"],
            {("shop", "src/index.ts"), ("shop/jsx", "src/jsx/index.ts")},
        ),
        ('"exports": {"./*": "./dist/*.js"}', ["src/index.ts"], set()),
        (
            '"exports": {".": {"types": "./_types/index.d.ts"}, "./zones": {"import": "./_esm/zones/index.js"}, "./a": "./dist-cjs/a.js"}',
            ["index.ts", "zones/index.ts", "src/a.ts"],
            {("shop", "index.ts"), ("shop/zones", "zones/index.ts"), ("shop/a", "src/a.ts")},
        ),
        ('"main": "gone.js"', ["src/index.tsx"], {("shop", "src/index.tsx")}),
    ],
)
def test_an_entry_stands_for_the_source_that_it_is_built_of(
    exports: str, files: list[str], meant: set[tuple[str, str]]
) -> None:
    package = published(
        {"package.json": f'{{"name": "shop", "version": "1.0.0", {exports}}}'}, "src/x.ts", language="typescript"
    )
    assert isinstance(package, Published)
    assert set(entries_of(package, lambda path: path in files)) == meant


_POM = "<project><groupId>com.example</groupId><artifactId>shop</artifactId><version>1.4.0</version>{}</project>"
_CLASS = "src/main/java/Cart.java"


@pytest.mark.parametrize(
    "files",
    [
        {"pom.xml": _POM.format(""), "README.md": "    implementation 'com.example:shop:1.4.0'"},
        {"pom.xml": _POM.format(""), "README.adoc": "`com.example:shop` is on Maven Central"},
        {
            "pom.xml": _POM.format(""),
            "README.md": "<dependency>\n  <groupId>com.example</groupId>\n  <artifactId>shop</artifactId>\n</dependency>",
        },
        {"pom.xml": _POM.format("<licenses></licenses>")},
    ],
)
def test_a_library_of_java_is_promised_by_its_manifest_or_by_notes_that_give_its_coordinates(
    files: dict[str, str],
) -> None:
    found = published(files, _CLASS, language="java")
    assert isinstance(found, Published)
    assert found.is_promised


@pytest.mark.parametrize(
    "notes",
    ["", "    implementation 'com.example:shop-core:1.4.0'", "    implementation 'org.other:shop:1.4.0'", "# shop"],
)
def test_a_library_of_java_that_nothing_says_is_installed_is_not_promised(notes: str) -> None:
    found = published({"pom.xml": _POM.format(""), "README.md": notes}, _CLASS, language="java")
    assert isinstance(found, Published)
    assert not found.is_promised


def test_a_library_that_may_be_of_its_own_build_alone_is_not_promised() -> None:
    found = published({"build.gradle.kts": 'plugins { id("java-library") }'}, _CLASS, language="java")
    assert isinstance(found, Published)
    assert not found.is_promised


def test_a_module_of_java_is_of_the_library_above_it_where_that_is_promised() -> None:
    files = {"build.gradle": "plugins { id 'maven-publish' }", "core/pom.xml": _POM.format("")}
    found = published(files, f"core/{_CLASS}", language="java")
    assert isinstance(found, Published)
    assert found.manifest == "build.gradle"


@pytest.mark.parametrize(
    "said",
    [
        "<packaging>war</packaging>",
        "<packaging>pom</packaging>",
        "<mainClass>shop.Main</mainClass>",
        "exec-maven-plugin",
    ],
)
def test_a_module_of_java_that_is_run_or_gathers_others_is_no_library(said: str) -> None:
    assert published({"pom.xml": _POM.format(said)}, _CLASS, language="java") is None
