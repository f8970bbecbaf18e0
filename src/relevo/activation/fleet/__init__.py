"""Many numbers of one company, put into service together and proven one by one."""
