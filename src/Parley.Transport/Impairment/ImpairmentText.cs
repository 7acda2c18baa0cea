using System.Globalization;

namespace Parley.Transport.Impairment;

/// <summary>
/// The text form of <see cref="ImpairmentOptions"/>: <c>loss=5%,burst=3,delay=20ms,jitter=10ms,reorder=1%,duplicate=1%,rate=2mbit,queue=100ms,direction=both,seed=7</c>.
/// </summary>
/// <remarks>Every part may be left out and each may stand once. Whoever typed it reads the error, so an error names the part and what would be right.</remarks>
internal static class ImpairmentText
{
    private const string Example = "loss=5%,delay=20ms";
    private const string KnownKeys = "loss, burst, delay, jitter, reorder, duplicate, rate, queue, direction and seed";

    /// <summary>A minute: beyond it a delay is a mistake, not a network.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(1);

    private const long MinRate = 1_000;
    private const long MaxRate = 100_000_000_000;
    private const double MaxBurst = 1_000_000;
    private const long MaxQueueBytes = 1_000_000_000;

    /// <summary>Reads what a person wrote behind <c>--impair</c>.</summary>
    /// <param name="text">The parts, with commas between them; <c>none</c> for no impairment.</param>
    /// <param name="options">The options; <see cref="ImpairmentOptions.None"/> on failure.</param>
    /// <param name="error">A sentence that names the part which is wrong; empty on success.</param>
    public static bool TryParse(string text, out ImpairmentOptions options, out string error)
    {
        options = ImpairmentOptions.None;
        if (string.IsNullOrWhiteSpace(text))
        {
            error = $"The impairment is empty; write for example {Example}.";
            return false;
        }
        error = "";
        if (text.Trim() == "none") return true;

        var read = ImpairmentOptions.None;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rawPart in text.Split(','))
        {
            var part = rawPart.Trim();
            if (!TryParsePart(part, seen, ref read, out error)) return false;
        }
        if (FindContradiction(read, seen) is { } contradiction)
        {
            error = contradiction;
            return false;
        }
        options = read;
        return true;
    }

    /// <summary>Reads the percentage of the seeds' <c>--drop-rate</c>.</summary>
    public static bool TryParseDropRate(string text, out ImpairmentOptions options, out string error)
    {
        options = ImpairmentOptions.None;
        var digits = text.Trim().TrimEnd('%');
        if (!TryParseNumber(digits, out var percent) || percent > 100)
        {
            error = $"The drop rate \"{text}\" is not a percentage from 0 to 100.";
            return false;
        }
        error = "";
        options = ImpairmentOptions.None with { Loss = percent / 100 };
        return true;
    }

    /// <summary>Writes the parts that differ from <see cref="ImpairmentOptions.None"/>.</summary>
    public static string Format(ImpairmentOptions options)
    {
        var parts = new List<string>();
        // Shares are written as such: a percentage would not always read back to the same number.
        if (options.Loss != 0) parts.Add($"loss={Number(options.Loss)}");
        if (options.Burst != 0) parts.Add($"burst={Number(options.Burst)}");
        if (options.Delay != TimeSpan.Zero) parts.Add($"delay={Time(options.Delay)}");
        if (options.Jitter != TimeSpan.Zero) parts.Add($"jitter={Time(options.Jitter)}");
        if (options.Reorder != 0) parts.Add($"reorder={Number(options.Reorder)}");
        if (options.Duplicate != 0) parts.Add($"duplicate={Number(options.Duplicate)}");
        if (options.Rate != 0) parts.Add($"rate={options.Rate}bit");
        if (options.Queue != ImpairmentOptions.None.Queue) parts.Add($"queue={Queue(options.Queue)}");
        if (options.Direction == ImpairmentDirection.Up) parts.Add("direction=up");
        if (options.Direction == ImpairmentDirection.Down) parts.Add("direction=down");
        if (options.Seed != 0) parts.Add($"seed={options.Seed}");
        return parts.Count == 0 ? "none" : string.Join(',', parts);
    }

    private static bool TryParsePart(string part, HashSet<string> seen, ref ImpairmentOptions options, out string error)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || equals == part.Length - 1)
        {
            error = $"\"{part}\" is not of the form key=value; write for example {Example}.";
            return false;
        }
        var key = part[..equals].Trim();
        var value = part[(equals + 1)..].Trim();
        if (!seen.Add(key))
        {
            error = $"\"{part}\": {key} stands twice.";
            return false;
        }

        var wanted = "";
        switch (key)
        {
            case "loss" when TryParseShare(value, out var loss): options = options with { Loss = loss }; break;
            case "reorder" when TryParseShare(value, out var reorder): options = options with { Reorder = reorder }; break;
            case "duplicate" when TryParseShare(value, out var duplicate): options = options with { Duplicate = duplicate }; break;
            case "loss" or "reorder" or "duplicate": wanted = "a percentage like 5% or a share from 0 to 1"; break;
            case "burst" when TryParseNumber(value, out var burst) && burst is >= 1 and <= MaxBurst: options = options with { Burst = burst }; break;
            case "burst": wanted = "the mean number of datagrams lost in a row, 1 or more"; break;
            case "delay" when TryParseTime(value, out var delay): options = options with { Delay = delay }; break;
            case "jitter" when TryParseTime(value, out var jitter): options = options with { Jitter = jitter }; break;
            case "delay" or "jitter": wanted = "a time up to a minute like 20ms, 1.5s or 500us"; break;
            case "rate" when TryParseRate(value, out var rate): options = options with { Rate = rate }; break;
            case "rate": wanted = "a rate from 1kbit to 100gbit like 2mbit or 500kbit"; break;
            case "queue" when TryParseQueue(value, out var queue): options = options with { Queue = queue }; break;
            case "queue": wanted = "a time like 100ms, bytes like 64kb, or datagrams like 50p"; break;
            case "direction" when TryParseDirection(value, out var direction): options = options with { Direction = direction }; break;
            case "direction": wanted = "both, up or down"; break;
            case "seed" when int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed): options = options with { Seed = seed }; break;
            case "seed": wanted = "a whole number"; break;
            default:
                error = $"\"{part}\": {key} is not known; there are {KnownKeys}.";
                return false;
        }
        error = wanted.Length == 0 ? "" : $"\"{part}\": {key} must be {wanted}.";
        return wanted.Length == 0;
    }

    private static string? FindContradiction(ImpairmentOptions options, HashSet<string> seen)
    {
        if (seen.Contains("burst") && options.Loss == 0)
            return $"burst={Number(options.Burst)} needs a loss, for example loss=5%.";
        if (options.Burst > 0 && options.Loss < 1 && options.Loss > ImpairmentOptions.MaxLossWith(options.Burst))
        {
            var most = Math.Floor(ImpairmentOptions.MaxLossWith(options.Burst) * 1000) / 10;
            return $"loss={Number(Math.Round(options.Loss * 100, 4))}% is more than bursts of {Number(options.Burst)} can lose ({Number(most)}%); make burst longer.";
        }
        if (seen.Contains("queue") && options.Rate == 0)
            return $"queue={Queue(options.Queue)} needs a rate in front of which to queue, for example rate=2mbit.";
        return null;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static bool TryParseShare(ReadOnlySpan<char> text, out double share)
    {
        var isPercentage = text.EndsWith("%");
        if (!TryParseNumber(isPercentage ? text[..^1] : text, out share)) return false;
        if (isPercentage) share /= 100;
        return share <= 1;
    }

    private static bool TryParseTime(ReadOnlySpan<char> text, out TimeSpan time)
    {
        time = default;
        if (!TryParseWithUnit(text, [("us", TimeSpan.TicksPerMicrosecond), ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond)], out var ticks))
            return false;
        if (ticks > MaxTime.Ticks) return false;
        time = new TimeSpan(ticks);
        return true;
    }

    private static bool TryParseRate(ReadOnlySpan<char> text, out long rate) =>
        TryParseWithUnit(text, [("kbit", 1_000), ("mbit", 1_000_000), ("gbit", 1_000_000_000), ("bit", 1)], out rate) && rate is >= MinRate and <= MaxRate;

    private static bool TryParseQueue(ReadOnlySpan<char> text, out QueueLimit queue)
    {
        if (TryParseTime(text, out var time))
        {
            queue = QueueLimit.Of(time);
            return time > TimeSpan.Zero;
        }
        if (TryParseWithUnit(text, [("packets", 1), ("p", 1)], out var count))
        {
            queue = QueueLimit.OfDatagrams((int)Math.Min(count, int.MaxValue));
            return count is > 0 and <= QueueLimit.MaxDatagrams;
        }
        var isBytes = TryParseWithUnit(text, [("kb", 1_000), ("mb", 1_000_000), ("b", 1)], out var bytes);
        queue = QueueLimit.OfBytes(bytes);
        return isBytes && bytes is > 0 and <= MaxQueueBytes;
    }

    private static bool TryParseDirection(string text, out ImpairmentDirection direction)
    {
        direction = text switch
        {
            "up" => ImpairmentDirection.Up,
            "down" => ImpairmentDirection.Down,
            _ => ImpairmentDirection.Both,
        };
        return text is "both" or "up" or "down";
    }

    /// <summary>Reads a number and the first unit that fits its end; the longer of two units with one ending must stand first.</summary>
    private static bool TryParseWithUnit(ReadOnlySpan<char> text, ReadOnlySpan<(string Name, long Factor)> units, out long value)
    {
        value = 0;
        foreach (var (name, factor) in units)
        {
            if (!text.EndsWith(name, StringComparison.Ordinal)) continue;
            if (!TryParseNumber(text[..^name.Length], out var number) || number * factor > long.MaxValue / 2) return false;
            value = (long)Math.Round(number * factor);
            return true;
        }
        return false;
    }

    private static string Number(double value) => value.ToString("0.#################", CultureInfo.InvariantCulture) is var plain
        && double.Parse(plain, CultureInfo.InvariantCulture).Equals(value)
            ? plain
            : value.ToString("F20", CultureInfo.InvariantCulture);

    private static string Time(TimeSpan time) => $"{(time.Ticks / (decimal)TimeSpan.TicksPerMillisecond).ToString("0.####", CultureInfo.InvariantCulture)}ms";

    private static string Queue(QueueLimit queue) => queue.Unit switch
    {
        QueueUnit.Time => Time(new TimeSpan(queue.Value)),
        QueueUnit.Bytes => $"{queue.Value}b",
        QueueUnit.Datagrams => $"{queue.Value}p",
        _ => throw new ArgumentOutOfRangeException(nameof(queue)),
    };
}
