"""What loads torch runs in an environment of its own (`make test-training`); others leave it out."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("torch") else ["test_*.py"]
