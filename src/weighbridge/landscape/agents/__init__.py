"""What coding agents are told and may do, as the files of a repository say it."""
