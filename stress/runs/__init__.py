"""What of a run outlives the process: payloads of draws that a later run goes on with."""
