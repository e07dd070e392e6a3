"""What is settled before torch is loaded: tokens, labels, the mix, the plan. The linter's venv runs it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "training"))
