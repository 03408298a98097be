"""The instructor's side: from what was handed in to marks, feedback and a summary."""
