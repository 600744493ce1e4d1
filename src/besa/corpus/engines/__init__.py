"""What reads the corpus. DuckDB is the embedded default; each engine offers the same three tables."""
