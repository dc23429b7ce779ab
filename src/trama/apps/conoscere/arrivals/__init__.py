"""New data reach the knowledge base from the web: an original is checked and published, analyses run again."""
