"""What a report mentions besides place and time: weapons, vehicles, what somebody looked like."""
