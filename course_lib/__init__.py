"""Reference implementations, checks and grading of the course on training deep networks."""
