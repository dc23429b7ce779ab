"""What people see and do: one Django app per verb of the plan."""
