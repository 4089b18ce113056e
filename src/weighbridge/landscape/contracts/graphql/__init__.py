"""GraphQL: schemas read and compared, and queries held against them."""
