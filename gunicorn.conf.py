"""What gunicorn reads by itself where it is started in this folder, as the README tells."""

# Where an access log is asked for (--access-logfile), it holds who, when, which method, what came of it, its size and
# microseconds. No address: in it stand the keys of launches, one-time codes, and what a platform sends along.
access_log_format = '%(h)s %(t)s "%(m)s %(H)s" %(s)s %(B)s %(D)s'
