"""What things are: tables, keys, times, links between them."""
