"""A table that nobody has described -> what it is: how its file is written, what its columns are, and a look at both.

Runs in the control container, whose lock has the libraries that guess. Nothing here decides what a snapshot holds:
what is proposed is written out in conf/dataset/<name>.yaml, and `snapshots` reads by that alone.
"""
