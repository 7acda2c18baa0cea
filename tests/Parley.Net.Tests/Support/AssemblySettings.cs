// The tests share two cores, an environment variable and the limits on connections from loopback.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
