"""The checks: collected, run and guarded here; one file a requirement."""
