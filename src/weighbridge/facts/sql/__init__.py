"""SQL: tokens with their places, and what each statement that defines, grants or locks something does to a database."""
