"""Takes over what a container left: the one way from its output folder to ours.

Nothing there is trusted, for whoever filled it may have been hostile and may still be at work. A file is opened below
the descriptor of its folder without following a link, has to be a regular one with a single name and not too large, and
is copied into a new file of ours while its sha256 is taken. Only what is expected may be there.
"""
