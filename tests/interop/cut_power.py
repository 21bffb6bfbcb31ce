"""Cuts the power of a mounted ext4: whatever was not flushed to it by now is gone for good.

usage: cut_power.py MOUNT-POINT
"""

import fcntl
import os
import struct
import sys

# EXT4_IOC_SHUTDOWN, _IOR('X', 125, __u32) of linux/fs/ext4/ext4.h.
SHUTDOWN = 0x8004587D
# EXT4_GOING_FLAGS_NOLOGFLUSH: not even the journal is flushed before.
WITHOUT_LOG_FLUSH = 2

mount_point = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY)
fcntl.ioctl(mount_point, SHUTDOWN, struct.pack("I", WITHOUT_LOG_FLUSH))
