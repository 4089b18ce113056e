"""What signs in a person's name, by the programs and devices that hold their keys."""
