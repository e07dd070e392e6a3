"""What is settled before torch is loaded: tokens, labels, the mix, the plan. The linter's venv runs it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "training"))

import pytest
import templates  # beside the tests that train

from ftlint.weights.tokenizer import Tokenizer, load_tokenizer


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tokenizer]:
    root = tmp_path_factory.mktemp("shapes")
    found = {
        name: load_tokenizer(str(templates.tokenizer(root / name, text, eos=eos, bos=bos)))
        for name, (text, eos, bos) in templates.SHAPES.items()
    }
    found["bare"] = load_tokenizer(str(templates.tokenizer(root / "bare", "", eos="</s>", bos="<s>")))
    last = templates.tokenizer(root / "last", templates.MISTRAL_LAST, eos="</s>", bos="<s>")
    found["mistral-last"] = load_tokenizer(str(last))
    texts = templates.tokenizer(root / "texts", templates.TEXT_ARGUMENTS, eos="<|im_end|>")
    found["text-arguments"] = load_tokenizer(str(texts))
    stopping = templates.tokenizer(
        root / "stopping", templates.PHI, eos="<|endoftext|>", stops=["<|endoftext|>", "<|end|>"]
    )
    found["phi-stopping"] = load_tokenizer(str(stopping))
    return found
