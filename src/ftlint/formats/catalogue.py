"""Every format there is, in the order ties are decided."""

from __future__ import annotations

from collections.abc import Iterator

from ftlint.formats.alpaca import Alpaca, Dolly, GPTeacher, SeedTasks
from ftlint.formats.bedrock import BedrockClaude, BedrockConverse
from ftlint.formats.classification import Classification
from ftlint.formats.columns import ColumnFormat
from ftlint.formats.gemini import Gemini, GeminiDpo, GeminiRft
from ftlint.formats.kto import Kto
from ftlint.formats.mistral import Mistral
from ftlint.formats.openai import OpenAIChat, OpenAIRft
from ftlint.formats.openai_dpo import OpenAIDpo
from ftlint.formats.preference import HH, Preference
from ftlint.formats.prompt_completion import ConversationalPromptCompletion, PromptCompletion
from ftlint.formats.qa import QA
from ftlint.formats.rounds import Rounds
from ftlint.formats.sharegpt import Dialogue, ShareGPT, ShareGPTDpo
from ftlint.formats.text import PlainText, Tokenised
from ftlint.formats.trl import PromptOnly, Stepwise, Unpaired


def formats() -> Iterator[ColumnFormat]:
    for kind in (
        OpenAIChat,
        OpenAIDpo,
        OpenAIRft,
        PromptCompletion,
        BedrockClaude,
        BedrockConverse,
        Gemini,
        GeminiDpo,
        GeminiRft,
        Mistral,
        Preference,
        Unpaired,
        Stepwise,
        PromptOnly,
        ConversationalPromptCompletion,
        Kto,
        ShareGPT,
        ShareGPTDpo,
        Dialogue,
        Rounds,
        Alpaca,
        GPTeacher,
        Dolly,
        SeedTasks,
        HH,
        QA,
        PlainText,
        Tokenised,
        Classification,
    ):
        yield kind()
