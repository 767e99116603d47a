//! Floor 5: arguments, exit codes, a file per subcommand.
