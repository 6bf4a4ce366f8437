"""Pages of sites that offer no API: bytes in, facts out; nothing here fetches."""
