from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.chat_templates import family
from ftlint.model import Finding, Training
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fit.served import at, pairs, related, title

LORA = {"base_model": "Qwen/Qwen2.5-7B", "method": "sft", "tuning": "lora", "lora_rank": 16}
CHATML = {**LORA, "chat_template": "chatml", "output_dir": "out/support"}
LLAMA3 = "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>' }}\n"


class ChatTemplateMismatch(Rule[Training]):
    """A model is trained with one chat template and served with another.

    ## Why it matters
    The tokens around a turn are what the model learnt to answer after. With others in their place it sees a
    prompt of a kind it was never trained on: it answers worse, does not stop, or writes the next turn of the
    user itself. Nothing fails; the server only formats messages another way than the trainer did.

    ## What to do
    Serve with the template of the training: ship it in the tokenizer (`chat_template` of
    tokenizer_config.json) and give the server none, or give it the same file.

    Templates are compared by family (ChatML, Llama 2, Llama 3, Gemma, Alpaca, Vicuna, Zephyr and Phi-3,
    DeepSeek, Harmony ...), by their names and by the marks in their text. Two templates of one family that
    differ in details are no finding, and one that is not known is none either.

    ## References
    LLaMA-Factory issue 2509: the same model scored 57% with the template of its training and 26% with
    another. LLaMA-Factory's README: use the same template in training and inference.
    """

    code = "FIT043"
    name = "chat-template-mismatch"
    severity = Severity.WARNING
    help = "serve with the template of the training, best in the tokenizer itself"
    bad = (
        Example(config=CHATML, settings='[serve]\nengine = "vllm"\nchat-template = "llama3"'),
        Example(
            config=CHATML,
            files={
                "serve.sh": "vllm serve out/support --chat-template templates/t.jinja\n",
                "templates/t.jinja": LLAMA3,
            },
        ),
        Example(
            config={**LORA, "chat_template": "llama3", "output_dir": "out"},
            files={"Modelfile": 'FROM ./out\nTEMPLATE """[INST] {{ .Prompt }} [/INST]"""\n'},
        ),
    )
    good = (
        Example(config=CHATML, settings='[serve]\nchat-template = "qwen2.5"', note="a ChatML, too"),
        Example(
            config={**LORA, "chat_template": "llama3", "output_dir": "out/support"},
            files={
                "serve.sh": "vllm serve out/support --chat-template templates/t.jinja\n",
                "templates/t.jinja": LLAMA3,
            },
        ),
        Example(config=CHATML, files={"serve.sh": "vllm serve out/support\n"}, note="the tokenizer's own"),
        Example(config=CHATML, settings='[serve]\nchat-template = "support"', note="not known"),
    )

    def check(self, training: Training) -> Iterator[Finding]:
        for config, serving in pairs(training):
            mine = family(str(config.get("chat_template") or ""))
            its = family(serving.chat_template)
            if mine and its and mine != its:
                place = at(serving, "chat_template")
                yield Finding(
                    f"trained with a chat template of the {mine} family, served with one of the {its} family"
                    f"{place} by {title(serving)}",
                    related=related(serving, "chat_template"),
                    **config.place("chat_template"),
                )
