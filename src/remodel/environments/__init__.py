"""Locked environments: locks, bases, trees of wheels, interpreters."""
