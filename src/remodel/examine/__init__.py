"""Questions to models that are built: answers, speed, cost, causes."""
