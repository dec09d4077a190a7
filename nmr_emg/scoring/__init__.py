"""What the pipeline means: balance between muscles."""
