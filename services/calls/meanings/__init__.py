"""What an utterance does (asks the price, objects, says goodbye), by templates in files, found within a segment."""
