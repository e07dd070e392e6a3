"""Models, tokenizers and adapters on this machine, and conversations as the tokens they become.

Training and evaluation share it. torch, transformers and peft are imported where they are needed.
"""
