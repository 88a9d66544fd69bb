"""Timings and sizes, always as ratios to libsodium in the same run. See docs/performance.md."""
