"""One reader a format: what a file holds, as a Page of headings, paragraphs, items and rows."""
