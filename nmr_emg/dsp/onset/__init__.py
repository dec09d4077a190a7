"""Onset and offset of activity: bands, their level at rest, evidence, and what tells muscle from artefact."""
