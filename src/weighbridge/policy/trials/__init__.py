"""Tests of a policy: changes that somebody wrote down in short, and what the gate should say of them."""
