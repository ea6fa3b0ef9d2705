"""A scheme as a workbook for the people who own the policy, and back: export, import, differences, rehearsal."""
