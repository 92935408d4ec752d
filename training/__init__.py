"""Teaching the command model. Not part of the appliance."""

import os

# Before PyTorch comes: threads that wait must sleep. On a machine with other work to do, spinning made a step ten times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
