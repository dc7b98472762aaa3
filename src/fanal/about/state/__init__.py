"""What is known of all accounts, on disk: grows with each day's rows, forgets what is a year old."""
