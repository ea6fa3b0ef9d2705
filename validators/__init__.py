"""What a scheme means, whether rows obey it, and what its rules say on a day. Pure: imports nothing else of ours."""
