"""What is kept of sessions: one record for each time that somebody spoke with the appliance."""
