"""Small inputs that went wrong when others tried the program, each with the right answer."""
