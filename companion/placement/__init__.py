"""The way back to the LMS: widgets in course pages, a group for each engagement, messages."""
