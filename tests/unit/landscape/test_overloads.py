"""Overloads of Java are told apart: by how many arguments a call gives, and by those whose types are sure."""

from tests.unit.landscape.linked import impact, sight

from weighbridge.domain.ids import symbol_name
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.users import unchanged_users

POOL = """
package shop;

import java.util.Properties;

public class Pool {
  public Pool(int size) { this(size, "main"); }
  public Pool(String name) { open(name); }
  public Pool(int size, String name) { grow(size); open(name); }
  public Pool(Store store) { open(store.name()); }
  public void put(String text) { }
  public void put(int number) { }
  public void put(Properties all) { }
  void open(String name) { }
  void grow(int size) { }
}
"""
FILES = {
    "shop/Pool.java": POOL,
    "shop/Store.java": "package shop;\n\npublic class Store { public String name() { return null; } }\n",
    "shop/Archive.java": "package shop;\n\npublic class Archive extends Store { }\n",
    "shop/Uses.java": """
package shop;

import java.util.Properties;

public class Uses {
  Pool sized(int k) { return new Pool(k); }
  Pool named(String s) { return new Pool(s); }
  Pool both() { return new Pool(1, "x"); }
  Pool kept(Archive a) { return new Pool(a); }
  <T> Pool any(T given) { return new Pool(given); }
  void text(Pool p) { p.put("x"); }
  void number(Pool p) { p.put(5); }
  void several(Pool p, Properties all) { p.put(all); }
}
""",
}


def noticing(old: str, new: str) -> set[str]:
    found = impact(FILES, {**FILES, "shop/Pool.java": POOL.replace(old, new)})
    names = {symbol_name(d.symbol) for d in found.dependents}
    return {name.removeprefix("Uses.") for name in names if name.startswith("Uses.")}


def test_a_changed_constructor_is_noticed_by_those_that_may_call_it() -> None:
    assert noticing("{ open(name); }", "{ open(name + 1); }") == {"named", "any"}


def test_a_constructor_that_calls_the_changed_one_hands_it_on() -> None:
    assert noticing("{ grow(size); open(name); }", "{ open(name); }") == {"sized", "both", "any"}


def test_what_is_below_a_parameters_class_is_passed_to_it() -> None:
    assert noticing("open(store.name());", "open(null);") == {"kept", "any"}


def test_a_changed_method_is_told_apart_from_others_of_its_name() -> None:
    assert noticing("put(int number) { }", "put(int number) { grow(number); }") == {"number"}


def test_what_is_of_javas_library_is_no_text() -> None:
    assert noticing("put(String text) { }", "put(String text) { open(text); }") == {"text"}
    assert noticing("Properties all) { }", "Properties all) { open(null); }") == {"several"}


def test_where_all_of_a_name_change_all_their_users_notice() -> None:
    changed = noticing(
        "  public void put(String text) { }\n  public void put(int number) { }\n  public void put(Properties all) { }\n",
        "",
    )
    assert {"text", "number"} <= changed


def test_who_used_an_overload_that_is_gone_is_told_without_the_users_of_others() -> None:
    seen = sight(
        FILES, {**FILES, "shop/Pool.java": POOL.replace("  public Pool(Store store) { open(store.name()); }\n", "")}
    )
    assert isinstance(seen.landscapes, Landscapes)
    (users,) = unchanged_users(seen.landscapes, seen.code).values()
    assert {symbol_name(user.symbol) for user in users} == {"Uses.kept", "Uses.any"}
