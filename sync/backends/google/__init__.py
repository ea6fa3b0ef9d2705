"""Books as Google spreadsheets. `backend.py` is the door; gspread stays inside this package."""
