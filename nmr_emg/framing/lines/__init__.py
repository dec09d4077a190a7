"""Samples in lines of text: what the columns are, and how they are read."""
