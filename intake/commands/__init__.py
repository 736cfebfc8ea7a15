"""What the commands of ``intake.cli`` do; one file a command."""
