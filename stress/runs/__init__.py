"""What of a run outlives the process: whole files, and payloads of draws that a run goes on with."""
