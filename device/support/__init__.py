"""What `equerry support` writes: a bundle for whoever helps, without secrets and without anybody's words."""
