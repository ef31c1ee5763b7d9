"""E-mail: letters made of words, and the server that takes them."""
