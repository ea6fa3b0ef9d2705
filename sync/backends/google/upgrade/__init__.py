"""What an upgrade must know of a spreadsheet and may ask of it; what is to stand in it is decided elsewhere."""
