"""Whether a loop hands out the rows of a query one after another, until all are done."""

from typing import Final

from weighbridge.facts.calls.forms import Call, Form, Name, Unknown
from weighbridge.landscape.sql.bound_names import Names

_ALL: Final = frozenset(
    [
        "all", "where", "not", "or", "each", "find_each", "find_in_batches", "in_batches", "each_with_index", "each_slice", "each_batch", "map",
        "unscoped", "unscope", "rewhere", "order", "reorder", "joins", "left_joins", "left_outer_joins", "includes", "preload", "eager_load",
        "references", "select", "distinct", "lock", "to_a", "reverse", "with_deleted", "with_discarded", "load", "tqdm",
        "filter", "exclude", "order_by", "iterator", "aiterator", "only", "defer", "select_related", "prefetch_related", "annotate", "using",
        "select_for_update", "alias", "list", "tuple", "set", "enumerate", "sorted", "get_model", "chunked", "batched", "query", "filter_by",
        "scalars", "yield_per", "options",
    ]
)  # fmt: skip
"""What hands on all the rows that were asked for, or a part at a time."""
_DEEPEST: Final = 50


def is_in_turn(form: Form | None, names: Names) -> bool:
    """Whether a value is a row, or a part, of a query that a loop goes over as a whole: nothing on the way picks a few, or takes others."""
    is_of_loop = False
    for _ in range(_DEEPEST):
        if isinstance(form, Name):
            known = names.of(form)
            if known is form or isinstance(known, Name):
                return is_of_loop
            form = known
        elif isinstance(form, Unknown):
            if len(form.parts) != 1:
                return False
            is_of_loop, form = True, form.parts[0]
        elif isinstance(form, Call):
            if form.name not in _ALL:
                return False
            form = form.of if form.of is not None else form.arguments[0].value if form.arguments else None
        else:
            return is_of_loop
    return False
