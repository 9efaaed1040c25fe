"""What a person or a machine sees of a running command, and tables."""
