"""Builds one snapshot or one model inside a locked container: started as `python -m builder COMMAND ...`."""
