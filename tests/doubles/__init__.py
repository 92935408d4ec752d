"""What stands for the body and the faculties in tests: each keeps its Protocol, with ways to misbehave."""
