"""The tables' history: each change of the database's shape, in order."""
