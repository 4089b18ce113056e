"""What has no limit: waits, retries, stores, queues, work that others' data makes as much as they like."""
