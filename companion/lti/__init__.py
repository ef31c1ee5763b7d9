"""LTI 1.3, the tool's side: logins, launches, key sets and our own keys. Knows no web framework."""
