"""How a model is served: launch files read to the place, bound to a training, and laid under `[serve]`."""

from pathlib import Path
from textwrap import dedent

import pytest

from ftlint.detect.chat_templates import family
from ftlint.detect.model_names import plain_model, relation
from ftlint.dialects.serve import serving_of
from ftlint.engine.configs import configs_of
from ftlint.engine.serving import gibibytes, hardware, serving
from ftlint.model import FtlintError, TrainingConfig
from ftlint.model.policy import Hardware
from ftlint.model.serving import Serving
from ftlint.settings import Settings, load

SCRIPT = """\
    #!/bin/bash
    MODEL=meta-llama/Llama-3.1-8B-Instruct
    # vllm serve nothing
    CUDA_VISIBLE_DEVICES=0 vllm serve "$MODEL" \\
      --dtype half --max-model-len 8k --enable-lora \\
      --lora-modules support=./out/lora other=./x --max-lora-rank=32 -tp 2 --chat-template chatml.jinja
    """


def written(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text), encoding="utf-8")
    return str(file)


def read(folder: Path, name: str, text: str) -> list[TrainingConfig]:
    return configs_of(written(folder, name, text), name)


def servings(folder: Path, name: str, text: str) -> list[Serving]:
    configs = read(folder, name, text)
    assert {each.purpose for each in configs} <= {"serve"}
    return [serving_of(each) for each in configs]


def bare(found: Serving) -> dict[str, object]:
    """What is said, without places and what is not."""
    said = found._replace(places={}, path="")._asdict()
    return {name: value for name, value in said.items() if value not in ("", None, {}, False)}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "serve.sh",
            SCRIPT,
            {
                "engine": "vllm",
                "model": "meta-llama/Llama-3.1-8B-Instruct",
                "dtype": "fp16",
                "chat_template": "chatml.jinja",
                "adapter": "./out/lora",
                "max_length": 8000,
                "lora_rank": 32,
                "gpus": 2,
            },
        ),
        (
            "serve.sh",
            "python -m vllm.entrypoints.openai.api_server --model q/Qwen2.5-7B-AWQ --enable-lora\n",
            {"engine": "vllm", "model": "q/Qwen2.5-7B-AWQ", "quantization": "awq", "lora_rank": 16},
        ),
        (
            "run.sh",
            "docker run --gpus all -p 80:80 vllm/vllm-openai:v0.8 --model x/y --dtype bfloat16\n",
            {"engine": "vllm", "model": "x/y", "dtype": "bf16"},
        ),
        (
            "run.sh",
            "text-generation-launcher --model-id x/y --quantize bitsandbytes-nf4 --max-total-tokens 4096\n",
            {"engine": "tgi", "model": "x/y", "quantization": "bitsandbytes-nf4", "max_length": 4096},
        ),
        (
            "run.sh",
            "python3 -m sglang.launch_server --model-path x/y --tp 8 --lora-paths a=out b=c --dtype auto\n",
            {"engine": "sglang", "model": "x/y", "gpus": 8, "adapter": "out"},
        ),
        (
            "run.sh",
            "exec llama-server -m models/tuned-Q4_K_M.gguf -c 2048 --lora ad.gguf\n",
            {
                "engine": "llama.cpp",
                "model": "models/tuned-Q4_K_M.gguf",
                "quantization": "q4_k_m",
                "max_length": 2048,
                "adapter": "ad.gguf",
            },
        ),
        (
            "vllm.service",
            "[Service]\nExecStart=/opt/bin/vllm serve x/y --dtype half\n",
            {"engine": "vllm", "model": "x/y", "dtype": "fp16"},
        ),
        (
            "Makefile",
            "serve: build\n\tCUDA_VISIBLE_DEVICES=0 vllm serve x/y --max-model-len 4096\n",
            {"engine": "vllm", "model": "x/y", "max_length": 4096},
        ),
        (
            "Dockerfile",
            'FROM vllm/vllm-openai:v0.8\nCMD ["--model", "x/y", \\\n  "--dtype", "half"]\n',
            {"engine": "vllm", "model": "x/y", "dtype": "fp16"},
        ),
        (
            "Modelfile",
            'FROM ./tuned-q4_K_M.gguf\nadapter ./lora\nTEMPLATE """<|im_start|>\nFROM inside\n"""\n'
            'PARAMETER stop "x"\nPARAMETER num_ctx 8192\n',
            {
                "engine": "ollama",
                "model": "./tuned-q4_K_M.gguf",
                "quantization": "q4_k_m",
                "chat_template": "<|im_start|>\nFROM inside\n",
                "adapter": "./lora",
                "max_length": 8192,
            },
        ),
        (
            "Modelfile.support",
            "FROM llama3.1:8b-instruct-fp16\n",
            {"engine": "ollama", "model": "llama3.1:8b-instruct-fp16", "dtype": "fp16", "max_length": 4096},
        ),
        (
            "vllm.yaml",
            "model: x/y\nmax-model-len: 8192\ndtype: bfloat16\ntensor-parallel-size: 4\n",
            {"engine": "vllm", "model": "x/y", "dtype": "bf16", "max_length": 8192, "gpus": 4},
        ),
        (
            "compose.yaml",
            """\
            services:
              llm:
                image: vllm/vllm-openai:latest
                command: >
                  --model x/y
                  --dtype float16
            """,
            {"engine": "vllm", "model": "x/y", "dtype": "fp16"},
        ),
        (
            "compose.yaml",
            """\
            services:
              llm:
                image: ghcr.io/huggingface/text-generation-inference:2.4
                environment: {MODEL_ID: x/y, QUANTIZE: awq}
            """,
            {"engine": "tgi", "model": "x/y", "quantization": "awq"},
        ),
        (
            "deploy.yaml",
            """\
            kind: Deployment
            spec:
              template:
                spec:
                  containers:
                    - name: vllm
                      image: registry.example/own:1
                      command: ["/bin/sh", "-c"]
                      args:
                        - |
                          vllm serve x/y --dtype bfloat16 \\
                            --max-model-len 4096
            """,
            {"engine": "vllm", "model": "x/y", "dtype": "bf16", "max_length": 4096},
        ),
    ],
)
def test_launch_files(tmp_path: Path, name: str, text: str, expected: dict[str, object]) -> None:
    (found,) = servings(tmp_path, name, text)
    assert bare(found) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run.sh", "pip install vllm\necho vllm serve\n# vllm serve x/y\nvllm bench x\n"),
        ("compose.yaml", "services:\n  db:\n    image: postgres:16\n    command: vllm-like --model x\n"),
        ("train.yaml", "model: x/y\nlearning_rate: 1.0e-4\nmax-model-len: 2048\ntensor-parallel-size: 2\n"),
        ("Modelfile", "# FROM nothing vllm\nPARAMETER num_ctx 10\n"),
        ("Dockerfile", 'FROM python:3.12\nRUN pip install vllm\nCMD ["python", "app.py"]\n'),
    ],
)
def test_what_starts_no_engine(tmp_path: Path, name: str, text: str) -> None:
    assert [each for each in read(tmp_path, name, text) if each.purpose == "serve"] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("serve.sh", SCRIPT),
        ("serve.sh", "# Größe, naïve ✓\nvllm serve x/y --dtype half --max-model-len 4096\n"),
        ("serve.sh", "\ufeffvllm serve x/y --dtype 'half'\n"),
        (
            "compose.yaml",
            "# ü\nservices:\n  a:\n    image: vllm/vllm-openai\n    command: ['--model', \"x/y\"]\n",
        ),
        ("Modelfile", "# é\nFROM ./a-q8_0.gguf\nPARAMETER num_ctx   4096  \n"),
    ],
)
def test_places_are_those_of_the_text(tmp_path: Path, name: str, text: str) -> None:
    data = dedent(text).encode()
    lines = data.decode().removeprefix("\ufeff").splitlines()
    for config in read(tmp_path, name, text):
        found = [(known, field) for field, known in config.fields.items() if known.written and known.range]
        assert found
        for known, field in found:
            at = known.range
            assert at is not None
            piece = data[at.start : at.end].decode()
            assert piece
            assert field == "merge_adapter" or known.raw in (piece, "") or known.raw in piece
            if at.line == at.end_line:
                assert lines[at.line - 1][at.column - 1 : at.end_column - 1] == piece


# --- settings


def settings(folder: Path, text: str) -> Settings:
    written(folder, "ftlint.toml", text)
    return load([str(folder)])


def trained(folder: Path, text: str = "output_dir: out/support\n") -> TrainingConfig:
    (config,) = read(
        folder, "config.yaml", f"ftlint: 1\nbase_model: Qwen/Qwen2.5-7B\ntuning: lora\nlora_rank: 16\n{text}"
    )
    return config


def test_a_launch_file_belongs_to_what_it_serves(tmp_path: Path) -> None:
    known = settings(tmp_path, "")
    config = trained(tmp_path)
    launched = [
        *read(tmp_path, "a.sh", "vllm serve ./out/support/\n"),
        *read(tmp_path, "b.sh", "vllm serve out/support/checkpoint-10\n"),
        *read(tmp_path, "c.sh", "vllm serve out/supporters\n"),
        *read(tmp_path, "d.sh", "vllm serve unsloth/Qwen2.5-7B-bnb-4bit\n"),
        *read(tmp_path, "e.sh", "vllm serve Qwen/Qwen2.5-14B\n"),
        *read(tmp_path, "f.sh", "vllm serve x/y --lora-modules s=out/support\n"),
    ]
    found = serving(known, [config, *launched], None, config)
    assert [each.path for each in found] == ["a.sh", "b.sh", "d.sh", "f.sh"]
    assert not any(each.declared for each in found)


def test_serve_names_a_file_and_says_more_than_it(tmp_path: Path) -> None:
    written(tmp_path, "deploy/serve.sh", "vllm serve x/y --dtype half --chat-template t.jinja\n")
    written(tmp_path, "deploy/t.jinja", "<|im_start|>{{ x }}\n")
    known = settings(tmp_path, '[serve]\nfile = "deploy/serve.sh"\ndtype = "bf16"\nmerged = "merged"\n')
    (found,) = serving(known, [], None, trained(tmp_path))
    assert (found.dtype, found.merged, found.declared) == ("bf16", True, True)
    assert found.chat_template == "<|im_start|>{{ x }}\n"
    assert "dtype" not in found.places
    assert found.places["model"].line == 1


def test_serve_alone_has_its_lines(tmp_path: Path) -> None:
    known = settings(tmp_path, '\n[serve]\nengine = "vllm"\nmax-length = 4096\n')
    (found,) = serving(known, [], None, None)
    assert (found.path, found.max_length, found.merged) == ("ftlint.toml", 4096, None)
    assert found.places["max_length"].line == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[serve]\nfile = "missing.sh"\n', "missing.sh does not exist"),
        ('[serve]\nfile = "other.sh"\n', "other.sh starts no engine"),
    ],
)
def test_a_file_that_serves_nothing_is_a_mistake(tmp_path: Path, text: str, message: str) -> None:
    written(tmp_path, "other.sh", "echo vllm\n")
    known = settings(tmp_path, text)
    with pytest.raises(FtlintError, match=message) as caught:
        serving(known, [], None, None)
    assert caught.value.line == 2


def test_hardware(tmp_path: Path) -> None:
    assert hardware(settings(tmp_path, "")) is None
    said = settings(tmp_path, '[hardware]\ngpu = "Tesla T4"\ncount = 2\n')
    assert hardware(said) == Hardware("T4", 15.0, 2, bf16=False)
    own = settings(tmp_path, '[hardware]\ngpu = "TPU-v5e"\nmemory = "16GB"\n')
    assert hardware(own) == Hardware("TPU-v5e", 16.0, 1, bf16=True)
    with pytest.raises(FtlintError, match="unknown device 'H100-8GB': did you mean 'H100-80GB'"):
        hardware(settings(tmp_path, '[hardware]\ngpu = "H100-8GB"\n'))
    with pytest.raises(FtlintError, match="give its memory"):
        hardware(settings(tmp_path, '[hardware]\ngpu = "abacus"\n'))


@pytest.mark.parametrize(
    ("text", "expected"), [("80GB", 80.0), ("24 gb", 24.0), ("16GiB", 16.0), ("512MiB", 0.5), ("x", None)]
)
def test_device_memory(text: str, expected: float | None) -> None:
    assert gibibytes(text) == expected


# --- names


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("meta-llama/Llama-3.1-8B", "unsloth/Meta-Llama-3.1-8B-bnb-4bit", "same"),
        ("Qwen/Qwen2.5-7B-Instruct", "models/Qwen2.5-7B-Instruct-Q4_K_M.gguf", "same"),
        ("Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B-Instruct-GPTQ-Int4", "same"),
        ("meta-llama/Llama-3.1-8B", "/models/Llama-3.1-8B-Instruct", "variant"),
        ("google/gemma-2-9b-it", "google/gemma-2-9b", "variant"),
        ("meta-llama/Llama-3.1-8B", "Qwen/Qwen2.5-7B", "other"),
        ("me/own-13b", "you/other-7b", "other"),
        ("me/my-llama-3.1-8b-support", "meta-llama/Llama-3.1-8B", "unknown"),
        ("./out/merged", "Qwen/Qwen2.5-7B", "unknown"),
        ("", "Qwen/Qwen2.5-7B", "unknown"),
    ],
)
def test_relation(one: str, other: str, expected: str) -> None:
    assert relation(one, other) == expected
    assert relation(other, one) == expected


def test_plain_model() -> None:
    assert plain_model("/models/Meta-Llama-3.1-8B-Instruct-FP8-dynamic/") == "llama-3.1-8b-instruct"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("chatml", "chatml"),
        ("qwen3", "chatml"),
        ("tokenizer_default", ""),
        ("llama3", "llama3"),
        ("templates/tool_chat_template_llama3.1_json.jinja", "llama3"),
        ("template_chatml.jinja", "chatml"),
        ("mistral", "llama2"),
        ("alpaca", "alpaca"),
        ("gemma", "gemma"),
        ("{{ bos }}[INST] {{ .Prompt }} [/INST]", "llama2"),
        ("{% for m in messages %}<|im_start|>{{ m.role }}\n{% endfor %}", "chatml"),
        ("{% for m in messages %}qwen {{ m.role }}\n{% endfor %}", ""),
        ("", ""),
    ],
)
def test_family_of_a_chat_template(template: str, expected: str) -> None:
    assert family(template) == expected
