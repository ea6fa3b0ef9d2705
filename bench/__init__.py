"""Speed and memory against floors and peers: `python -m bench` prints one table. See README.md."""
