"""What Go's calls lead to."""

from tests.unit.landscape.called import called


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
