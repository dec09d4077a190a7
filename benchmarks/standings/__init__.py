"""From the league's results to a page and a picture."""
