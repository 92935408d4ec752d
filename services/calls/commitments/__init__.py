"""What somebody has promised or agreed to do, by whom and when; found as the call goes on, each once."""
