"""What is measured, and against what; no test asserts a time."""
