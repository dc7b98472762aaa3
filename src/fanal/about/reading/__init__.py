"""Connection logs as batches of cells: CSV, JSON lines, Parquet; nothing is written, ever."""
