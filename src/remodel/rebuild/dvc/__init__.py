"""DVC's own records, through DVC's own Python, which nothing else imports: stages, what changed, caches, dvc.lock."""
