"""What leaves the service for other programs."""
