"""What names in Go files lead to."""

import pytest
from tests.unit.landscape.called import called
from tests.unit.landscape.linked import Linked

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Name

CLIENT = "package shop\ntype Client struct { Host string }\n"
TILL = RepoPath("shop/till.go")


def test_a_field_does_not_hide_the_type_of_its_name() -> None:
    linked = Linked.of({"shop/client.go": CLIENT, TILL: "package shop\ntype Till struct { Client *Client }\n"})

    sites = linked.view.references.sites.of(TILL, 1, expr=Name("Client"))

    assert sites == {("shop/client.go", 0, "Client")}


def test_a_field_is_not_what_its_name_alone_means() -> None:
    linked = Linked.of({TILL: "package shop\ntype Till struct { Client string }\n"})

    assert linked.view.references.sites.of(TILL, 1, expr=Name("Client")) == frozenset()


def test_a_method_does_not_hide_the_type_of_its_name() -> None:
    files = {
        "shop/site.go": "package shop\ntype Site struct{}\nfunc (s *Site) Sell() {}\n",
        "shop/page.go": "package shop\ntype Page struct{ s *Site }\nfunc (p *Page) Site() int { return 1 }\n"
        "func ring(p *Page) { p.s.Sell() }\n",
        "other/a.go": "package other\ntype A struct{}\nfunc (a *A) Sell() {}\n",
        "other/b.go": "package other\ntype B struct{}\nfunc (b *B) Sell() {}\n",
    }

    linked = Linked.of(files)

    assert "shop/page.go#ring" in linked.users("shop/site.go", "Site.Sell")
    assert "shop/page.go#ring" not in linked.users("other/a.go", "A.Sell")


def test_a_variable_of_the_package_is_what_its_file_says() -> None:
    files = {
        "shop/store.go": "package shop\ntype Store struct{}\nfunc (s *Store) Put() {}\nvar store *Store\n",
        "shop/ring.go": "package shop\nfunc ring() { store.Put() }\n",
        "till/till.go": 'package till\nimport "example.org/shop"\nfunc all() { shop.Shared.Put() }\n',
        "shop/shared.go": "package shop\nvar Shared = &Store{}\n",
        **{f"p{n}/p.go": f"package p{n}\ntype P struct{{}}\nfunc (p *P) Put() {{}}\n" for n in range(30)},
    }

    users = Linked.of({"go.mod": "module example.org\n", **files}).users("shop/store.go", "Store.Put")

    assert {"shop/ring.go#ring", "till/till.go#all"} <= users


def test_a_generic_type_of_ours_is_no_container_for_its_name() -> None:
    files = {
        "csync/map.go": "package csync\ntype Map[K, V any] struct{}\nfunc (m *Map[K, V]) Drop(k K) {}\n",
        "use/use.go": 'package use\nimport "example.org/csync"\n'
        "type held struct{ all *csync.Map[string, int] }\nfunc use(h *held) { h.all.Drop() }\n",
        **{f"p{n}/p.go": f"package p{n}\ntype P struct{{}}\nfunc (p *P) Drop() {{}}\n" for n in range(30)},
    }

    assert "use/use.go#use" in Linked.of(files).users("csync/map.go", "Map.Drop")


def test_what_is_in_a_type_that_names_a_row_is_of_the_row_s_type() -> None:
    files = {
        "shop/price.go": "package shop\ntype Price struct{}\nfunc (p *Price) Round() {}\ntype Prices []*Price\n",
        "shop/sum.go": "package shop\nfunc sum(all Prices) { for _, each := range all { each.Round() } }\n"
        "func first(all Prices) { all[0].Round() }\n",
        **{f"p{n}/p.go": f"package p{n}\ntype P struct{{}}\nfunc (p *P) Round() {{}}\n" for n in range(30)},
    }

    users = Linked.of(files).users("shop/price.go", "Price.Round")

    assert {"shop/sum.go#sum", "shop/sum.go#first"} <= users


def test_an_empty_go_mod_says_nothing_of_what_the_rest_imports() -> None:
    files = {
        "go.mod": "module example.org/shop\n",
        "main.go": 'package main\nimport "example.org/cast"\nfunc main() { cast.Put() }\n',
        "run/run.go": 'package run\nimport "example.org/tools/cast"\nfunc run() { cast.Put() }\n',
        "tools/go.mod": "",
        "tools/cast/run.go": "package cast\ntype T struct{}\nfunc Put() {}\n",
        "shop/store.go": "package shop\ntype Store struct{}\nfunc (s *Store) Put() {}\n",
    }

    linked = Linked.of(files)

    assert "main.go#main" not in linked.users("shop/store.go", "Store.Put")
    assert linked.users("tools/cast/run.go", "Put") == {"run/run.go#run"}


@pytest.mark.parametrize(
    "text",
    [
        "func use() { till := &till{}\n till.Ring() }\n",
        "func use() { open := open()\n open.Ring() }\n",
        "func use() { all := &drawer[int]{}\n all.Ring() }\n",
        "func use(till *till) { till.Ring() }\n",
        "func use(till []*till) { till[0].Ring() }\n",
        "func use() { var till *till\n till.Ring() }\n",
        "func use() { all := opened[*int]()\n all.Ring() }\n",
    ],
)
def test_a_variable_may_have_the_name_of_what_makes_it(text: str) -> None:
    files = {
        "shop/till.go": "package shop\ntype till struct{}\nfunc (t *till) Ring() {}\nfunc open() *till { return nil }\n"
        "type drawer[T any] struct{ till }\nfunc opened[T any]() *drawer[T] { return nil }\n",
        "shop/use.go": f"package shop\n{text}",
        **{f"p{n}/p.go": f"package p{n}\ntype P struct{{}}\nfunc (p *P) Ring() {{}}\n" for n in range(30)},
    }

    assert "shop/use.go#use" in Linked.of(files).users("shop/till.go", "till.Ring")


def test_a_package_is_called_by_what_hides_its_name_afterwards() -> None:
    files = {
        "go.mod": "module example.org/shop\n",
        "till/till.go": "package till\ntype Till struct{}\nfunc New() (*Till, error) { return nil, nil }\n"
        "func (t *Till) Ring() {}\n",
        "use/use.go": 'package use\nimport "example.org/shop/till"\n'
        "func use() { till, err := till.New()\n till.Ring() }\n",
    }

    linked = Linked.of(files)

    assert linked.users("till/till.go", "New") == {"use/use.go#use"}
    assert linked.users("till/till.go", "Till.Ring") == {"use/use.go#use"}


def test_what_a_function_states_it_gives_counts_where_its_body_does_not_tell() -> None:
    files = {
        "shop/till.go": "package shop\ntype till struct{}\nfunc (t *till) Ring() {}\n"
        "func open() (*till, error) { one, err := load()\n return one, err }\n",
        "shop/use.go": "package shop\nfunc use() { one, _ := open()\n one.Ring() }\n",
        **{f"p{n}/p.go": f"package p{n}\ntype P struct{{}}\nfunc (p *P) Ring() {{}}\n" for n in range(30)},
    }

    assert Linked.of(files).users("shop/till.go", "till.Ring") == {"shop/use.go#use"}


def test_a_type_that_is_made_says_more_than_the_interface_that_is_stated() -> None:
    files = {
        "a.go": "package a\ntype ringer interface{ Ring() }\ntype till struct{}\nfunc (t *till) Ring() {}\n"
        "func open() (ringer, error) { return &till{}, nil }\nfunc use() { one, _ := open()\n one.Ring() }\n"
    }

    assert called(files, "a.go", caller="use") == {"open", "till.Ring"}
