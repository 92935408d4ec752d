"""What `equerry doctor` looks at: one file for each area, one function for each check, one finding for each."""
