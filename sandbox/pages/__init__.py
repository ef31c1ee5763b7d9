"""The pages people see: signing in, their courses, a course with its activities."""
