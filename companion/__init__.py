"""Cairn: mentoring between recent learners and new hires, beside Moodle."""
