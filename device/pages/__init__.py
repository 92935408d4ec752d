"""What commands print of the appliance: `status`, `insight`, and the tables of `tasks`, `lists` and the like. Pure."""
