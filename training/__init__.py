"""How the command model is taught: sentences made and prepared, a LoRA trained on them, and what it is worth. Not part
of the appliance.
"""

import os

# Before PyTorch comes: threads that wait must sleep. On a machine with other work to do, spinning made a step ten times
# as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
