"""What needs every role: the demo. Nobody imports it."""
