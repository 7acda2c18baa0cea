namespace Parley.Benchmarks.Meetings;

/// <summary>One run of something measured.</summary>
/// <param name="P50">Median, ms.</param>
/// <param name="P99">99th percentile, ms.</param>
/// <param name="Samples">How many.</param>
/// <param name="Overslept">The longest that the stall witness overslept, ms.</param>
/// <param name="Repeats">How many runs were thrown away because the machine was busy with something else.</param>
internal sealed record Measurement(double P50, double P99, int Samples, double Overslept, int Repeats)
{
    /// <summary>Runs of one measurement.</summary>
    public const int Runs = 5;

    private const int MaxRepeats = 3;

    /// <summary>Measures some times, repeating what the witness does not believe.</summary>
    public static async Task<List<Measurement>> RepeatAsync(string what, Func<Task<List<double>>> runAsync, int runs = Runs)
    {
        var all = new List<Measurement>();
        for (var i = 0; i < runs; i++)
        {
            all.Add(await OnceAsync(runAsync));
            Console.WriteLine($"{what}, run {i + 1}: {all[^1]}");
        }
        return all;
    }

    /// <summary>The value at a share of a list.</summary>
    public static double At(List<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
    }

    private static async Task<Measurement> OnceAsync(Func<Task<List<double>>> runAsync)
    {
        for (var repeats = 0; ; repeats++)
        {
            using var witness = new StallWitness();
            var samples = await runAsync();
            if (witness.Worst < StallWitness.Limit || repeats == MaxRepeats)
                return new Measurement(At(samples, 0.5), At(samples, 0.99), samples.Count, witness.Worst.TotalMilliseconds, repeats);
        }
    }
}
