from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.sec.wording import HELP, told

_OPENAI = "sk-" + "q7Xw2LkTz9PmVb4RnYcE" + "T3Blbk" + "FJ" + "u1HgD8jFs5AoK0iMxC3Z"
_HUGGING_FACE = "hf_" + "QzXkWvTnLpRmYcEuHgDjFsAoKiMbBwNqVx"
_ANTHROPIC = "sk-ant-api03-" + "q7Xw2LkTz9-PmVb4RnYcE_u1HgD8jFs" * 3 + "AA"


class ModelProviderKey(Rule[Span]):
    """A key of a model provider stands in the data, a config, a log or a notebook.

    ## Why it matters
    People who fine-tune have such keys at hand, and paste them: into the prompt that asks why a call fails,
    into the notebook, into the config beside `report_to`. The key pays for whatever is run with it, and a
    Hugging Face token may write to the very model that is trained.

    ## What to do
    Revoke it at the provider and make a new one, kept in the environment; then `ftlint data redact`.

    Found are keys of OpenAI, Anthropic, Hugging Face, Groq, Replicate, Perplexity, xAI, OpenRouter,
    Fireworks, LangSmith, Pinecone, NVIDIA, Cerebras, Voyage, ElevenLabs, Tavily, Jina, LlamaCloud, Weights &
    Biases, Neptune, Comet, Cohere, Together, Mistral, vector stores, and others that begin with `sk-`.

    ## References
    The providers' documentation of their keys; Hugging Face, "User access tokens".

    ## Known limits
    Keys without a form of their own (Cohere, Mistral, Together, Weights & Biases) are found only beside their
    name.
    """

    code = "SEC003"
    name = "model-provider-key"
    severity = Severity.ERROR
    headline = "{count} keys of model providers (values hidden)"
    help = HELP
    documents = True
    kinds = (
        "openai-key",
        "anthropic-key",
        "hugging-face-token",
        "groq-key",
        "replicate-token",
        "perplexity-key",
        "xai-key",
        "openrouter-key",
        "fireworks-key",
        "langsmith-key",
        "pinecone-key",
        "nvidia-key",
        "cerebras-key",
        "voyage-key",
        "elevenlabs-key",
        "tavily-key",
        "jina-key",
        "llamacloud-key",
        "model-api-key",
        "wandb-key",
        "neptune-token",
        "cohere-key",
        "together-key",
        "mistral-key",
        "comet-key",
        "vector-store-key",
    )
    bad = (
        Example([chat("Why does it fail?", f'Set OPENAI_API_KEY="{_OPENAI}" first.')]),
        Example([chat(f"huggingface-cli login --token {_HUGGING_FACE}", "Done.")]),
        Example([{"prompt": "Call it.", "completion": f"client = Anthropic(api_key='{_ANTHROPIC}')"}]),
    )
    good = (
        Example(
            [chat("Why does it fail?", 'Set OPENAI_API_KEY="sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" first.')]
        ),
        Example([chat("Log in.", "huggingface-cli login --token hf_your_token_here")]),
        Example([chat("Which class?", "risk-AssessmentAndMitigationStrategyForProjects2024")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
