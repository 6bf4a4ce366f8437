"""The sites: one file an engine, each with plain functions from bytes to records."""
