"""Work in the background: a queue that names jobs, and their schedule."""
