"""What changed between two results, whether it matters, and what may move: no container is started here."""
