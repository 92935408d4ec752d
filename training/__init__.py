"""How the command model is taught: sentences made and prepared, a LoRA trained on them, and what it is worth. Not part of the appliance."""
