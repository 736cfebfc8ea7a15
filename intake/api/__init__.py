"""The API for other programs: batches out, and back what became of them. Its own process and port."""
