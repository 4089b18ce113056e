"""What benchmarks compute from what they measured."""

import sys
from pathlib import Path

from benchmarks import impact_mutation, policy_import
from benchmarks.call_traces import scored
from benchmarks.impact_mutation import Scored, curve, rows, table
from benchmarks.measuring import Figures, Used, keep, used_by
from benchmarks.mutation_truth import Mutation, mutated, read_truth, sample, write_truth
from benchmarks.pycg import Score, score
from benchmarks.risk import auc, captured
from hypothesis import given
from hypothesis import strategies as st
from scripts.write_status import Row, read_results


def test_precision_counts_wrong_edges_and_recall_missed_ones() -> None:
    one = score({("a", "b"), ("a", "c"), ("b", "c")}, {("a", "b"), ("a", "d")})

    precision, recall = one.rows("x")

    assert (precision.figure, recall.figure) == (0.5, round(1 / 3, 4))


def test_cases_are_summed_by_edge_and_not_by_case() -> None:
    assert Score(3, 0, 1) + Score(1, 2, 0) == Score(4, 2, 1)


def test_nothing_found_and_nothing_true_is_not_a_division_by_zero() -> None:
    assert [row.figure for row in Score().rows("x")] == [0, 0]
    assert scored(set(), set()).recall == 0


def test_recall_of_traces_ignores_what_no_test_ran() -> None:
    assert scored({("a", "b"), ("never", "run")}, {("a", "b"), ("b", "c")}).recall == 0.5


def test_the_figure_is_the_median_and_the_note_tells_the_least() -> None:
    figures = Figures("thing", goal=2, runs=[Used(cpu=3), Used(cpu=1), Used(cpu=1.5)])

    row = figures.row()

    assert (row.figure, row.standing, row.note) == (1.5, "reached", "least 1.00, 3 runs")


def test_memory_is_the_highest_of_all_runs_and_left_out_where_unseen() -> None:
    seen = Figures("thing", runs=[Used(cpu=1, parent=5_000_000, together=9_000_000), Used(cpu=1, parent=7_000_000)])

    assert [(row.item, row.figure) for row in seen.memory()] == [
        ("thing, memory of all processes together", 9),
        ("thing, memory of the parent", 7),
    ]
    assert Figures("thing", runs=[Used(cpu=1)]).memory(600) == []


def test_the_time_of_children_counts() -> None:
    child = "sum(range(3_000_000))"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"

    alone, with_child = used_by([sys.executable, "-c", "pass"]), used_by([sys.executable, "-c", parent])

    assert with_child.cpu > alone.cpu


def test_runs_are_kept_apart_and_the_last_is_read(tmp_path: Path) -> None:
    kept = keep("speed-x", [Row(item="a", figure=1, unit="s")], command="run it", folder=tmp_path)

    assert read_results(tmp_path) == {"speed-x": kept}


def _mutation(noticed: tuple[str, ...]) -> Mutation:
    return Mutation(subject="s", path="src/a.py", symbol="f", line=2, noticed=noticed)


def _scored(noticed: tuple[str, ...], named: tuple[str, ...]) -> Scored:
    methods = {"impact": named, "transitive importers": ("t1", "t2", "t3", "t4"), "oracle": noticed}
    return Scored(mutation=_mutation(noticed), noticed=frozenset(noticed), named=methods, test_modules=4)


def test_recall_is_over_noticed_mutations_and_cost_over_all() -> None:
    figures = table([_scored(("t1", "t2"), ("t1",)), _scored((), ("t1", "t2", "t3"))])

    assert figures["impact"] == {"recall": 0.5, "cost": 0.5}
    assert figures["transitive importers"] == {"recall": 1, "cost": 1}


def test_a_budget_takes_the_likeliest_first() -> None:
    figures = curve([_scored(("t1", "t2"), ("t1", "t4", "t2"))])

    assert (figures["impact"][0.2], figures["impact"][0.5], figures["impact"][0.7]) == (0.5, 0.5, 1)
    assert figures["transitive importers"][0.5] == 1


def test_a_subject_in_which_no_test_noticed_anything_has_a_cost_and_no_recall() -> None:
    assert table([_scored((), ("t1",))])["impact"] == {"cost": 0.25}
    assert curve([_scored((), ("t1",))]) == {}


def test_impact_may_cost_half_of_what_transitive_importers_do() -> None:
    goals = {row.item: row.goal for row in rows([_scored(("t1",), ("t1",))])}

    assert (goals["recall of impact"], goals["cost of impact"]) == (0.95, 0.5)
    assert goals["recall of transitive importers"] is None


def test_a_mutation_raises_before_the_first_statement_and_keeps_the_indent() -> None:
    assert mutated("def f():\n    return 1\n", 2) == 'def f():\n    raise RuntimeError("mutated")\n    return 1\n'


def test_a_quiet_mutation_returns_at_once() -> None:
    assert mutated("def f():\n    return 1\n", 2, kind="returns") == "def f():\n    return None\n    return 1\n"


def test_a_package_at_the_top_is_mutated_and_what_is_about_it_is_not(tmp_path: Path) -> None:
    for folder in ("made", "made/tests", "tests", "docs"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("")
        (tmp_path / folder / "a.py").write_text("def f():\n    return 1\n")

    assert [m.path for m in sample(tmp_path, 9, seed=1)] == ["made/a.py"]


def test_impact_importers_and_popular_modules_are_named_for_a_mutation(tmp_path: Path) -> None:
    texts = {
        "src/made/__init__.py": "",
        "src/made/a.py": "def f():\n    return 1\n",
        "src/made/b.py": "from made.a import f\n\n\ndef g():\n    return f()\n",
        "tests/test_a.py": "from made.a import f\n\n\ndef test_f():\n    assert f()\n",
        "tests/test_b.py": "from made.b import g\n\n\ndef test_g():\n    assert g()\n",
        "tests/test_c.py": "def test_nothing():\n    assert True\n",
    }
    for path, text in texts.items():
        file = tmp_path / "s" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    mutation = Mutation(subject="s", path="src/made/a.py", symbol="f", line=2, noticed=("tests/test_a.py",))

    (one,) = impact_mutation.score([mutation], tmp_path)

    assert one.named["impact"] == ("tests/test_a.py", "tests/test_b.py")
    assert one.named["direct importers"] == ("tests/test_a.py",)
    assert one.named["transitive importers"] == ("tests/test_a.py", "tests/test_b.py")
    assert one.recall("impact") == 1
    assert sorted(one.named["most popular"]) == ["tests/test_a.py", "tests/test_b.py", "tests/test_c.py"]


def test_a_larger_sample_begins_with_the_smaller_one(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("".join(f"def f{n}():\n    return {n}\n" for n in range(20)))

    assert sample(tmp_path, 9, seed=1)[:4] == sample(tmp_path, 4, seed=1)
    assert sample(tmp_path, 9, seed=1) != sample(tmp_path, 9, seed=2)


def test_what_was_found_is_read_again(tmp_path: Path) -> None:
    found = [_mutation(()), _mutation(("tests/test_a.py",))]

    write_truth(tmp_path / "truth.json", found)

    assert read_truth(tmp_path / "truth.json") == found


def test_a_score_that_ranks_all_taken_back_first_has_an_area_of_one() -> None:
    assert auc([3, 2, 1], labels=[True, True, False]) == 1
    assert auc([1, 2, 3], labels=[True, True, False]) == 0
    assert captured([3, 2, 1, 0], labels=[True, False, True, False], share=0.5) == 50


@given(st.lists(st.booleans(), min_size=2).filter(lambda found: 0 < sum(found) < len(found)))
def test_equal_scores_rank_nothing(labels: list[bool]) -> None:
    assert abs(auc([1.0] * len(labels), labels=labels) - 0.5) < 1e-9


def test_imports_are_counted_by_what_came_of_them(tmp_path: Path) -> None:
    rule = "policy: {approval: [a]}\napproval_rules:\n- {name: a, if: {has_labels: [x]}, requires: {count: 1, permissions: [write]}}\n"
    for name, text in {"a": rule, "b": "remote: acme/one\n", "c": "remote: acme/two\n", "d": "version: 1\n"}.items():
        (tmp_path / f"{name}.yml").write_text(text, "utf-8")

    outcomes = [policy_import.outcome(path) for path in sorted(tmp_path.glob("*.yml"))]
    figures = {row.item: (row.figure, row.note) for row in policy_import.rows(outcomes)}

    assert figures["imported, each a policy that loads"] == (1, "")
    assert figures["refused"] == (3, "2 lie in another repository; 1 'policy-bot has no key … in the file'")
    assert figures["lost, with the effect 'stricter'"] == (1, "in 1 files")
    assert figures["lost, with the effect 'to be filled in'"] == (1, "in 1 files")
    assert figures["lost, with the effect 'weaker'"] == (1, "in 1 files")
    assert "| a | 1 | 1 |" in "\n".join(policy_import.table(outcomes))
