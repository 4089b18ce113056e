"""What comments and documentation say of the code beside them, as far as it can be read exactly."""
