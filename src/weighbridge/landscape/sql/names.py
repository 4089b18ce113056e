"""Names of tables: with their schema or without."""


def last_part(name: str) -> str:
    """A name without its schema."""
    return name.rpartition(".")[2]


def is_one(one: str, other: str) -> bool:
    """Whether two names may be of one table: one may leave the schema out."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and "." not in shorter and last_part(longer) == shorter
