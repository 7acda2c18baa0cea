using Parley.Protocol;
using Parley.Protocol.Time;

namespace Parley.Benchmarks.HotPaths;

/// <summary>One thing that is done for every packet, picture or 10 ms of sound.</summary>
internal abstract class HotPath : IDisposable
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Func<HotPath>> All { get; } =
    [
        () => new RelayVideoPath(), () => new AudioTickPath(), () => new JitterPath(), () => new AssemblePath(), () => new MixPath(),
        () => new ProtectPath(), () => new UnprotectPath(), () => new ParsePath(),
    ];

    /// <summary>As in bench/budgets.json.</summary>
    public abstract string Name { get; }

    /// <summary>Where all of them begin; well after zero, because things look back.</summary>
    protected static Instant Start { get; } = new(TimeSpan.FromHours(1).Ticks);

    /// <summary>A seed, so that every run does the same.</summary>
    protected static IRandomSource Random() => new SeededRandom(7);

    /// <summary>Makes the next input. May allocate and is not measured.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>The operation.</summary>
    public abstract void Run();

    /// <summary>Throws when the operations did not do what their name says.</summary>
    public abstract void Verify();

    public void Dispose() => End();

    /// <summary>Gives up what was made for it.</summary>
    protected virtual void End()
    {
    }

    protected static void Expect(bool isSo, string what)
    {
        if (!isSo) throw new InvalidOperationException($"The hot path does not do its work: {what}.");
    }
}
