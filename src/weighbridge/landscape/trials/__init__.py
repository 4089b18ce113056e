"""What tests there are, what each of them states, and what a change does to that."""
