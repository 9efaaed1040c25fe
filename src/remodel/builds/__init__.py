"""Jobs in containers: how a builder is called, what comes back, and environments that are kept warm."""
