"""What names in Go files lead to."""

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
