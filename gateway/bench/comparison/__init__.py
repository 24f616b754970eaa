"""The comparison of smtpgate with other proxies; started by ../compare."""
