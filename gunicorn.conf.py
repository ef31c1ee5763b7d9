"""What gunicorn reads by itself where it is started in this folder, as the README tells."""

import gc

# Where an access log is asked for (--access-logfile), it holds who, when, which method, what came of it, its size and
# microseconds. No address: in it stand the keys of launches, one-time codes, and what a platform sends along.
access_log_format = '%(h)s %(t)s "%(m)s %(H)s" %(s)s %(B)s %(D)s'

# Each worker listens for itself. From one shared socket the first worker that is awake takes connection after
# connection while the others idle: eight clients of two workers were answered half as fast.
reuse_port = True


def post_worker_init(_worker: object) -> None:
    """Take what was loaded for lasting: the collector would look through all of it again and again."""
    gc.collect()
    gc.freeze()
