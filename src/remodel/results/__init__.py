"""What a build left: its documents and tables, read once, checked, and held in value classes."""
