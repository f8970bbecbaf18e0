"""The bundle, its lines, and the joint plan that moves them as one."""
