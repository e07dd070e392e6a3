"""What really trains runs in an environment of its own (`make test-parsers`).

Where torch is installed, whatever loads spaCy loads torch.
"""

from importlib.util import find_spec

collect_ignore = (
    [] if find_spec("torch") else ["test_live_callback.py", "test_live_writer.py", "test_log_writers.py"]
)
