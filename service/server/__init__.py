"""What stands between a socket and the app."""
