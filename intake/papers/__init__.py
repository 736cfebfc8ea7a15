"""Papers of a municipality that follow from the catalogue of checks: what providers must send, the sheet
for care lines, and what each point on the review page means."""
