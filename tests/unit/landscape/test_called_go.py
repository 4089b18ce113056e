"""What Go's calls lead to."""

import pytest
from tests.unit.landscape.called import called
from tests.unit.landscape.linked import Linked

from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.modules.go import GoModules
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import Package


def test_a_module_is_called_under_a_path_that_names_its_major_version() -> None:
    files = {
        "cents.go": "package shop\nfunc Cents() {}\n",
        "cmd/main.go": 'package main\nimport "example.org/team/shop/v5"\nfunc main() { shop.Cents() }\n',
    }

    assert called(files, "cmd/main.go", caller="main") == {"Cents"}


def test_a_folder_that_is_named_as_a_version_is_itself() -> None:
    files = {
        "api/v2/cents.go": "package api\nfunc Euros() {}\n",
        "api/cents.go": "package api\nfunc Cents() { Old() }\nfunc Old() {}\n",
        "cmd/main.go": 'package main\nimport "example.org/shop/api/v2"\nfunc main() { api.Euros() }\n',
    }

    assert called(files, "cmd/main.go", caller="main") == {"Euros"}


def test_a_field_may_have_the_name_of_its_type() -> None:
    files = {
        "a.go": """package shop
type prices map[string]int
type till struct { prices prices }
func (p prices) Of(name string) int { return p[name] }
func (t *till) Ring() { t.prices.Of("tea") }
"""
    }

    assert called(files, "a.go", caller="till.Ring") == {"prices.Of"}


def test_a_method_calls_the_function_that_it_is_given() -> None:
    files = {
        "a.go": """package shop
type till struct{}
func (t *till) Each(do func(int)) { do(1) }
func ring(n int) {}
func open(t *till) { t.Each(ring) }
"""
    }

    assert called(files, "a.go", caller="till.Each") & {"ring", "stop"} == {"ring"}


def test_a_method_does_not_call_what_it_is_given_for_another_parameter() -> None:
    files = {
        "a.go": """package shop
type till struct{}
func (t *till) Each(do func(int), done func(int)) { do(1) }
func ring(n int) {}
func stop(n int) {}
func open(t *till) { t.Each(ring, stop) }
"""
    }

    assert called(files, "a.go", caller="till.Each") & {"ring", "stop"} == {"ring"}


def test_an_import_path_is_told_by_the_module_that_begins_it_and_not_by_its_ending() -> None:
    files = {
        "go.mod": "module example.org/shop\n",
        "prices/cents.go": "package prices\nfunc Cents() {}\n",
        "main.go": (
            "package main\n"
            'import "example.org/shop/prices"\nimport other "example.org/other/prices"\n'
            "func ours() { prices.Cents() }\nfunc theirs() { other.Cents() }\n"
        ),
    }

    assert called(files, "main.go", caller="ours") == {"Cents"}
    assert called(files, "main.go", caller="theirs") == {"example.org/other/prices.Cents"}


def test_each_module_of_a_repository_has_a_path_of_its_own() -> None:
    files = {
        "shop/go.mod": "module example.org/team/store/v2 // the second\n",
        "shop/prices/cents.go": "package prices\nfunc Cents() {}\n",
        "till/go.mod": "module (\n\texample.org/team/store/v2/till\n)\n",
        "till/prices/cents.go": "package prices\nfunc Ring() {}\n",
        "till/main.go": (
            "package main\n"
            'import "example.org/team/store/v2/prices"\nimport rings "example.org/team/store/v2/till/prices"\n'
            "func main() { prices.Cents(); prices.Ring(); rings.Ring() }\n"
        ),
    }

    assert called(files, "till/main.go", caller="main") == {"Cents", "Ring"}


def test_where_only_some_folders_are_of_a_module_the_ending_still_tells() -> None:
    files = {
        "tools/go.mod": "module example.org/tools\n",
        "tools/run.go": "package main\n",
        "prices/cents.go": "package prices\nfunc Cents() {}\n",
        "main.go": 'package main\nimport "example.org/shop/prices"\nfunc main() { prices.Cents() }\n',
    }

    assert called(files, "main.go", caller="main") == {"Cents"}


def test_a_module_in_a_folder_imports_nothing_by_its_ending() -> None:
    files = {
        "backend/go.mod": "module example.org/shop\n",
        "backend/db/query.go": "package db\nfunc Query() {}\n",
        "backend/main.go": 'package main\nimport "example.org/other/backend/db"\nfunc main() { db.Query() }\n',
    }

    assert called(files, "backend/main.go", caller="main") == {"example.org/other/backend/db.Query"}


PRICES = {
    "prices/p.go": "package prices\n\nfunc Total(a int, b int) int {\n\treturn b\n}\n",
    "cmd/main.go": 'package main\n\nimport "example.org/shop/prices"\n\nfunc Run() int { return prices.Total(1, 2) }\n',
}


@pytest.mark.parametrize(
    "manifests",
    [
        {"go.mod": "module example.org/shop\n"},
        {"go.mod": "module example.org/shop\n", "a/go.mod": "module example.org/shop\n"},
        {"go.mod": "module example.org/shop\n", "a/testdata/go.mod": "module example.org/shop/prices\n"},
        {
            "go.mod": "module example.org/shop\n",
            "a/testdata/go.mod": "module example.org/shop/prices\n",
            "a/testdata/p.go": "package prices\n\nfunc Total() int { return 1 }\n",
        },
        {"go.mod": "// nothing\n", "cmd/go.mod": "module example.org/shop/cmd\n"},
        {"go.mod": "// see\x0bmodule other.org/z\nmodule example.org/shop\n"},
        {"go.mod": "module example.org/shop/\n"},
        {"go.mod": "module ../..\n"},
        {"go.mod": "module real\x00\n"},
    ],
)
def test_no_odd_go_mod_hides_who_calls(manifests: dict[str, str]) -> None:
    users = Linked.of({**PRICES, **manifests}).users("prices/p.go", "Total")

    assert "cmd/main.go#Run" in users


def test_a_go_mod_that_is_no_text_says_nothing() -> None:
    paths = [RepoPath(path) for path in (*PRICES, "go.mod")]
    tree = Tree({path: Blob(path=path, mode=Mode.REGULAR, oid=ObjectId(path)) for path in paths})
    modules = GoModules(tree, lambda _oid, _most: b"// \xe9\nmodule other.org/z\n")

    assert modules.find("example.org/shop/prices", RepoPath("cmd/main.go")) == Package("prices", "go")
