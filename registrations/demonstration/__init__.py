"""Made-up people for demonstrations: who they are, where they live and what they do."""
