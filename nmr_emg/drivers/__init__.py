"""Boards, the simulator, and BrainFlow: each yields blocks."""
