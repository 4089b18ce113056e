"""What code asks of object mappers, as the questions that their SQL would ask: one module for each kind of mapper."""
