"""New data reach the lake from the web: an original is checked and published, STORM runs again."""
