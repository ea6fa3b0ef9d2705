"""A filled, realistic workspace to look at and to try things on. What is filled in stands in a scheme's demo.yaml."""
