"""Small models that are really trained, with one fault put in or without it, and their logs."""

import os

# read when numpy is first imported: small matrices are multiplied faster by one thread
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
