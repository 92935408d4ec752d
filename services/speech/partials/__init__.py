"""What is heard while one still speaks: a module for each engine (services.speech.base.PartialRecognizer)."""
