using Parley.Protocol.Time;

namespace Parley.Conference.Admission;

/// <summary>
/// Slows down whoever guesses codes. An address has ten wrong codes a minute, then a delay that doubles with each further one; all addresses
/// together have a budget, beyond which an address gets one wrong code a minute. Someone who has not guessed wrong is never refused here.
/// </summary>
/// <remarks>While an address is held back even a right code is not looked at, or the delay would tell nothing and cost nothing.</remarks>
internal sealed class JoinThrottle
{
    private const int FreePerMinute = 10;
    private const int GlobalPerMinute = 300;
    private const int MaxTracked = 8192;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(5);

    private readonly Dictionary<UInt128, Record> _records = [];
    private Instant _globalSince;
    private int _globalFailures;

    private struct Record
    {
        public int Failures;
        public int Excess;
        public Instant Since;
        public Instant BlockedUntil;
    }

    /// <summary>How many addresses are remembered.</summary>
    public int Count => _records.Count;

    /// <summary>How long an address must wait before its next attempt; zero when it may try now.</summary>
    public TimeSpan DelayFor(Instant now, UInt128 address)
    {
        if (!_records.TryGetValue(address, out var record)) return TimeSpan.Zero;
        if (record.BlockedUntil > now) return record.BlockedUntil - now;
        if (now - record.Since < Window && record.Failures > 0 && IsGlobalBudgetSpent(now)) return record.Since + Window - now;
        return TimeSpan.Zero;
    }

    /// <summary>Counts a wrong code.</summary>
    public void OnWrongCode(Instant now, UInt128 address)
    {
        if (now - _globalSince >= Window)
        {
            _globalSince = now;
            _globalFailures = 0;
        }
        _globalFailures++;

        if (!_records.TryGetValue(address, out var record))
        {
            if (_records.Count >= MaxTracked) Forget(now);
            record.Since = now;
        }
        else if (now - record.Since >= Window && now - record.BlockedUntil >= Window)
        {
            record = new Record { Since = now };
        }
        else if (now - record.Since >= Window)
        {
            record.Since = now;
            record.Failures = 0;
        }
        record.Failures++;
        if (record.Failures >= FreePerMinute || record.Excess > 0)
        {
            record.Excess++;
            var delay = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(record.Excess, 20)));
            record.BlockedUntil = now + (delay < MaxDelay ? delay : MaxDelay);
        }
        _records[address] = record;
    }

    private bool IsGlobalBudgetSpent(Instant now) => now - _globalSince < Window && _globalFailures >= GlobalPerMinute;

    /// <summary>Makes room: first what has expired, and if all are fresh the oldest half goes.</summary>
    private void Forget(Instant now)
    {
        var expired = _records.Where(r => now - r.Value.Since >= Window && r.Value.BlockedUntil <= now).Select(r => r.Key).ToList();
        if (expired.Count == 0)
        {
            // The worst stay: else a sweep over many addresses would free whoever is held back.
            expired = _records.OrderBy(r => r.Value.Excess).ThenBy(r => r.Value.Since.Ticks).Take(MaxTracked / 2).Select(r => r.Key).ToList();
        }
        foreach (var key in expired) _records.Remove(key);
    }
}
