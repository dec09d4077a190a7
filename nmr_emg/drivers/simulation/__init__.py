"""The parts of the simulator: scenes, muscles, disturbances, the converter and the truth."""
