"""Writes a fitted model as a file that another process can load."""
