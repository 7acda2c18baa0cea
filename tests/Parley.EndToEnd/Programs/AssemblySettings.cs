// Whole programs share two cores and an environment variable, and what they lose by waiting for each other counts as lost.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
