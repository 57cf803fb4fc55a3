"""Rollouts: plans, which change flags in steps and at times, and survive restarts."""
