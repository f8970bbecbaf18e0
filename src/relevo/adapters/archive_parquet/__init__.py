"""Old months of the journal as Parquet files, outside the database."""
