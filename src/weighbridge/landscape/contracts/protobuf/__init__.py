"""Protocol Buffers: what files of messages and services declare, and what two versions of them break."""
