"""The LoRA runner: transformers' Trainer with what keeps a run safe around it."""
