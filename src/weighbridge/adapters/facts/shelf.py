"""Records and postings kept in this process alone: what serves when the cache file cannot."""

from collections.abc import Iterable, Mapping, Sequence


class Shelf:
    """Keeps what it is given until the process ends; records stay packed, for a whole tree's opened facts are large."""

    def __init__(self) -> None:
        self._records: dict[bytes, bytes] = {}
        self._keys_by_term: dict[str, set[bytes]] = {}
        self._indexed: set[bytes] = set()

    @property
    def indexed_keys(self) -> Iterable[bytes]:
        """The record keys that terms lead to."""
        return self._indexed

    def recall(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """The records kept under `keys`."""
        return {key: self._records[key] for key in keys if key in self._records}

    def save(self, records: Mapping[bytes, bytes]) -> None:
        """Keep records under their keys."""
        self._records.update(records)

    def save_terms(self, terms: Mapping[bytes, str]) -> None:
        """Make the blobs with these keys findable by their terms, separated by newlines."""
        for key, found in terms.items():
            for term in split_terms(found):
                self._keys_by_term.setdefault(term, set()).add(key)
        self._indexed.update(terms)

    def keys_with(self, term: str) -> frozenset[bytes]:
        """The keys of the blobs that hold `term`."""
        return frozenset(self._keys_by_term.get(term, ()))


def split_terms(packed: str) -> Sequence[str]:
    """The terms of one blob as they come from the process that read it."""
    return packed.split("\n") if packed else ()
