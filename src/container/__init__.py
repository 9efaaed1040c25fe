"""What every program inside a container shares: its arguments and errors, its progress, the CPU profile, documents."""
