"""The sandbox as an LTI 1.3 platform, with the endpoints, claims and refusals of Moodle's."""
