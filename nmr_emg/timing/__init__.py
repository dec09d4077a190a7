"""From a board's counter and the times of arrival to sample indexes, and when each sample was taken."""
