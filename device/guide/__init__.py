"""The guide through the first start, spoken and in the terminal."""
