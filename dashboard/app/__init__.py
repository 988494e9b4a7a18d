"""The dashboard: what shops sell, how the pipeline does, and what is recommended. It reads and changes nothing."""
