"""What lock files of each form are read as, and that none that is broken is taken for one."""

import pytest

from weighbridge.landscape.intent.locks import READ, read_lock

_NPM = '{"packages": {"": {"dependencies": {"a": "1"}}, "node_modules/a": {"version": "1.0", "integrity": "sha512-x", "dependencies": {"b": "2"}}, "node_modules/b": {"version": "2.0"}}}'
_NPM_OLD = (
    '{"dependencies": {"a": {"version": "1.0", "requires": {"b": "2"}, "dependencies": {"b": {"version": "2.0"}}}}}'
)
_CARGO = '[[package]]\nname = "own"\nversion = "0"\ndependencies = ["a"]\n[[package]]\nname = "a"\nversion = "1.0"\nsource = "r"\nchecksum = "x"\ndependencies = ["b 2.0"]\n[[package]]\nname = "b"\nversion = "2.0"\nsource = "r"\nchecksum = "y"\n'
_UV = '[[package]]\nname = "own"\nversion = "0"\nsource = { editable = "." }\ndependencies = [{ name = "a" }]\n[[package]]\nname = "a"\nversion = "1.0"\nsource = { registry = "https://packages.example/simple" }\ndependencies = [{ name = "b" }]\nsdist = { url = "u", hash = "sha256:x" }\n[[package]]\nname = "b"\nversion = "2.0"\nsource = { registry = "https://packages.example/simple" }\n'
_POETRY = '[[package]]\nname = "a"\nversion = "1.0"\noptional = false\nfiles = [{file = "f", hash = "sha256:x"}]\n[package.dependencies]\nb = ">=2"\n[[package]]\nname = "b"\nversion = "2.0"\noptional = false\nfiles = []\n'
_YARN = 'a@^1.0:\n  version "1.0"\n  resolved "https://r/a.tgz#x"\n  dependencies:\n    b "^2.0"\n\nb@^2.0:\n  version "2.0"\n'
_BERRY = '"a@npm:^1.0":\n  version: 1.0\n  resolution: "a@npm:1.0"\n  dependencies:\n    b: "npm:^2.0"\n  checksum: 10c0/x\n\n"b@npm:^2.0":\n  version: 2.0\n'
_RUBY = (
    "GEM\n  remote: https://rubygems.org/\n  specs:\n    a (1.0)\n      b (>= 2)\n    b (2.0)\n\nDEPENDENCIES\n  a\n"
)
_COMPOSER = '{"packages": [{"name": "a", "version": "1.0", "require": {"b": "2"}}], "packages-dev": [{"name": "b", "version": "2.0"}]}'
_PNPM = "lockfileVersion: '9.0'\n\npackages:\n\n  a@1.0:\n    resolution: {integrity: sha512-x}\n\n  b@2.0:\n    resolution: {integrity: sha512-y}\n\nsnapshots:\n\n  a@1.0: {}\n"
_GO = "a 1.0 h1:x=\na 1.0/go.mod h1:y=\nb 2.0 h1:z=\n"

FORMS = [
    ("package-lock.json", _NPM),
    ("package-lock.json", _NPM_OLD),
    ("Cargo.lock", _CARGO),
    ("uv.lock", _UV),
    ("poetry.lock", _POETRY),
    ("yarn.lock", _YARN),
    ("yarn.lock", _BERRY),
    ("Gemfile.lock", _RUBY),
    ("composer.lock", _COMPOSER),
    ("pnpm-lock.yaml", _PNPM),
    ("go.sum", _GO),
]


@pytest.mark.parametrize(("name", "text"), FORMS)
def test_each_form_says_which_packages_it_fixes(name: str, text: str) -> None:
    lock = read_lock(name, text)
    assert lock is not None
    assert lock.versions == {"a": frozenset({"1.0"}), "b": frozenset({"2.0"})}


@pytest.mark.parametrize(("name", "text"), [each for each in FORMS if each[0] not in ("pnpm-lock.yaml", "go.sum")])
def test_what_a_package_leads_to_comes_with_it(name: str, text: str) -> None:
    lock = read_lock(name, text)
    assert lock is not None
    assert lock.reached(["a"]) == {"a", "b"}
    assert lock.reached(["b"]) == {"b"}


@pytest.mark.parametrize("name", sorted(READ))
@pytest.mark.parametrize(
    "text", ["{", "[", "{}", "[[package]]", '{"packages": 3}', '{"packages": [1]}', "\0", "a" * 10]
)
def test_what_is_broken_breaks_nothing(name: str, text: str) -> None:
    lock = read_lock(name, text)
    assert lock is None or not lock.packages
