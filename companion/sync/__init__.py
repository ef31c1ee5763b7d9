"""Reading the LMS: pull a snapshot, plan the changes, let the store apply them."""
