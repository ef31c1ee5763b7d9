"""Use cases: a method is one transaction; views and commands call one method each."""
