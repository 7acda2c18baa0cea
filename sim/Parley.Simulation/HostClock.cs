using Parley.Protocol.Time;

namespace Parley.Simulation;

/// <summary>Turns virtual time into what a host's drifting clock shows, and back. Whole numbers only: the same on every machine.</summary>
internal sealed class HostClock
{
    /// <summary>Drift is kept in parts per billion, so that a fraction of a ppm still is a whole number.</summary>
    private const long Billion = 1_000_000_000;

    private long _ratePpb;
    private Instant _anchorTrue;
    private Instant _anchorLocal;

    public HostClock(Instant now, Instant local, double driftPpm)
    {
        _anchorTrue = now;
        _anchorLocal = local;
        _ratePpb = RateOf(driftPpm);
    }

    /// <summary>What the clock shows at virtual time <paramref name="now"/>.</summary>
    public Instant Local(Instant now) =>
        new(_anchorLocal.Ticks + (long)((Int128)(now - _anchorTrue).Ticks * _ratePpb / Billion));

    /// <summary>The first virtual time at which the clock shows <paramref name="local"/> or later.</summary>
    public Instant WhenShows(Instant local)
    {
        if (local == Instant.Never) return Instant.Never;
        var ticks = ((Int128)local.Ticks - _anchorLocal.Ticks) * Billion;
        if (ticks <= 0) return _anchorTrue;
        var trueTicks = (ticks + _ratePpb - 1) / _ratePpb;
        return trueTicks > long.MaxValue / 2 ? Instant.Never : new(_anchorTrue.Ticks + (long)trueTicks);
    }

    /// <summary>Changes the drift without a jump.</summary>
    public void SetDrift(Instant now, double driftPpm)
    {
        _anchorLocal = Local(now);
        _anchorTrue = now;
        _ratePpb = RateOf(driftPpm);
    }

    private static long RateOf(double driftPpm)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs(driftPpm), 100_000);
        return Billion + (long)Math.Round(driftPpm * 1000);
    }
}
