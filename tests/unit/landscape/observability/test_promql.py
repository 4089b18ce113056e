"""The metrics that a query asks for are told from functions, labels and words; hostile queries cost little."""

import time

import pytest

from weighbridge.landscape.observability.promql import asked_in, bounds_in, without_bounds


@pytest.mark.parametrize(
    ("query", "metrics"),
    [
        ("up == 0", {"up"}),
        ('sum by (code) (rate(http_requests_total{job="a"}[5m])) > 0.1', {"http_requests_total"}),
        ("sum(rate(a_total[5m])) / ignoring(x) group_left sum(b_total)", {"a_total", "b_total"}),
        ('{__name__="a_total", job="x"}', {"a_total"}),
        ("absent(up offset 5m) or vector(1)", {"up"}),
        ("histogram_quantile(0.99, sum(rate(a_bucket{$filter}[$__rate_interval])) by (le))", {"a_bucket"}),
        ('label_replace(job:a:rate5m, "x", "$1", "y", "z_total")', {"job:a:rate5m"}),
        ("# only a_total\nb_total", {"b_total"}),
        ("", set()),
    ],
)
def test_metrics_are_told_by_what_stands_around_them(query: str, metrics: set[str]) -> None:
    assert {each.metric for each in asked_in(query)} == metrics


def test_labels_are_those_that_are_matched_or_summed_by() -> None:
    (asked,) = asked_in('sum by (code) (rate(a_total{job="x", path!~"/health"}[5m]))')
    assert asked.labels == {"code", "job", "path"}


def test_bounds_are_numbers_that_something_is_compared_with() -> None:
    assert bounds_in("a > 0.5 and b <= bool -3 or c[5m:1m] > d") == ((">", 0.5), ("<=", -3.0))
    assert without_bounds("a  >\n 0.5") == "a > #"


def test_a_query_of_a_million_characters_is_left_unread_and_a_long_one_ends() -> None:
    began = time.process_time()
    assert asked_in("a" * 1_000_000) == ()
    for text in ("{" * 20_000, "(" * 20_000, '"' * 19_999, "sum by (" * 2_500, "a{" * 10_000):
        asked_in(text)
    assert time.process_time() - began < 5
