"""What was said before, and what words such as "it", "no, Tuesday" and "one for Mike" lean on."""
